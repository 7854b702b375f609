"""The process that carries out queries, one after another: `python -m localaws.planes.athena.worker`."""
