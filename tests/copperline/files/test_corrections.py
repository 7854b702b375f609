"""Corrections of rejected rows, from copper to the table that they correct; or refused in clear words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copperline.contract import Contract
from copperline.files.corrected import place_of
from copperline.files.corrections import MOST_BYTES, Change, Correction, NoCorrection, changes, parse
from tests.copperline.files.world import (
    BUCKETS,
    CONTRACTS,
    DYNAMODB,
    Dead,
    FakeClock,
    Fuse,
    Tapped,
    bodies,
    bronze,
    claims,
    column,
    deliver,
    deliveries,
    items,
    keys,
    outcome,
    parquet,
    promote,
    waiting,
)

SALES = CONTRACTS["bronze.sales"]


def line(file: str, row: Any, **said: Any) -> str:
    return json.dumps({"source_file": file, "source_row": row, **said})


def accepted(*ids: int, key: str = "shop/sales/a.parquet") -> str:
    """A file of sales is in bronze, at this address."""
    deliver(key, parquet(*ids))
    promote()
    return deliveries().pending("silver.sales")[-1].uri


def corrected(*lines: str, table: str = "sales", name: str = "fix.jsonl") -> list[str]:
    """The corrections are delivered and promoted; what people were told."""
    alerts: list[str] = []
    deliver(f"corrections/{table}/{name}", "\n".join(lines).encode())
    promote(alerts=alerts)
    return alerts


@pytest.mark.usefixtures("aws")
class TestACorrection:
    def test_is_archived_as_any_file_and_waits_for_its_table_alone(self) -> None:
        file = accepted(1, 2)
        body = line(file, 1, patch={"id": 7})
        assert corrected(body) == []
        [one] = [one for one in deliveries().pending("silver.sales") if one.corrects]
        assert (one.key, one.state, one.bronze) == ("corrections/sales/fix.jsonl", "accepted", "corrections.sales")
        key = one.uri.removeprefix(f"s3://{BUCKETS.bronze}/")
        assert key.startswith("corrections/sales/ingest_date=2026-03-01/")
        assert bodies(BUCKETS.archive)[key] == bodies(BUCKETS.bronze)[key] == body.encode()
        assert [key for key, _ in waiting("silver.customers")] == ["shop/sales/a.parquet"]
        assert deliveries().history(["corrections.sales"]) == [one]

    def test_makes_its_table_due_and_no_crawler(self) -> None:
        file = accepted(1)
        corrected(line(file, 0, discard="sold twice"))
        assert deliveries().backlog("silver.sales").files == 2
        assert deliveries().backlog("silver.customers").files == 1
        assert not [item for item in items() if item["pk"]["S"].startswith("discovery#") and "corr" in item["pk"]["S"]]

    def test_again_is_a_repetition(self) -> None:
        file = accepted(1)
        corrected(line(file, 0, discard="sold twice"))
        corrected(line(file, 0, discard="sold twice"), name="again.jsonl")
        assert claims()["corrections/sales/again.jsonl", _version("again.jsonl")] == "repeated*"

    def test_survives_a_kill_anywhere(self) -> None:
        file = accepted(1)
        deliver("corrections/sales/fix.jsonl", line(file, 0, patch={"id": 7}).encode())
        clock, deaths = FakeClock(), 0
        while True:
            fuse = Fuse(deaths)
            try:
                promote(dynamodb=Tapped(DYNAMODB, fuse), clock=clock)
            except Dead:
                deaths += 1
            else:
                break
        assert deaths > 5
        assert outcome()["pending"]["silver.sales"] == [
            ("corrections/sales/fix.jsonl", "accepted"),
            ("shop/sales/a.parquet", "accepted"),
        ]
        assert len(keys(BUCKETS.bronze)) == len(keys(BUCKETS.archive)) == 2


def _version(name: str) -> str:
    return next(version for key, version in claims() if key.endswith(name))


REFUSED: list[tuple[str, Mapping[str, Any], str, str]] = [
    (
        "no such file",
        {"file": "s3://x/y"},
        "unknown_file",
        "expected source_file to be an accepted file that the table",
    ),
    ("a file of another day", {"day": "2026-02-28"}, "unknown_file", "an accepted file that the table reads"),
    ("a file of another table", {"table": "stock"}, "unknown_file", "an accepted file that the table reads"),
    ("a place behind the end", {"row": 2}, "unknown_row", "expected source_row below 2, got 2"),
    ("an unknown column", {"patch": {"price": 1}}, "unfit_patch", "a column of bronze.sales (id, note), got price"),
    (
        "a text for a number",
        {"patch": {"id": "Zenóbia"}},
        "unfit_patch",
        "patch: id: expected a whole number of 64 bits",
    ),
    (
        "a number for a text",
        {"patch": {"note": 1}},
        "unfit_patch",
        "patch: note: expected a text (string), got another",
    ),
    ("a column twice", {"patch": {"id": 1, "ID": 2}}, "unfit_patch", "patch: expected id once, got it twice"),
    (
        "no reason",
        {"discard": ""},
        "not_a_correction",
        "discard: expected a reason of one line and at most 200 letters",
    ),
    ("a reason of blanks", {"discard": "  "}, "not_a_correction", "discard: expected a reason"),
    ("a reason of two lines", {"discard": "a\nb"}, "not_a_correction", "discard: expected a reason"),
    ("an endless reason", {"discard": "a" * 201}, "not_a_correction", "discard: expected a reason"),
    ("an empty patch", {"patch": {}}, "not_a_correction", "patch: expected an object of columns and their values"),
    ("both", {"patch": {"id": 1}, "discard": "a"}, "not_a_correction", "and either patch or discard"),
    ("neither", {}, "not_a_correction", "and either patch or discard"),
    ("a place that is none", {"row": -1, "patch": {"id": 1}}, "not_a_correction", "source_row its place from 0"),
    ("a place in letters", {"row": "1", "patch": {"id": 1}}, "not_a_correction", "source_row its place from 0"),
]


@pytest.mark.usefixtures("aws")
class TestARefusedCorrection:
    @pytest.mark.parametrize(("given_", "reason", "words"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
    def test_is_told_in_clear_words(self, given_: Mapping[str, Any], reason: str, words: str) -> None:
        file = accepted(1, 2)
        given_ = dict(given_)
        file = str(given_.pop("file", file)).replace("2026-03-01", given_.pop("day", "2026-03-01"))
        table, row = given_.pop("table", "sales"), given_.pop("row", 1)
        if not given_ and reason.startswith("unknown"):
            given_ = {"patch": {"id": 1}}
        [told] = corrected(line(file, row, **given_), table=table)
        assert f"Refused: {reason}." in told
        assert words in told
        assert "Zenóbia" not in told
        assert ("corrections/" + table + "/fix.jsonl", "refused") in waiting(f"silver.{table}")
        assert [key for key in keys(BUCKETS.bronze) if key.startswith(f"_refused/corrections/{table}/")]

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"[]", "line 1: expected an object of source_file"),
            (b"{", "line 1: expected a JSON object, got something else"),
            (b'{"source_file": "a", "source_row": NaN, "discard": "x"}', "expected a JSON object"),
            (b"\n\n", "expected a line for each row, got none"),
            (b"\xff\xfe", "expected text in UTF-8, got other bytes"),
            (b"[" * 200_000, "line 1: expected a JSON object"),
            (b" " * (MOST_BYTES + 1), f"expected at most {MOST_BYTES} bytes"),
        ],
    )
    def test_is_no_correction(self, body: bytes, words: str) -> None:
        alerts: list[str] = []
        deliver("corrections/sales/fix.jsonl", body)
        promote(alerts=alerts)
        [told] = alerts
        assert "Refused: not_a_correction." in told
        assert words in told

    def test_of_no_table_is_told_of_those_there_are(self) -> None:
        [told] = corrected(line("f", 0, discard="x"), table="toys")
        assert "no contract takes files of corrections/toys/" in told
        assert "there are corrections/customers/, corrections/sales/, corrections/stock/" in told
        assert waiting("ops.files") == [("corrections/toys/fix.jsonl", "refused")]

    def test_names_a_row_once(self) -> None:
        file = accepted(1, 2)
        [told] = corrected(line(file, 1, discard="a"), line(file, 1, patch={"id": 2}))
        assert "expected a row once, got two lines for the same" in told

    def test_may_come_again_once_it_is_right(self) -> None:
        file = accepted(1)
        corrected(line(file, 9, discard="a"))
        assert corrected(line(file, 0, discard="a")) == []

    def test_tells_at_most_five_of_its_troubles(self) -> None:
        file = accepted(1)
        [told] = corrected(*[line(file, row, discard="a") for row in range(1, 100)])
        assert told.count("expected source_row below 1") == 5


def test_what_is_written_is_what_is_read() -> None:
    said = [Correction("s3://b/é", 3, {"a": 1, "b": None}), Correction("s3://b/é", 4, discard="sold twice")]
    assert parse("\n".join(one.line() for one in said)) == said


@given(st.text())
def test_any_text_is_corrections_or_refused(text: str) -> None:
    with suppress(NoCorrection):
        assert parse(text)


def test_later_corrections_add_to_earlier_ones_and_win() -> None:
    wide = bronze("sales", folder="sales", columns=(column("id"), column("n"), column("note", "string")))
    place = ("s3://b/f", 3)

    def said(**what: Any) -> tuple[Correction, Contract]:
        return Correction(*place, **what), wide

    first, second = said(patch={"id": 1, "n": 1}), said(patch={"N": 2, "note": None})
    gone = said(discard="sold twice")
    assert changes([first, second]) == {place: Change({"id": "1", "n": "2", "note": None})}
    assert changes([first, gone])[place].discard == "sold twice"
    assert changes([first, gone, second]) == {place: Change({"id": "1", "n": "2", "note": None})}, "taken back"


@pytest.mark.parametrize(
    ("uri", "table"),
    [
        ("s3://b/shop/sales/ingest_date=2026-03-01/x", "bronze.sales"),
        ("s3://b/shop/stock/ingest_date=2026-03-01/x", None),
        ("s3://b/shop/sales/ingest_date=2026-03-99/x", None),
        ("s3://b/shop/sales/2026-03-01/x", None),
        ("s3://b/_refused/shop/sales/ingest_date=2026-03-01/x", None),
    ],
)
def test_an_address_tells_its_contract(uri: str, table: str | None) -> None:
    found = place_of(uri, CONTRACTS["silver.sales"], CONTRACTS)
    assert (found.contract.id if found else None) == table
