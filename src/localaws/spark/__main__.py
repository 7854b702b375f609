"""`python -m localaws.spark`: everything that Spark needs is here, checked, and said."""

from __future__ import annotations

import sys

from localaws.spark.errors import SparkUnavailableError
from localaws.spark.jar_cache import check, default_cache, jars
from localaws.spark.java import java_home

ENVIRONMENT_LACKS_SOMETHING = 4


def main() -> int:
    """Fetch what is missing, check all of it, and answer the exit code."""
    try:
        home = java_home()
        paths = jars()
        check(paths[0].parent)
    except SparkUnavailableError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return ENVIRONMENT_LACKS_SOMETHING
    except OSError as wrong:
        place, why = wrong.filename or default_cache(), wrong.strerror or wrong
        sys.stderr.write(f"Spark's jars: {place}: {why}: make room there, or name another place with LOCALAWS_CACHE\n")
        return ENVIRONMENT_LACKS_SOMETHING
    size = sum(path.stat().st_size for path in paths) >> 20
    sys.stdout.write(f"java: {home}\njars: {len(paths)} files, {size} MB, in {paths[0].parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
