"""The wheel that ships to Glue."""
