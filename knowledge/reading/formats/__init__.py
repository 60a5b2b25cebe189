"""From the bytes of a kind of file to its words."""
