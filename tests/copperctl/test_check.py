from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from copperctl import check
from copperctl.checkout import root
from copperctl.errors import ConfigurationError

#: What `make check` promises, in this order, and a word of the command that keeps the promise.
CHECKS = [
    ("lint", "ruff"),
    ("format", "--check"),
    ("types", "mypy"),
    ("contracts", "copperctl.contracts"),
    ("rendered", "copperctl.render"),
    ("templates", "infra/template.yaml"),
    ("state machines", "statemachine/medallion.asl.json"),
    ("SQL", "sqlfluff"),
    ("laws", "tests/laws"),
]


def test_every_check_is_there() -> None:
    found = check.checks(root())
    assert [name for name, _ in found] == [name for name, _ in CHECKS]
    for (name, command), (_, word) in zip(found, CHECKS, strict=True):
        assert word in command, name
    templates = dict(found)["templates"]
    assert {f"{room}/template.yaml" for room in ("crawlers", "glue_jobs", "iam", "lambdas")} <= set(templates)
    assert Path(templates[0]).name == "cfn-lint"


def test_all_are_made_even_when_one_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def planned(_: Path) -> list[tuple[str, list[str]]]:
        fails = "import sys; print('here'); sys.exit(1)"
        return [("first", [sys.executable, "-c", fails]), ("second", [sys.executable, "-c", ""])]

    monkeypatch.setattr(check, "checks", planned)
    assert check.main() == 1
    printed = capsys.readouterr()
    assert [line.split()[:2] for line in printed.out.splitlines()[:2]] == [["FAILED", "first"], ["ok", "second"]]
    assert printed.out.splitlines()[-1] == "1 passed, 1 failed"
    assert printed.err == "here\n"


def test_it_runs_from_a_checkout_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("copperctl.checkout.__file__", str(tmp_path / "src/copperctl/checkout.py"))
    with pytest.raises(ConfigurationError, match="is no checkout of Copperline"):
        root()


def test_the_modules_that_make_calls_answer() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copperctl.doctor", "--help"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "--quiet" in done.stdout) == (0, True)
