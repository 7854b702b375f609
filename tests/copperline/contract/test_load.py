from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from copperline.contract import Contracts, load_contract, load_contracts
from copperline.contract.place import contracts_folder
from copperline.errors import ContractError
from tests.support.contracts import Document, document, key, prop, write

Break = Callable[[Document], object]
BROKEN: list[tuple[str, Break, str]] = [
    # lacks          how                                               what the message says
    ("id",           lambda it: it.pop("id"),                          "'id': expected a value, got nothing; add it"),
    ("version",      lambda it: it.pop("version"),                     "'version': expected a value"),
    ("purpose",      lambda it: it["description"].pop("purpose"),      "'purpose': expected a value"),
    ("grain",        lambda it: it["schema"][0].pop("dataGranularityDescription"), "'dataGranularityDescription'"),
    ("a type",       lambda it: it["schema"][0]["properties"][0].pop("physicalType"), "'physicalType'"),
    ("a mapping",    lambda it: it.update(schema=[["id"]]),            "compare it with another contract"),
    ("a table",      lambda it: it.update(schema=[]),                  "compare it with another contract"),
    ("a list",       lambda it: it.update(schema=7),                   "compare it with another contract"),
]  # fmt: skip


@pytest.mark.parametrize(("lacks", "spoil", "says"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_every_contract_has_is_asked_for_by_name(tmp_path: Path, lacks: str, spoil: Break, says: str) -> None:
    contract = document("silver.things")
    file = write(tmp_path, contract)
    spoil(contract)
    file.write_text(yaml.safe_dump(contract), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [("id: [", "is no YAML"), ("- one\n- two\n", "document: expected a mapping, got list; start with apiVersion:")],
)
def test_a_file_that_is_no_contract_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "silver" / "things.odcs.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=says) as caught:
        load_contract(file)
    assert str(file) in str(caught.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "things.odcs.yaml"
    file.write_bytes(b"id: \xe9\n")
    with pytest.raises(ContractError, match=r"things\.odcs\.yaml: is no UTF-8: .*; save it as UTF-8"):
        load_contract(file)


def test_json_that_does_not_parse_is_named(tmp_path: Path) -> None:
    file = tmp_path / "things.odcs.json"
    file.write_text('{"id": ', encoding="utf-8")
    with pytest.raises(ContractError, match=r"things\.odcs\.json: is no JSON"):
        load_contract(file)


def test_an_id_belongs_to_one_file(tmp_path: Path) -> None:
    write(tmp_path, document("silver.things"))
    second = write(tmp_path, document("silver.things"), file="silver/twins.odcs.yaml")
    with pytest.raises(ContractError) as caught:
        load_contracts(tmp_path)
    assert str(caught.value) == f"{second}: id: expected an id of its own, got silver.things; rename one of the two"


@pytest.mark.parametrize("contract_id", sorted(load_contracts()))
def test_json_and_yaml_say_the_same(tmp_path: Path, contract_id: str) -> None:
    written = load_contracts()[contract_id]
    text = Path(written.file).read_text(encoding="utf-8")
    shipped = write(tmp_path, yaml.safe_load(text), suffix=".odcs.json")
    assert json.loads(shipped.read_text(encoding="utf-8"))["id"] == contract_id
    assert replace(load_contract(shipped), file=written.file) == written


def test_a_folder_is_read_whole_and_nothing_else_in_it(tmp_path: Path) -> None:
    write(tmp_path, document("silver.things"))
    write(tmp_path, document("bronze.things"), suffix=".odcs.json")
    (tmp_path / "silver" / "notes.txt").write_text("no contract", encoding="utf-8")
    (tmp_path / "silver" / "old.odcs.yaml.bak").write_text("no contract either", encoding="utf-8")
    assert list(load_contracts(tmp_path)) == ["bronze.things", "silver.things"]


def test_what_ships_is_found_without_being_told() -> None:
    assert (contracts_folder() / "reference").is_dir()
    assert load_contracts() == load_contracts(contracts_folder())


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path, document("bronze.things")))
    assert (contract.format, contract.delivery, contract.group) == ("parquet", "increments", "bronze.things")
    assert (contract.aliases, contract.reads, contract.partition_above_bytes) == ((), (), 0)
    assert (contract.max_rejected_percent, contract.rejected_rows_tolerated, contract.refers_to) == (None, 0, ())


def test_what_is_said_is_kept(tmp_path: Path) -> None:
    custom = {"publicationGroup": "stars", "delivery": "snapshot", "format": "csv", "partitionAboveBytes": 10}
    written = document("bronze.things", key(), prop("day", "date", "date", partitioned=True), **custom)
    contract = load_contract(write(tmp_path, written))
    assert (contract.group, contract.delivery, contract.format) == ("stars", "snapshot", "csv")
    assert contract.partition_above_bytes == 10
    assert contract.partitions == ()


@pytest.mark.parametrize(("percent", "kept"), [(0, True), (12.5, True), (100, True), (-1, False), (101, False)])
@pytest.mark.parametrize("kind", [float, str])
def test_a_threshold_is_a_share(tmp_path: Path, percent: float, kept: bool, kind: type) -> None:
    custom = {"maxRejectedPercent": kind(percent), "rejectedRowsTolerated": 7}
    file = write(tmp_path, document("silver.things", **custom))
    if kept and kind is float:
        contract = load_contract(file)
        assert (contract.max_rejected_percent, contract.rejected_rows_tolerated) == (percent, 7)
        return
    with pytest.raises(
        ContractError, match=r"maxRejectedPercent: expected a number from 0 to 100, got .*; write it so"
    ):
        load_contract(file)


def test_foreign_keys_name_the_tables_that_they_lead_to(tmp_path: Path) -> None:
    own = prop("color", relationships=[{"to": "silver.colors.name"}])
    written = document("silver.things", key(), own)
    written["schema"][0]["relationships"] = [{"from": ["a", "b"], "to": ["silver.places.a", "silver.places.b"]}]
    assert load_contract(write(tmp_path, written)).refers_to == ("silver.colors", "silver.places")
    own["relationships"] = [{"to": "colors.name"}]
    with pytest.raises(ContractError, match=r"relationships: to: expected layer.table.column, got colors.name; write"):
        load_contract(write(tmp_path, written))


@pytest.fixture
def shop(tmp_path: Path) -> Contracts:
    """Two bronze tables, a silver one of both, and gold."""
    for contract in (
        document("bronze.a", feed="zeta"),
        document("bronze.b", feed="alpha"),
        document("silver.things", reads=["bronze.a", "bronze.b"]),
        document("gold.things"),
    ):
        write(tmp_path, contract)
    return load_contracts(tmp_path)


def test_contracts_know_their_layers(shop: Contracts) -> None:
    layers = [shop.bronze(), shop.silver(), shop.gold()]
    assert [[one.id for one in layer] for layer in layers] == [
        ["bronze.a", "bronze.b"],
        ["silver.things"],
        ["gold.things"],
    ]
    assert (shop["gold.things"].layer, shop["gold.things"].table) == ("gold", "things")


def test_contracts_know_who_reads_whom(shop: Contracts) -> None:
    assert shop.readers("bronze.b") == ("silver.things",)
    assert shop.readers("silver.things") == ("gold.things",)
    assert shop.readers("gold.things") == ()
    assert len(shop) == 4


def test_a_table_stems_from_the_first_of_its_feeds(shop: Contracts) -> None:
    assert shop.feeds() == ("alpha", "zeta")
    assert [shop.feed_of(name) for name in ("bronze.a", "silver.things", "gold.things")] == ["zeta", "alpha", "alpha"]


def test_a_key_has_an_order_of_its_own(tmp_path: Path) -> None:
    properties = [prop("name"), key("second", 2), key("first", 1)]
    day = prop("day", "date", "date", partitioned=True, partitionKeyPosition=2)
    region = prop("region", partitioned=True, partitionKeyPosition=1)
    contract = load_contract(write(tmp_path, document("silver.things", *properties, day, region)))
    assert contract.primary_key == ("first", "second")
    assert [column.name for column in contract.partitions] == ["region", "day"]


def test_a_personal_value_is_stored_as_its_hash(tmp_path: Path) -> None:
    mail = prop("mail", classification="personal", encryptedName="mail_hash")
    contract = load_contract(write(tmp_path, document("silver.things", key(), mail)))
    column = contract.columns[1]
    assert (column.personal, column.stored_name, column.stored_type) == (True, "mail_hash", "string")
