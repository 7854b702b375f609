"""Rejected rows on the command line: named, shown, corrected, given up. Running them is in tests/end_to_end."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copperctl.aws import Aws
from copperctl.quarantine import waiting
from copperctl.rejected import Rejected
from copperline.contract import load_contracts
from copperline.files.corrections import Correction, parse
from tests.copperctl.conftest import Command
from tests.support.rows import sale

RUN = "jr_0123456789abcdef0123456789abcdef"
HASH = "0123456789abcdef"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLEAR = "Zenóbia Quaresma"
MASKED = hashlib.sha256(CLEAR.encode()).hexdigest()


def uri(aws: Aws, day: str = "2026-01-01", digest: str = HASH, name: str = "vendas 1.parquet") -> str:
    return f"s3://{aws.output('BronzeBucket')}/zoop/sales/ingest_date={day}/{digest}-{name}"


def rows(aws: Aws) -> list[tuple[dict[str, Any], list[str], str, int]]:
    hashed = {"Nome_cliente": MASKED}
    return [
        (sale(1, Quantidade=0, **hashed), ["quantity_out_of_range"], uri(aws), 17),
        (sale(2, Quantidade=0, **hashed), ["quantity_out_of_range", "rating_out_of_range"], uri(aws), 18),
        (sale(3, **hashed), ["quantity_out_of_range", "discarded: sold twice, it's gone"], uri(aws), 19),
        (sale(1, Quantidade=0, **hashed), ["quantity_out_of_range"], uri(aws, day="2026-01-02"), 17),
    ]


@pytest.fixture
def _quarantine(aws: Aws) -> Iterator[None]:
    """Rows that a job rejected, under the columns that it writes."""
    columns = ["payload", "reasons", "source_file", "source_row"]
    found = [dict(zip(columns, (json.dumps(p, ensure_ascii=False), *rest), strict=True)) for p, *rest in rows(aws)]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{**row, "run_id": RUN, "quarantined_at": AT} for row in found]), sink)
    s3, glue, bucket = aws.client("s3"), aws.client("glue"), aws.output("ResultsBucket")
    s3.put_object(Bucket=bucket, Key="rejected/rows.parquet", Body=sink.getvalue())
    kinds = {"payload": "string", "reasons": "array<string>", "source_file": "string", "source_row": "bigint"}
    kinds |= {"run_id": "string", "quarantined_at": "timestamp"}
    storage = {
        "Columns": [{"Name": name, "Type": kind} for name, kind in kinds.items()],
        "Location": f"s3://{bucket}/rejected/",
        "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
    }
    table = {"Name": "sales", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage}
    glue.create_table(DatabaseName=aws.output("QuarantineDatabase"), TableInput=table)
    yield
    glue.delete_table(DatabaseName=aws.output("QuarantineDatabase"), Name="sales")


def test_without_a_quarantine_there_is_nothing(copperctl: Command, state: Path) -> None:
    ended = copperctl("quarantine", "list", "--state", state)
    assert (ended.code, ended.out) == (0, "Nothing is in quarantine.\n")
    ended = copperctl("quarantine", "replay", "--table", "sales", "--state", state)
    assert ended.code == 0
    assert "No correction waits" in ended.out


def test_a_name_is_made_of_table_file_and_row() -> None:
    row = Rejected("sales", f"s3://b/zoop/sales/ingest_date=2026-01-01/{HASH}-a-b.parquet", 3, (), RUN, "", "{}")
    assert (row.id, row.file) == ("sales-0123456789ab-3", "a-b.parquet")


def told(aws: Aws, key: str) -> list[Correction]:
    """The corrections of a file in copper, which is then taken away again."""
    s3, bucket = aws.client("s3"), aws.output("CopperBucket")
    found = s3.get_object(Bucket=bucket, Key=key)
    s3.delete_object(Bucket=bucket, Key=key, VersionId=found["VersionId"])
    return parse(found["Body"].read().decode())


def delivered(out: str) -> list[str]:
    return [line.removeprefix("delivered ") for line in out.splitlines() if line.startswith("delivered ")]


@pytest.mark.usefixtures("_quarantine")
class TestRows:
    def test_are_listed_but_for_those_that_were_given_up(self, copperctl: Command, state: Path) -> None:
        ended = copperctl("quarantine", "list", "--table", "silver.sales", "--state", state)
        assert ended.code == 0
        lines = [line for line in ended.out.splitlines() if "sales-0123456789ab" in line]
        assert [line.split("│")[1].strip() for line in lines] == [f"sales-{HASH[:12]}-{n}" for n in (17, 18, 17)]
        assert "quantity_out_of_range, rating_out_of_range" in lines[1]
        assert "vendas 1.parquet" in lines[1]
        everything = copperctl("quarantine", "list", "--all", "--state", state)
        assert "discarded: sold twice, it's gone" in everything.out
        assert MASKED not in everything.out, "the list has no payload"

    def test_are_shown_with_their_place_and_what_they_hold(self, copperctl: Command, aws: Aws, state: Path) -> None:
        ended = copperctl("quarantine", "show", f"sales-{HASH[:12]}-18", "--state", state)
        assert ended.code == 0
        for words in (uri(aws), "silver.sales", RUN, "quantity_out_of_range", "rating_out_of_range", MASKED, "hashed"):
            assert words in ended.out
        assert "Campo Belo" in ended.out

    def test_are_corrected_by_file_and_place(self, copperctl: Command, aws: Aws, state: Path) -> None:
        name = f"sales-{HASH[:12]}-18"
        options = ["--set", "Quantidade=3", "--set", "Cidade_cliente=a=b", "--set", "preco_unitario=1.50"]
        ended = copperctl("quarantine", "fix", name, *options, "--state", state)
        assert ended.code == 0
        [key] = delivered(ended.out)
        assert key.startswith("corrections/sales/fix-")
        patch = {"Quantidade": 3, "Cidade_cliente": "a=b", "preco_unitario": 1.5}
        [correction] = told(aws, key)
        assert (correction.place, correction.patch["preco_unitario"]) == ((uri(aws), 18), Decimal("1.5"))
        assert {**correction.patch, "preco_unitario": 1.5} == patch
        assert f"`copperctl quarantine replay --state {state}`" in ended.out

    def test_whose_bytes_came_twice_are_corrected_twice(self, copperctl: Command, aws: Aws, state: Path) -> None:
        ended = copperctl("quarantine", "discard", f"sales-{HASH[:12]}-17", "--reason", "sold twice", "--state", state)
        found = told(aws, *delivered(ended.out))
        assert [(one.source_file, one.discard) for one in found] == [
            (uri(aws), "sold twice"),
            (uri(aws, day="2026-01-02"), "sold twice"),
        ]

    def test_take_clear_values_from_a_file_and_print_none(
        self, copperctl: Command, aws: Aws, state: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "patch.json").write_text(json.dumps({"Nome_cliente": CLEAR, "Categoria_produto": None}))
        patch = ["--patch", tmp_path / "patch.json", "--set", "Quantidade=1"]
        ended = copperctl("quarantine", "fix", f"sales-{HASH[:12]}-18", *patch, "--state", state)
        [correction] = told(aws, *delivered(ended.out))
        assert correction.patch == {"Nome_cliente": CLEAR, "Categoria_produto": None, "Quantidade": 1}
        assert CLEAR not in ended.out + ended.err

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["fix", "nonsense", "--set", "a=1"], 2, "ROW: expected the name of a row in quarantine"),
            (["show", "sales-000000000000-1"], 2, "got sales-000000000000-1; `copperctl quarantine list` shows them"),
            (["show", "toys-0123456789ab-1"], 2, "--table: expected one of inventory, ratings, sales, got toys"),
            (["list", "--table", "toys"], 2, "--table: expected one of inventory, ratings, sales, got toys"),
            (["fix", "{row}"], 2, "--set, --patch: expected one of them, got neither; say what to change"),
            (["fix", "{row}", "--set", "Quantidade"], 2, "--set: expected column=value"),
            (
                ["fix", "{row}", "--set", "Quantidade=Zenóbia"],
                2,
                "--set Quantidade: expected a whole number of 64 bits",
            ),
            (["fix", "{row}", "--set", "Preco=1"], 2, "expected a column of bronze.zoop_sales (ID_venda, Dia"),
            (["fix", "{row}", "--patch", "{none}"], 3, "No such file or directory"),
            (["fix", "{row}", "--patch", "{list}"], 2, "patch: expected a JSON object, got list"),
            (["fix", "{row}", "--patch", "{text}"], 2, "patch: expected a JSON object, got something else"),
            (["discard", "{row}"], 2, "Missing option '--reason'"),
            (["discard", "{row}", "--reason", " "], 2, "discard: expected a reason of one line"),
        ],
    )
    def test_a_mistake_ends_in_one_sentence(
        self, copperctl: Command, state: Path, tmp_path: Path, arguments: list[str], code: int, words: str
    ) -> None:
        (tmp_path / "list").write_text("[1]")
        (tmp_path / "text").write_text("Zenóbia")
        places = {name: tmp_path / name for name in ("none", "list", "text")} | {"row": f"sales-{HASH[:12]}-18"}
        ended = copperctl("quarantine", *[text.format(**places) for text in arguments], "--state", state)
        assert (ended.code, ended.out) == (code, "")
        assert words in " ".join(ended.err.replace("│", " ").split())
        assert "Zenóbia" not in ended.err
        assert "Traceback" not in ended.err

    def test_that_wait_are_known_before_promote_comes(self, aws: Aws) -> None:
        s3, bucket = aws.client("s3"), aws.output("CopperBucket")
        put = s3.put_object(Bucket=bucket, Key="corrections/sales/x.jsonl", Body=b"x")
        assert waiting(aws, load_contracts()["silver.sales"]) == {"corrections/sales/x.jsonl"}
        s3.delete_object(Bucket=bucket, Key="corrections/sales/x.jsonl", VersionId=put["VersionId"])
