"""The examples of the pages of `docs/localaws`, and what they print.

`python -m tests.localaws.examples [page ...]` runs them and writes what they print into the pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from localaws.testing import Server
from tests.localaws import operations

EXAMPLE = re.compile(r"(?<=## Example\n\n```python\n)(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def of(page: str) -> tuple[str, str]:
    """The page's example and what it says that the example prints."""
    found = EXAMPLE.search((operations.FOLDER / f"{page}.md").read_text())
    assert found, f"{page}.md has no example"
    return found[1], found[2]


def run(code: str, server: Server) -> str:
    """What the example prints, with the environment that the entry page tells of.

    Raises:
        RuntimeError: it fails.
    """
    keys = {"AWS_ACCESS_KEY_ID": "localaws", "AWS_SECRET_ACCESS_KEY": "localaws", "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **keys, "AWS_ENDPOINT_URL": server.endpoint},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"an example failed: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as state, Server(Path(state)) as server:
        for page in sys.argv[1:] or operations.table():
            code, before = of(page)
            path = operations.FOLDER / f"{page}.md"
            printed = run(code, server)
            path.write_text(path.read_text().replace(f"```text\n{before}```", f"```text\n{printed}```"))
