"""Finding the passages that a typed question means, however it is typed."""
