"""Reading: from the bytes of a file to its text, and from a text to what it says. ``parse.parse`` is the way in."""
