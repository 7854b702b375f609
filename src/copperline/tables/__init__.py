"""Iceberg tables: made from contracts, written on branches, published when audited."""
