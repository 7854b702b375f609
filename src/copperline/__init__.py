"""The wheel that ships to Glue: contracts, and what turns them into tables people can trust."""
