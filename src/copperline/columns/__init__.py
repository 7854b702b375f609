"""What a contract says of its columns, as Spark types and Spark columns."""
