"""The jobs: one file a table, each a chain of pure steps and one declaration."""
