"""Jobs that answer business questions out of silver."""
