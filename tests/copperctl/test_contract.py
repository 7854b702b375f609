"""A contract beside the catalogue and the latest file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copperctl.aws import Aws
from copperctl.contract import CARRIED_ON, FAILS, NOTHING, REFUSED, chosen, compared, lines
from copperline.contract import Contract, load_contracts
from copperline.errors import UsageError
from copperline.files.dynamo import Table
from copperline.files.findings import Finding, FoundColumn, Refusal
from copperline.files.records import Pending
from tests.copperctl.conftest import Command
from tests.support.contracts import document, key, load, prop


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return load(tmp_path, document("bronze.things", key(), prop("Note"), prop("price", "double", "number")))


def found(**columns: str) -> Finding:
    return Finding(tuple(FoundColumn(name, kind) for name, kind in columns.items()))


def told(contract: Contract, catalog: dict[str, str], file: Finding | Refusal | None) -> dict[str, tuple[str, str]]:
    return {line.column: (line.follows, line.why) for line in lines(contract, catalog, file) if line.differs}


SAME = {"id": "bigint", "note": "string", "price": "double"}


def test_what_agrees_is_not_worth_a_word(contract: Contract) -> None:
    assert told(contract, SAME, found(ID="bigint", note="string", Price="double")) == {}
    assert told(contract, {}, None) == {}


def test_what_is_more_or_may_be_less_is_carried_on(contract: Contract) -> None:
    assert told(contract, SAME | {"old": "int"}, found(id="bigint", price="double", extra="string")) == {
        "Note": (CARRIED_ON, "absent, and not required"),
        "extra": (CARRIED_ON, "recorded as drift"),
        "old": (CARRIED_ON, "an earlier file had it"),
    }


def test_what_breaks_is_refused_and_spelled_out(contract: Contract) -> None:
    assert told(contract, SAME, found(note="string", NOTE="string", price="bigint")) == {
        "id": (REFUSED, "missing column id, expected bigint"),
        "Note": (REFUSED, "column Note is there 2 times, expected once"),
        "price": (REFUSED, "column price is bigint, expected double"),
    }


def test_nothing_follows_from_the_catalogue_alone(contract: Contract) -> None:
    assert told(contract, {"id": "string", "price": "double"}, found(**SAME | {"note": "binary"})) == {
        "id": (NOTHING, "the crawler took it for another type; jobs read by the contract"),
        "Note": (NOTHING, "read as string"),
    }


def test_a_file_that_is_none_is_told_of(contract: Contract) -> None:
    refusal = Refusal("not_parquet", "expected PAR1 at both ends", "deliver Parquet")
    assert told(contract, {}, refusal) == {"(the file)": (REFUSED, "expected PAR1 at both ends")}


def test_a_table_is_chosen_by_id_or_stem() -> None:
    known = load_contracts()
    assert [one.id for one in chosen(known, "sales")] == ["gold.sales", "silver.sales"]
    assert [one.id for one in chosen(known, "bronze.zoop_sales")] == ["bronze.zoop_sales"]
    assert len(chosen(known, "")) == len(known)
    with pytest.raises(UsageError, match=r"expected one of bronze\.zoop_inventory, .*, got toys"):
        chosen(known, "toys")


def body(**columns: pa.Array) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_the_latest_file_in_copper_is_looked_at_before_it_is_taken(copperctl: Command, aws: Aws, state: Path) -> None:
    """On a stack that nothing was run on: what promote would say is said before."""
    columns = {column.name: column.type for column in load_contracts()["bronze.zoop_ratings"].columns}
    kinds = {"bigint": pa.int64(), "string": pa.string(), "double": pa.float64()}
    whole = {name: pa.array([None], kinds[kind]) for name, kind in columns.items()}
    s3, bucket = aws.client("s3"), aws.output("CopperBucket")
    try:
        s3.put_object(Bucket=bucket, Key="zoop/redes_sociais_1.parquet", Body=body(**whole, extra=pa.array([1])))
        ended = copperctl("contract", "diff", "bronze.zoop_ratings", "--state", state)
        assert ended.code == 0
        assert "bronze.zoop_ratings: zoop/redes_sociais_1.parquet" in ended.out
        assert "carried on: recorded as drift" in ended.out
        s3.put_object(
            Bucket=bucket, Key="zoop/redes_sociais_1.parquet", Body=body(**whole | {"ID_social": pa.array(["x"])})
        )
        ended = copperctl("contract", "diff", "zoop_ratings", "--state", state)
        assert ended.code == 1
        assert "refused: column ID_social is string, expected bigint" in ended.out
    finally:
        for version in s3.list_object_versions(Bucket=bucket, Prefix="zoop/redes")["Versions"]:
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def test_a_table_that_was_made_by_another_contract_is_told_of(aws: Aws) -> None:
    glue, silver = aws.client("glue"), load_contracts()["silver.ratings"]
    database = aws.output("SilverDatabase")
    columns = [{"Name": column.stored_name, "Type": column.stored_type} for column in silver.columns if column.kept]
    others = {"rating": "string", "author_reach": "int"}
    made = [{**column, "Type": others.get(column["Name"], column["Type"])} for column in columns[1:]]
    made.append({"Name": "gone", "Type": "int"})
    table = {"Name": "ratings", "StorageDescriptor": {"Columns": [*made, {"Name": "_run", "Type": "string"}]}}
    glue.create_table(DatabaseName=database, TableInput=table)
    try:
        found, _ = compared(aws, silver)
        assert {line.column: line.follows for line in found if line.differs} == {
            "comment_id": CARRIED_ON,
            "author_reach": CARRIED_ON,
            "rating": FAILS,
            "gone": FAILS,
        }
    finally:
        glue.delete_table(DatabaseName=database, Name="ratings")
    assert compared(aws, silver) == ([], "")


def test_status_tells_how_the_latest_file_drifts(copperctl: Command, aws: Aws, state: Path) -> None:
    table = Table(aws.client("dynamodb"), f"{aws.instance.stack}-deliveries")
    made = []
    for minute, drift in enumerate([("unknown column old of type int",), ("unknown column extra of type bigint",)]):
        at = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
        one = Pending(
            f"d{minute}", at, "s3://b/k", f"zoop/sales/{minute}.parquet", "1", 1, "ab" * 32, "bronze.zoop_sales"
        )
        made.append(replace(one, found=Finding(drift=drift)).item("accepted#bronze.zoop_sales"))
    table.transact([table.put(item) for item in made])
    try:
        out = copperctl("status", "--state", state).out
    finally:
        table.transact([table.delete(item["pk"], item["sk"]) for item in made])
    assert "bronze.zoop_sales: zoop/sales/1.parquet: drift: unknown column extra of type bigint" in out
    assert f"copperctl contract diff bronze.zoop_sales --state {state}" in out
    assert "column old" not in out
