"""Which documents a text cites, names or contradicts."""
