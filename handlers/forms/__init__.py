"""Report forms: sent in by staff, previewed, published, withdrawn."""
