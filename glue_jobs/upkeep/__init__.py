"""Jobs that keep tables in order, beside the workflow."""
