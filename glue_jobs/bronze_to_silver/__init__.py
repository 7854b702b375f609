"""Jobs that make one row per business key out of delivered files."""
