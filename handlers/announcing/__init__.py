"""Announcements: composed, approved, sent, corrected, and followed until everybody has read them."""
