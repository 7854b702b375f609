"""`make check`: lint, types and the laws of the house, each by its own tool, all of them even when one fails."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from copperctl.checkout import root
from copperctl.show import note, say

PYTHON = sys.executable
CODE = ("src", "glue_jobs", "lambdas", "tests", "benchmarks")


def checks(folder: Path) -> list[tuple[str, list[str]]]:
    """The name of each check and the command that makes it."""
    code = [part for part in CODE if (folder / part).is_dir()]
    templates = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.yaml") if _is_template(path))
    machines = sorted(str(path.relative_to(folder)) for path in folder.glob("statemachine/*.asl.json"))
    return [
        ("lint", [PYTHON, "-m", "ruff", "check", *code]),
        ("format", [PYTHON, "-m", "ruff", "format", "--check", *code]),
        ("types", [PYTHON, "-m", "mypy"]),
        ("contracts", [PYTHON, "-m", "copperctl.contracts"]),
        ("rendered", [PYTHON, "-m", "copperctl.render", "--check"]),
        ("templates", [str(Path(PYTHON).with_name("cfn-lint")), *templates]),
        ("state machines", [PYTHON, "-m", "copperctl.asl", *machines]),
        ("SQL", [PYTHON, "-m", "sqlfluff", "lint", "athena_queries"]),
        ("laws", [PYTHON, "-m", "pytest", "-q", "tests/laws", "-p", "no:cacheprovider"]),
    ]


def _is_template(path: Path) -> bool:
    return "AWSTemplateFormatVersion" in path.read_text(encoding="utf-8")[:2000]


def main() -> int:
    """Run every check; answer 1 if any has failed, with its own words."""
    folder = root()
    failed = []
    for name, command in checks(folder):
        began = time.monotonic()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        verdict = "FAILED" if done.returncode else "ok"
        say(f"{verdict:<7} {name:<15} {time.monotonic() - began:5.1f} s")
        if done.returncode:
            failed.append(name)
            note((done.stdout + done.stderr).strip())
    say(f"{len(checks(folder)) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
