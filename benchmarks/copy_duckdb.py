"""`python -m benchmarks.copy_duckdb --source S --target T`: DuckDB reads Parquet and writes it again."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import duckdb
from awsglue.utils import getResolvedOptions


def main() -> None:
    """The target has the source's rows."""
    options = getResolvedOptions(sys.argv, ["source", "target"])
    found = importlib.util.find_spec("duckdb_extension_httpfs")
    assert found is not None
    assert found.origin is not None
    duckdb.execute(f"LOAD '{next(Path(found.origin).parent.rglob('*.duckdb_extension'))}'")
    duckdb.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{os.environ['AWS_ACCESS_KEY_ID']}', "
        f"SECRET '{os.environ['AWS_SECRET_ACCESS_KEY']}', REGION '{os.environ['AWS_REGION']}', "
        f"ENDPOINT '{os.environ['AWS_ENDPOINT_URL'].partition('://')[2]}', URL_STYLE 'path', USE_SSL false)"
    )
    duckdb.read_parquet(options["source"]).write_parquet(options["target"])


if __name__ == "__main__":
    main()
