from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from copperctl.errors import ConfigurationError
from copperctl.render import render, rooms
from copperctl.render.__main__ import main
from copperctl.render.block import replaced
from copperctl.render.crawlers import crawlers
from copperctl.render.intrinsics import Ref, Sub, dump, logical_id
from copperctl.render.jobs import jobs
from copperctl.render.queries import queries, table_of
from copperctl.render.rooms import requirement
from copperline.contract import Contracts, load_contracts
from tests.support.templates import ROOT

BLOCK = "Resources:\n  # rendered by `make render`: do not edit from here\n{}  # rendered: end\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for room in ("contracts", "athena_queries", "crawlers"):
        shutil.copytree(ROOT / room, tmp_path / room)
    (tmp_path / "glue_jobs").mkdir()
    shutil.copy(ROOT / "glue_jobs/template.yaml", tmp_path / "glue_jobs")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_what_is_committed_is_what_would_be_rendered() -> None:
    assert [drift.file.name for drift in rooms(ROOT)] == []


def test_drift_is_told_and_mended(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = checkout / "athena_queries/units_sold_by_rating.sql"
    query.write_text(query.read_text().replace("rating ASC", "rating DESC"))
    at = ["--root", str(checkout)]
    assert main(["--check", *at]) == 1
    assert capsys.readouterr().out == "athena_queries/template.yaml: differs: run `make render`\n"
    assert main(at) == 0
    assert main(["--check", *at]) == 0
    assert render(checkout) == []


def test_a_new_table_needs_no_edit_of_a_template(checkout: Path) -> None:
    known = checkout / "contracts/gold/sales.odcs.yaml"
    text = known.read_text().replace("id: gold.sales", "id: gold.returns")
    (checkout / "contracts/gold/returns.odcs.yaml").write_text(text)
    (drift,) = render(checkout)
    assert 'Name: !Sub "${Name}-gold-returns"' in drift.text
    assert "ScriptLocation: silver_to_gold/returns.py" in drift.text


def test_a_job_a_table_and_one_for_many() -> None:
    found = jobs(load_contracts(ROOT / "contracts"), "great-expectations==1")
    contracts = load_contracts(ROOT / "contracts")
    assert len(found) == len(contracts.silver()) + len(contracts.gold()) + 3
    for job in found.values():
        properties = job["Properties"]
        assert (properties["GlueVersion"], properties["WorkerType"]) == ("5.1", "G.1X")
        assert (properties["Timeout"], properties["MaxRetries"]) == (240 if "maintain" in properties["Name"] else 20, 0)
        assert properties["DefaultArguments"]["--additional-python-modules"] == "${WheelUri},great-expectations==1"
    scaling = {name for name, job in found.items() if "--enable-auto-scaling" in job["Properties"]["DefaultArguments"]}
    assert scaling == {"JobBatch", "JobMaintain"}


@pytest.mark.parametrize("drift", sorted(ROOT.glob("glue_jobs/*/[a-z]*.py")), ids=lambda file: file.stem)
def test_every_script_has_its_job(drift: Path) -> None:
    assert f"ScriptLocation: {drift.parent.name}/{drift.name}" in (ROOT / "glue_jobs/template.yaml").read_text()


def test_a_csv_contract_gets_a_classifier_of_its_columns() -> None:
    contract = next(iter(load_contracts(ROOT / "contracts").bronze()))
    text = replace(contract, id="bronze.webshop_users", feed="webshop", format="csv")
    found = crawlers(Contracts({contract.id: contract, text.id: text}))
    csv = found["ClassifierWebshopUsers"]["Properties"]["CsvClassifier"]
    assert csv["Header"] == [column.name for column in text.columns]
    assert found["CrawlerBronzeWebshop"]["Properties"]["Classifiers"] == ["ClassifierWebshopUsers"]
    assert "Classifiers" not in found["CrawlerBronzeZoop"]["Properties"]


def test_yaml_as_people_write_it() -> None:
    resource = {"A": Ref("B"), "C": Sub("${D}-e"), "F": ["1", "g"], "H": Sub("select\n1\n")}
    assert dump({"Z": {"Y": 1}, "X": resource}) == (
        "  X:\n    A: !Ref B\n    C: !Sub \"${D}-e\"\n    F:\n      - '1'\n      - g\n"
        "    H: !Sub |\n      select\n      1\n"
        "\n  Z:\n    Y: 1\n"
    )  # fmt: skip


def test_logical_ids() -> None:
    assert logical_id("Job", "silver", "social_ratings") == "JobSilverSocialRatings"
    assert logical_id("Query", "top_10_products_by_region") == "QueryTop10ProductsByRegion"


def test_only_the_marked_lines_are_replaced(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(BLOCK.format("  old\n"))
    assert replaced(file, "  new\n") == BLOCK.format("  new\n")


@pytest.mark.parametrize(
    "text", ["", BLOCK.format("") * 2, "# rendered: end\n# by `make render`: do not edit from here\n"]
)
def test_lost_marks_are_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="put the two comment lines back"):
        replaced(file, "")


@pytest.mark.parametrize("text", ["", "SELECT 1\n-- b\nc\n", "-- table: gold.sales\nSELECT 1\nFROM a\n"])
def test_a_query_without_its_header_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "q.sql").write_text(text)
    with pytest.raises(ConfigurationError, match="name the table it answers from"):
        queries(tmp_path)


def test_the_header_names_the_table(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("-- table: gold.sales\n-- How many?\nSELECT 1\n")
    assert table_of(tmp_path / "q.sql") == "gold.sales"
    (query,) = queries(tmp_path).values()
    assert (query["Properties"]["Name"], query["Properties"]["Description"]) == ("q", "How many?")


def test_a_lost_pin_is_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text().replace("great-expectations==", "great-expectations>="))
    with pytest.raises(ConfigurationError, match="pin it there"):
        requirement(checkout)
    assert main(["--root", str(checkout)]) == 3
    assert "great-expectations" in capsys.readouterr().err
