"""What `make` says on a machine that lacks something: one sentence, and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: A Python 3.11 whose `venv` makes a Python that has no network.
LONELY = """#!/bin/sh
[ "$2" = venv ] || exit 0
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "ERROR: No matching distribution found" >&2\\nexit 1\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(checkout: Path, python: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "check", f"PYTHON={python}"]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # make may run the tests
    return subprocess.run(command, cwd=checkout, env=alone, capture_output=True, text=True, timeout=60, check=False)


def program(checkout: Path, text: str) -> str:
    file = checkout / "python"
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


@pytest.mark.skipif(shutil.which("make") is None, reason="nothing to ask")
class TestMake:
    def test_names_another_python_and_what_to_do(self, checkout: Path) -> None:
        other = program(checkout, "#!/bin/sh\nexit 1\n")
        ended = make(checkout, other)
        told = f"{other} is not Python 3.11, which AWS Glue 5.1 runs: name one with make PYTHON=/path/to/python3.11"
        assert (ended.stdout, ended.stderr.splitlines()[0]) == ("", f"{told} check")
        assert "Error 4" in ended.stderr
        assert not (checkout / ".venv").exists()

    def test_names_a_python_that_is_missing_and_where_to_get_it(self, checkout: Path) -> None:
        ended = make(checkout, "no-such-python")
        assert ended.stderr.startswith("Python 3.11 is missing: install it (Debian: apt install python3.11")
        assert "Error 4" in ended.stderr

    def test_names_the_network_where_nothing_can_be_installed(self, checkout: Path) -> None:
        for _ in range(2):
            ended = make(checkout, program(checkout, LONELY))
            assert "The packages could not be installed: see that there is a network and 1.5 GB of disk" in ended.stderr
            assert "Error 4" in ended.stderr
            assert not (checkout / ".venv/.ready").exists(), "the next call begins anew"
