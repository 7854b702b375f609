from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws import imports

ROOT = Path(__file__).resolve().parents[2]


def test_the_walls_between_packages_stand() -> None:
    assert imports.across_packages(ROOT / "src") == []


def test_copperline_imports_one_way() -> None:
    assert imports.against_the_order(ROOT / "src") == []


def test_a_job_imports_only_copperline_and_pyspark() -> None:
    assert imports.by_jobs(ROOT) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("copperline/job/a.py", "import localaws"),
        ("copperline/job/a.py", "def f():\n    from copperctl import cli"),
        ("localaws/a.py", "from copperline.errors import CopperlineError"),
        ("localaws/a.py", "import copperctl.cli"),
    ],
)
def test_a_planted_hole_in_a_wall_is_found(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path / file, text)
    assert len(imports.across_packages(tmp_path)) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("copperline/contract/a.py", "from copperline.files.route import route"),
        ("copperline/frames/a.py", "from copperline.job import run"),
        ("copperline/files/a.py", "import boto3"),
        ("copperline/files/a.py", "import pyspark"),
        ("copperline/tables/a.py", "import great_expectations"),
        ("copperline/errors.py", "from copperline.names import Names"),
    ],
)
def test_a_planted_import_the_wrong_way_is_found(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path / file, text)
    assert len(imports.against_the_order(tmp_path)) == 1


def test_a_planted_import_of_a_job_is_found(tmp_path: Path) -> None:
    plant(tmp_path / "glue_jobs/bronze_to_silver/a.py", "import boto3\nfrom glue_jobs.batch import x")
    assert len(imports.by_jobs(tmp_path)) == 2


def plant(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
