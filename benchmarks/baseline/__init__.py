"""Six scripts of the usual kind: each a Spark process of its own, Python UDFs, appends to plain Parquet."""
