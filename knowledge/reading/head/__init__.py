"""Who says it: the head, the addressees and the signature of a document, or the page that tells of it."""
