from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copperctl import contracts
from copperctl.deploy import deploy
from copperline.contract.place import contracts_folder
from copperline.errors import ContractError
from tests.support.contracts import Document, document, key, prop, write

Break = Callable[[Document], object]


def at(contract: Document, name: str = "") -> Document:
    """The contract's table, or one of its properties."""
    table: Document = contract["schema"][0]
    return next(item for item in table["properties"] if item["name"] == name) if name else table


def custom(contract: Document, name: str, value: Any) -> None:
    at(contract)["customProperties"] = [{"property": name, "value": value}]


def taken_over(sql: str) -> Document:
    """What makes a silver column a measure."""
    return {"transformSourceObjects": ["bronze.things"], "transformLogic": sql}


def shop() -> dict[str, Document]:
    """Three contracts with nothing wrong in them."""
    mail = prop("mail", classification="personal", encryptedName="mail_hash")
    units = {"transformSourceObjects": ["silver.things"], "transformLogic": "sum(units)"}
    return {
        "bronze": document("bronze.things", prop("ID", "bigint", "integer"), prop("Mail", classification="personal")),
        "silver": document("silver.things", key(), mail, prop("units", "int", "integer")),
        "gold": document("gold.things", key(), prop("units", "bigint", "integer", **units)),
    }


PLANTED: list[tuple[str, str, Break, str]] = [
    # in     what is wrong                what the message says after the file
    ("silver", "a version of no standard", lambda it: it.update(apiVersion="v9"), ": apiVersion: expected what the"),
    ("silver", "no kind", lambda it: it.pop("kind"), ": document: expected what the standard's required asks for"),
    ("silver", "required is a word", lambda it: at(it, "id").update(required="yes"),
     ': schema.0.properties.0.required: expected what the standard\'s type asks for ("boolean"), got "yes"; mend it'),
    ("silver", "an id of another file", lambda it: it.update(id="silver.thinks"),
     ": id: expected silver.things, got silver.thinks; rename"),
    ("silver", "no key", lambda it: at(it, "id").update(primaryKey=False),
     ": primaryKey: expected at least one property, got none; say what a row is known by"),
    ("bronze", "no feed", lambda it: custom(it, "folder", "things"),
     ": customProperties: expected feed and folder, got one of them missing; add it"),
    ("bronze", "a feed that is taken", lambda it: at(it)["customProperties"][0].update(value="corrections"),
     ": feed: expected another name than corrections, which is taken, got corrections; rename it"),
    ("silver", "a name twice", lambda it: at(it)["properties"].append(prop("units", "int", "integer")),
     ": name: expected a name of its own, got units twice; rename one of the two"),
    ("silver", "a name that a hash has", lambda it: at(it)["properties"].append(prop("mail_hash")),
     ": name: expected a name of its own, got mail_hash twice; rename one of the two"),
    ("silver", "a type of another system", lambda it: at(it, "units").update(physicalType="varchar(20)"),
     ": units: physicalType: expected decimal(p,s) or one of string, boolean, int, bigint, float, double, date, "
     "timestamp, binary, got varchar(20); use one of them"),
    ("silver", "types that disagree", lambda it: at(it, "units").update(logicalType="string"),
     ": units: logicalType: expected integer for int, got string; mend one of the two"),
    ("silver", "bytes that are no number", lambda it: at(it, "units").update(physicalType="binary"),
     ": units: logicalType: expected string for binary, got integer; mend one of the two"),
    ("gold", "somebody in gold", lambda it: at(it, "units").update(classification="personal"),
     ": units: classification: expected nothing personal in gold, got personal; take it out"),
    ("silver", "a hash of nothing personal", lambda it: at(it, "mail").pop("classification"),
     ": mail: encryptedName: expected classification: personal beside it, got none; add it"),
    ("silver", "a list that is not there",
     lambda it: at(it, "mail").update(quality=[
         {"name": "lost", "metric": "invalidValues", "arguments": {"reference": "planets.name"}, "mustBe": 0}]),
     "planets.csv: reference list: expected one of products, states, got planets; add the file or mend the name"),
    ("silver", "a check that does not exist",
     lambda it: at(it, "units").update(quality=[{"name": "few", "metric": "rowCount", "mustBe": 0}]),
     ": units: quality: expected nullValues, invalidValues or a custom check of engine copperline, got rowCount"),
    ("bronze", "personal in silver alone", lambda it: at(it, "Mail").pop("classification"),
     ": classification: expected personal where silver.things has it (mail), got no column that is personal; "
     "classify the column here too, or quarantine keeps its values as they came"),
    ("silver", "a source that is not there", lambda it: custom(it, "reads", ["bronze.thinks"]),
     ": reads: expected a contract of bronze, got bronze.thinks; mend it"),
    ("gold", "a source of the wrong layer", lambda it: custom(it, "reads", ["bronze.things", "silver.things"]),
     ": reads: expected a contract of silver, got bronze.things; mend it"),
    ("silver", "no source", lambda it: custom(it, "feed", "shop"),
     ": reads: expected contracts of bronze, got none; say what it is made from"),
    ("gold", "a sum over another table", lambda it: at(it, "units").update(transformSourceObjects=["silver.other"]),
     ": units: transformSourceObjects: expected one of reads, got silver.other; mend it"),
    ("silver", "a sum of bare columns", lambda it: at(it, "units").update(**taken_over("sum(Units)")),
     ": units: transformLogic: expected columns of the file as things.<column>, got sum(Units); name them so"),
    ("silver", "a sum that does not add up exactly",
     lambda it: at(it, "units").update(physicalType="double", logicalType="number", **taken_over("sum(things.Units)")),
     ": units: transformLogic: expected a column of int, bigint or decimal, got double; take it out"),
    ("silver", "a sum of what is personal",
     lambda it: at(it, "mail").update(**taken_over("count(things.Mail)")),
     ": mail: transformLogic: expected a column of int, bigint or decimal, got string; take it out"),
    ("gold", "a threshold where nothing is rejected",
     lambda it: at(it)["customProperties"].append({"property": "maxRejectedPercent", "value": 5}),
     ": maxRejectedPercent: expected a silver contract, got gold; rows are rejected there alone"),
    ("gold", "a key of a table that is not there",
     lambda it: at(it, "units").update(relationships=[{"to": "gold.other.id"}]),
     ": relationships: expected a contract that is there, got gold.other; mend it"),
    ("silver", "tables in a circle",
     lambda it: at(it, "units").update(relationships=[{"to": "gold.things.id"}]),
     ": relationships: expected tables that do not refer to each other in a circle, got gold.things; take one of"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "spoil", "says"), [(row[0], *row[2:]) for row in PLANTED], ids=[r[1] for r in PLANTED]
)
def test_a_planted_violation_is_found_and_nothing_else(tmp_path: Path, layer: str, spoil: Break, says: str) -> None:
    written = shop()
    spoil(written[layer])
    for name, contract in written.items():
        write(tmp_path, contract, file=f"{name}/things.odcs.yaml")
    follows = str(tmp_path / "gold") if layer == "silver" else "-"  # gold misses a silver that could not be read
    found = [text for text in contracts.problems(tmp_path) if not text.startswith(follows)]
    assert len(found) == 1, found
    assert found[0].startswith(str(tmp_path / layer / "things.odcs.yaml"))
    assert says in found[0]


def test_a_file_that_is_no_yaml_is_one_problem(tmp_path: Path) -> None:
    file = write(tmp_path, document("bronze.things"))
    file.write_text("id: [", encoding="utf-8")
    (found,) = contracts.problems(tmp_path)
    assert found.startswith(f"{file}: is no YAML")


def test_a_file_that_is_no_utf8_is_one_problem_in_one_line(tmp_path: Path) -> None:
    file = write(tmp_path, document("bronze.things"))
    for content in (b"id: \xe9\n", b"id: [\n"):
        file.write_bytes(content)
        (found,) = contracts.problems(tmp_path)
        assert found.startswith(f"{file}: is no YAML")
        assert "\n" not in found


def test_nothing_is_deployed_with_a_broken_contract(tmp_path: Path) -> None:
    """Before any account is asked: it would fail on every file of its table."""
    file = write(tmp_path / "contracts", document("silver.things"))
    with pytest.raises(ContractError, match=r"reads: expected a contract of bronze, got bronze\.things") as caught:
        deploy(tmp_path)
    assert "more" not in str(caught.value)
    file.write_text("id: silver.things\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"mend it \(\d+ more: `make check` says them all\)$"):
        deploy(tmp_path)


def test_nothing_is_wrong_with_a_small_shop(tmp_path: Path) -> None:
    for contract in shop().values():
        write(tmp_path, contract)
    assert list(contracts.problems(tmp_path)) == []


def test_nothing_is_wrong_with_our_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert contracts.main() == 0
    count = len(list(contracts_folder().glob("*/*.odcs.yaml")))
    assert f"{count} contracts, 0 problems" in capsys.readouterr().out


def test_a_problem_ends_in_the_exit_code_of_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "contracts", document("silver.things"))
    monkeypatch.setattr(contracts, "root", lambda: tmp_path)
    assert contracts.main() == 3
    told = capsys.readouterr()
    assert "reads: expected a contract of bronze, got bronze.things" in told.err + told.out
