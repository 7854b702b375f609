"""Every kind of bad file, and what becomes of it: refused by name or accepted and noted; nothing is lost, others go on.

What bad rows come to is in tests/copperline/job/test_bad_rows.py.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copperline.files import copies, verdict
from copperline.files.findings import Finding, Refusal
from copperline.files.header import FORMATS, inspect
from copperline.files.records import Pending
from copperline.files.source import whole
from copperline.files.text import BLOCK
from tests.copperline.files.world import (
    BUCKETS,
    S3,
    Tapped,
    bodies,
    bronze,
    claims,
    column,
    contracts,
    deliver,
    deliveries,
    keys,
    promote,
    reader,
    tags,
    waiting,
)

COLUMNS = (column("id"), column("price", "double"), column("note", "string", required=False))
CONTRACTS = contracts(
    *(bronze(form, folder=form, format=form, columns=COLUMNS) for form in FORMATS),
    *(reader(f"silver.{form}", f"bronze.{form}") for form in FORMATS),
)
MB = 1_000_000


def parquet(rows: int = 1, **columns: Any) -> bytes:
    """A file of one row, or its first none; `None` takes a column away."""
    found = {"id": [1], "price": [2.5], "note": ["x"], **columns}
    sink = io.BytesIO()
    pq.write_table(pa.table({name: values for name, values in found.items() if values is not None})[:rows], sink)
    return sink.getvalue()


def twice_named() -> bytes:
    arrays = [pa.array([1]), pa.array([2.5]), pa.array([3.5])]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=["id", "price", "price"]), sink)
    return sink.getvalue()


def strange(name: bytes) -> bytes:
    """A footer in which the column `note` has another name, as long."""
    return parquet().replace(b"note", name)


def filled(size: int) -> bytes:
    """So many bytes of rows, the last of which goes on."""
    return b"id,price,note\n" + b"1,2," + b"x" * (size - 18)


def gzipped(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def bomb(filling: bytes) -> bytes:
    """10 GB of one byte, as a thousand members of a gzip file of some 10 MB."""
    return gzipped(filling * 10 * MB) * 1000


WIDE: dict[str, Any] = {f"column_{number}": [number] for number in range(10_000)}
WHOLE, TEXT = parquet(), b"id,price,note\n1,2.5,x\n"
LINE = b'{"id": 1, "price": 2.5, "note": "x"}\n'


@dataclass(frozen=True)
class Case:
    """A file under its table's folder, and what people are told of it."""

    key: str
    body: Callable[[], bytes]
    reason: str
    says: str

    @property
    def table(self) -> str:
        return self.key.partition("/")[0]


def refused(key: str, body: Callable[[], bytes] | bytes, reason: str, says: str) -> Case:
    return Case(key, body if callable(body) else lambda: body, reason, says)


def noted(key: str, body: Callable[[], bytes] | bytes, says: str = "") -> Case:
    """Accepted; what is not as the contract says is noted with it."""
    return refused(key, body, "", says)


CASES = [
    # It is not what its name or its contract says.
    refused("parquet/text.parquet", b"no parquet", "not_parquet", "expected the first bytes PAR1"),
    refused("parquet/a CSV.parquet", TEXT, "not_parquet", "expected the first bytes PAR1"),
    refused("parquet/packed.parquet", lambda: gzipped(WHOLE), "not_parquet", "expected the first bytes PAR1"),
    refused("parquet/empty.parquet", b"", "empty_file", "got 0 bytes"),
    refused("parquet/half.parquet", WHOLE[: len(WHOLE) // 2], "truncated", "does not end with the bytes PAR1"),
    refused("parquet/last byte.parquet", WHOLE[:-1], "truncated", "does not end with the bytes PAR1"),
    refused("parquet/first bytes.parquet", WHOLE[:4], "truncated", "does not end with the bytes PAR1"),
    refused("parquet/begin.parquet", WHOLE[:20] + WHOLE[-8:], "truncated", "expected a footer of 1 to 16 bytes"),
    refused("csv/a Parquet.csv", WHOLE, "not_utf8", "bytes that are no text"),
    refused("csv/empty.csv", b"", "empty_file", "got 0 bytes"),
    refused("csv/blank.csv", b" \n \n", "empty_file", "no characters but white space"),
    refused("json/text.json", TEXT, "not_json", "expected a JSON object or list"),
    refused("jsonl/a list.jsonl", b"[1, 2]\n", "not_json_lines", "expected a JSON object in the first line"),
    refused("jsonl/half.jsonl", b'{"id": 1, \n', "not_json_lines", "expected a JSON object in the first line"),
    refused(
        "jsonl/deep.jsonl", b'{"a":' * 40_000 + b"\n", "not_json_lines", "expected a JSON object in the first line"
    ),
    # Its columns are others than the contract's.
    refused("parquet/missing.parquet", lambda: parquet(price=None), "missing_column", "price, expected double"),
    refused(
        "parquet/renamed.parquet", lambda: parquet(price=None, cost=[1.0]), "missing_column", "price, expected double"
    ),
    refused(
        "parquet/retyped.parquet", lambda: parquet(price=["2.5"]), "retyped_column", "price is string, expected double"
    ),
    refused(
        "parquet/nested.parquet", lambda: parquet(note=[{"a": [1]}]), "retyped_column", "note is nested"
    ),
    refused("parquet/list.parquet", lambda: parquet(price=[[1.0]]), "retyped_column", "price is nested"),
    refused("parquet/twice.parquet", twice_named, "ambiguous_column", "column price is there 2 times, expected once"),
    refused("parquet/case.parquet", lambda: parquet(PRICE=[1.0]), "ambiguous_column", "column price is there 2 times"),
    refused("parquet/wide.parquet", lambda: parquet(price=None, **WIDE), "missing_column", "price, expected double"),
    refused("parquet/latin.parquet", lambda: strange(b"not\xe9"), "corrupt_footer", "'utf-8' codec can't decode"),
    refused("csv/missing.csv", b"id,note\n1,x\n", "missing_column", "price, expected double"),
    refused("csv/renamed.csv", b"id,cost,note\n1,2,x\n", "missing_column", "price, expected double"),
    refused("csv/twice.csv", b"id,price,price\n", "ambiguous_column", "column price is there 2 times"),
    refused("csv/headerless.csv", b"7,9.5,y\n", "missing_header", "with the columns id,price,note"),
    refused("csv/quote.csv", b'id,"price" x,note\n', "not_csv", "cannot be read as CSV"),
    noted("parquet/added.parquet", lambda: parquet(extra=[1]), "drift: unknown column extra of type bigint"),
    noted("parquet/added nested.parquet", lambda: parquet(extra=[{"a": 1}]), "unknown column extra of type nested"),
    noted("parquet/optional.parquet", lambda: parquet(note=None), "drift: column note is absent"),
    noted("parquet/wider.parquet", lambda: parquet(**WIDE), "and 9950 more"),
    noted("parquet/no rows.parquet", lambda: parquet(0)),
    noted("csv/added.csv", b"id,price,note,extra\n", "drift: unknown column extra of type string"),
    noted("csv/wide.csv", lambda: b"id,price,note," + ",".join(WIDE).encode() + b"\n", "and 9950 more"),
    # Its text, or its size.
    refused("csv/latin.csv", b"id,price,note\n1,2,\xe9\n", "not_utf8", "got another byte at 18"),
    refused("csv/utf16.csv", TEXT.decode().encode("utf-16"), "not_utf8", "got UTF-16"),
    refused("json/latin.json", b'{"note": "\xe9"}', "not_utf8", "got another byte at 10"),
    refused("csv/field.csv", b"id,price," + b"n" * 10 * MB, "header_too_long", "first line of less than 262144 bytes"),
    refused("csv/quoted.csv", b'id,price,"' + b"n" * 10 * MB + b'"\n', "header_too_long", "got a longer one"),
    noted("csv/long note.csv", b"id,price,note\n1,2," + b"n" * 10 * MB + b"\n"),
    noted("jsonl/long note.jsonl", b'{"id": 1, "note": "' + b"n" * 10 * MB + b'"}\n'),
    noted("parquet/long note.parquet", lambda: parquet(note=["n" * 10 * MB])),
    # Gzip.
    refused("csv/unnamed.csv", lambda: gzipped(TEXT), "not_gzip", "a name that does not end in .gz"),
    refused("csv/plain.csv.gz", TEXT, "not_gzip", "a name in .gz on bytes that are not"),
    refused("csv/half.csv.gz", lambda: gzipped(TEXT * 99)[:-12], "truncated", "ends before its end mark"),
    refused("csv/broken.csv.gz", b"\x1f\x8b\x08" + b"\xff" * 20, "corrupt_gzip", "cannot be read"),
    refused("csv/nothing.csv.gz", lambda: gzipped(b""), "empty_file", "no characters but white space"),
    refused("csv/zeros.csv.gz", lambda: bomb(b"\0"), "not_utf8", "bytes that are no text"),
    refused("json/zeros.json.gz", lambda: bomb(b"\0"), "not_utf8", "bytes that are no text"),
    refused("csv/digits.csv.gz", lambda: bomb(b"0"), "header_too_long", "got a longer one"),
    noted("csv/members.csv.gz", lambda: b"".join(map(gzipped, (b"", b"id,pri", b"ce,note\n", b"1,2,x\n")))),
    noted("csv/block.csv.gz", lambda: gzipped(filled(BLOCK - 1) + "é".encode()[:1]) + gzipped("é\n".encode()[1:])),
    # It has no table.
    refused("toys/a.csv", TEXT, "unknown_table", "no contract takes files of shop/toys/"),
]  # fmt: skip


def expected(case: Case) -> tuple[str, str]:
    return ("refused", case.reason) if case.reason else ("accepted", "")


def found(case: Case) -> Pending:
    table = f"silver.{case.table}" if case.table in FORMATS else "ops.files"
    [one] = [one for one in deliveries().pending(table) if one.key == f"shop/{case.key}"]
    return one


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_a_bad_file_is_met_by_name_and_the_good_one_after_it_goes_on(case: Case) -> None:
    body, alerts = case.body(), list[str]()
    version = deliver(f"shop/{case.key}", body)
    deliver("shop/parquet/good.parquet", parquet(id=[77]))
    state, reason = expected(case)
    counts = promote(known=CONTRACTS, alerts=alerts).counts
    assert counts == {"accepted": 1 + (state == "accepted"), "repeated": 0, "refused": int(bool(reason)), "failed": 0}
    one = found(case)
    assert (one.state, one.reason, case.says in one.note) == (state, reason, True), one.note
    folder = "_refused/shop" if reason else "shop"
    place = f"{folder}/{case.table}/ingest_date=2026-03-01/{sha(body)[:16]}-{case.key.partition('/')[2]}"
    assert one.uri == f"s3://{BUCKETS.bronze}/{place}"
    for bucket in (BUCKETS.bronze, BUCKETS.archive):
        assert sha(bodies(bucket)[place]) == sha(body), "nothing is lost"
    assert tags(f"shop/{case.key}", version) == {"promoted": "true"}
    assert ("shop/parquet/good.parquet", "accepted") in waiting("silver.parquet")
    if reason:
        [told] = alerts
        for words in (f"shop/{case.key}", f"Refused: {reason}", case.says, "What to do: ", place):
            assert words in told
    assert promote(known=CONTRACTS, alerts=alerts).files == 0, "and it is told of once"
    assert len(alerts) == bool(reason)


@pytest.mark.usefixtures("aws")
def test_all_of_them_in_one_call() -> None:
    small = [case for case in CASES if case.table != "toys" and len(case.body()) < MB]
    for case in small:
        deliver(f"shop/{case.key}", case.body())
    assert promote(known=CONTRACTS).counts["failed"] == 0
    pending = [one for form in FORMATS for one in deliveries().pending(f"silver.{form}")]
    assert {one.key: (one.state, one.reason) for one in pending} == {
        f"shop/{case.key}": expected(case) for case in small
    }


def test_ten_gigabytes_of_zeros_take_little_memory() -> None:
    source = whole("zeros.csv.gz", bomb(b"\0"))
    tracemalloc.start()
    inspect(source, CONTRACTS["bronze.csv"])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * MB


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FORMATS), st.binary(max_size=300) | st.text(max_size=100).map(str.encode), st.booleans())
def test_any_bytes_of_any_format_end_in_a_finding_or_a_refusal(form: str, body: bytes, packed: bool) -> None:
    source = whole("a.gz", gzipped(body)) if packed else whole("a", body)
    assert isinstance(inspect(source, CONTRACTS[f"bronze.{form}"]), Finding | Refusal)


#: Names that some program between S3 and Spark has been known to misread.
NAMES = [
    "a b",
    "it's",
    '"quoted"',
    "50%",
    "a%2Fb",
    "a%20b",
    "1+1",
    "é",
    "e\u0301",
    "日本",
    "a&b=c;d",
    "#1",
    "~x",
    "a\\b",
]


@pytest.mark.usefixtures("aws")
def test_any_name_is_kept() -> None:
    for number, name in enumerate(NAMES):
        deliver(f"shop/parquet/{name}/{name}.parquet", parquet(id=[number]))
    assert promote(known=CONTRACTS).counts["accepted"] == len(NAMES)
    pending = deliveries().pending("silver.parquet")
    assert sorted(one.key for one in pending) == sorted(f"shop/parquet/{name}/{name}.parquet" for name in NAMES)
    wanted = {one.uri.partition(f"{BUCKETS.bronze}/")[2]: one.sha256 for one in pending}
    assert {key: sha(body) for key, body in bodies(BUCKETS.bronze).items()} == wanted
    assert bodies(BUCKETS.archive).keys() == wanted.keys()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("table", ["parquet", "toys"])
@pytest.mark.parametrize("rest", ["é" * 504 + "/x", "x" * 1000], ids=["folder", "name"])
def test_a_key_as_long_as_a_key_may_be(table: str, rest: str) -> None:
    deliver(f"shop/{table}/{rest}", WHOLE)
    assert promote(known=CONTRACTS).counts["failed"] == 0
    assert set(claims().values()) == {"accepted*" if table == "parquet" else "refused*"}


@pytest.mark.usefixtures("aws")
class TestDelivered:
    def test_twice_it_is_read_once(self) -> None:
        for name in ("a", "b", "a"):
            deliver(f"shop/parquet/{name}.parquet", WHOLE)
        assert promote(known=CONTRACTS).counts == {"accepted": 1, "repeated": 2, "refused": 0, "failed": 0}
        assert len(keys(BUCKETS.bronze)) == 1
        notes = [one.note for one in deliveries().pending("silver.parquet")]
        assert notes == ["", *["repeated: same bytes as shop/parquet/a.parquet"] * 2]

    @pytest.mark.parametrize("moment", ["get_object", "copy_object", "put_object_tagging"])
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_and_overwritten_while_it_is_promoted_both_are_taken_as_they_were(self, moment: str, after: bool) -> None:
        late = parquet(id=[2])
        deliver("shop/parquet/a.parquet", WHOLE)
        once = iter([True])

        def overwrite(name: str, is_after: bool) -> None:
            if (name, is_after) == (moment, after) and next(once, False):
                deliver("shop/parquet/a.parquet", late)

        assert promote(known=CONTRACTS, s3=Tapped(S3, overwrite)).counts["accepted"] == 1
        assert promote(known=CONTRACTS).counts["accepted"] == 1
        assert [one.sha256 for one in deliveries().pending("silver.parquet")] == [sha(WHOLE), sha(late)]
        for bucket in (BUCKETS.bronze, BUCKETS.archive):
            assert sorted(bodies(bucket).values()) == sorted([WHOLE, late])


def in_parts(key: str, body: bytes, size: int) -> None:
    """A source delivers it by a multipart upload."""
    where = {"Bucket": BUCKETS.copper, "Key": key}
    where["UploadId"] = S3.create_multipart_upload(**where)["UploadId"]
    parts = [
        {"PartNumber": number, "ETag": S3.upload_part(**where, PartNumber=number, Body=body[at : at + size])["ETag"]}
        for number, at in enumerate(range(0, len(body), size), start=1)
    ]
    S3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})


@pytest.mark.usefixtures("aws")
class TestALargeFile:
    def test_delivered_in_parts_is_copied_in_parts_and_proven(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As one of 6 GB is, with smaller limits."""
        monkeypatch.setattr(copies, "LARGEST_COPY", 10 * MB)
        monkeypatch.setattr(copies, "PART", 5_300_000)
        body, calls = parquet(note=[hashlib.shake_128(b"note").hexdigest(6 * MB)]), list[str]()
        assert len(body) > 10 * MB
        in_parts("shop/parquet/6 GB.parquet", body, 6 * MB)
        deliver("shop/parquet/good.parquet", WHOLE)
        tapped = Tapped(S3, lambda name, after: calls.append(name) if after else None)
        assert promote(known=CONTRACTS, s3=tapped).counts["accepted"] == 2
        assert calls.count("upload_part_copy") == 2 * -(-len(body) // 5_300_000) >= 6
        assert calls.count("copy_object") == 2
        assert sha(body) in {sha(content) for content in bodies(BUCKETS.archive).values()}
        assert deliveries().pending("silver.parquet")[0].sha256 == sha(body)

    def test_of_six_gigabytes_is_within_what_amazon_takes(self) -> None:
        """Amazon S3 user guide, "Amazon S3 multipart upload limits": 10,000 parts of 5 MB to 5 GB each."""
        size = 6 * 1000**3
        assert copies.LARGEST_COPY < size < verdict.LARGEST_FILE
        assert verdict.LARGEST_FILE / copies.PART < 10_000
        assert 5 * MB < copies.PART < 5 * 1000**3

    def test_too_large_to_be_proven_is_refused_once_stays_in_copper_and_holds_nothing_back(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(verdict, "LARGEST_FILE", MB)
        version, alerts = deliver("shop/parquet/huge.parquet", b"x" * (MB + 1)), list[str]()
        deliver("shop/parquet/next.parquet", WHOLE)
        done = promote(known=CONTRACTS, alerts=alerts)
        assert done.counts == {"accepted": 1, "repeated": 0, "refused": 1, "failed": 0}
        assert waiting("silver.parquet") == [
            ("shop/parquet/huge.parquet", "refused"),
            ("shop/parquet/next.parquet", "accepted"),
        ]
        assert deliveries().pending("silver.parquet")[0].reason == "too_large"
        assert tags("shop/parquet/huge.parquet", version) == {}, "no rule may delete the only copy"
        [told] = alerts
        for words in ("Refused: too_large. expected at most 1000000 bytes, got 1000001", "deliver it in parts"):
            assert words in told
        assert f"It is kept at s3://{BUCKETS.copper}/shop/parquet/huge.parquet" in told
        assert promote(known=CONTRACTS, alerts=alerts).files == 0
        assert len(alerts) == 1


def test_every_case_is_told_apart() -> None:
    found: Mapping[str, int] = {case.key: 1 for case in CASES}
    assert len(found) == len(CASES)
