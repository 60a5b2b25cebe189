"""What supervisors and staff pull: totals, missing lists, charts, searches, figures and files."""
