"""Reports that were sent: viewed, compared, returned and approved."""
