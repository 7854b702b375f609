"""Tables that Athena reads: Iceberg by its metadata, and files by what a crawler wrote into the catalog."""
