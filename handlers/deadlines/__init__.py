"""What is due: shown, put in force, mended, put off, and the reminders' words."""
