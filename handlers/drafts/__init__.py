"""A report while it is being filled in: what is asked next, checked and shown."""
