"""Personal data: what is held on oneself, requests about it, and the trail of who did what."""
