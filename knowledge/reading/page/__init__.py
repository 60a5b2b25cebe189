"""The printed page: its lines, its running text, and what copying did to both."""
