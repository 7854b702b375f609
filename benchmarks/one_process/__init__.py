"""The work of the six scripts without UDFs, in one Spark session: how much of a difference that makes alone."""
