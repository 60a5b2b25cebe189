"""What is to be done or reported, by whom, for whom and by when."""
