"""The audit of a branch: a contract's expectations, run by Great Expectations."""
