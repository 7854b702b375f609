from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from copperline.contract import load_contracts
from tests.laws import rooms
from tests.laws.test_imports import ROOT, plant


def test_every_stem_is_complete() -> None:
    assert rooms.incomplete(ROOT) == []


def test_every_table_has_one_writer() -> None:
    assert rooms.written_twice(ROOT) == []


def test_what_ships_knows_nothing_of_a_laptop() -> None:
    assert rooms.knowing_of_a_laptop(ROOT) == []


def test_the_lock_file_names_no_address() -> None:
    assert rooms.addresses(ROOT) == []


@pytest.mark.parametrize("contract", [*load_contracts().silver(), *load_contracts().gold()], ids=lambda one: one.id)
def test_a_job_reads_what_its_contract_says(contract: object) -> None:
    layer, table, reads = contract.layer, contract.table, contract.reads  # type: ignore[attr-defined]
    job = importlib.import_module(f"glue_jobs.{rooms.JOBS[layer]}.{table}").JOB
    assert (job.writes, job.reads) == (f"{layer}.{table}", reads)


def test_a_planted_gap_in_a_stem_is_found(tmp_path: Path) -> None:
    plant(tmp_path / "contracts/gold/margins.odcs.yaml", "")
    plant(tmp_path / "glue_jobs/silver_to_gold/orphans.py", "")
    assert rooms.incomplete(tmp_path) == [
        "gold.margins: glue_jobs/silver_to_gold/margins.py is missing",
        "gold.margins: tests/glue_jobs/silver_to_gold/test_margins.py is missing",
        "gold.margins: no query names it in its header",
        "glue_jobs/silver_to_gold/orphans.py: has no contract",
    ]


def test_a_planted_second_writer_is_found(tmp_path: Path) -> None:
    plant(tmp_path / "glue_jobs/silver_to_gold/sales.py", 'JOB = GoldJob(writes="gold.sales")')
    plant(tmp_path / "glue_jobs/silver_to_gold/copy.py", 'JOB = GoldJob(writes="gold.sales")')
    assert rooms.written_twice(tmp_path) == [
        "glue_jobs/silver_to_gold/copy.py: writes gold.sales",
        "gold.sales: written by copy.py, sales.py",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lambdas/plan/handler.py", 'boto3.client("s3", endpoint_url=os.environ["X"])'),
        ("statemachine/pipeline.asl.json", '{"Variable": "$.is_local"}'),
        ("infra/template.yaml", "Condition: IsLocalaws"),
        ("glue_jobs/batch.py", 'if "127.0.0.1" in url:'),
        ("src/copperline/job/session.py", "# only with moto"),
    ],
)
def test_a_planted_knowledge_of_a_laptop_is_found(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path / file, text)
    assert len(rooms.knowing_of_a_laptop(tmp_path)) == 1


def test_a_planted_address_is_found(tmp_path: Path) -> None:
    plant(tmp_path / "requirements.lock", "--index-url https://example.org/simple\nmoto==1 --hash=sha256:0\n")
    assert len(rooms.addresses(tmp_path)) == 1
