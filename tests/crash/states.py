"""What an instance holds once nothing runs: rows, ledgers, deliveries and files, without what differs in any two runs.

Tables are read by PyIceberg from their metadata, and DynamoDB and S3 as they are: no code is shared with the product.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pyiceberg.table import StaticTable, Table

from tests.end_to_end.stack import Stack

#: Name of a part (a table, a bucket) to its things, each as a text, with how many there are of each.
State: TypeAlias = dict[str, Counter[str]]

LAYERS = ("Silver", "Gold", "Quarantine")
#: Columns that tell which run it was, and when.
_OF_THE_RUN = ("_run", "run_id", "quarantined_at", "recorded_at", "_delivered_at")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
_CHANCE = (
    (_MOMENT, "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<day>"),
    (re.compile(r"jr_[0-9a-f]+"), "<run>"),
    (re.compile(r"\d{5}-[0-9a-f-]{36}\.metadata\.json"), "<metadata>"),
)
#: Partitions and attributes of deliveries that only spare work: they depend on how often somebody looked.
_NOTES, _NOTE = ("compared#",), "crawled_at"


def whole(stack: Stack) -> State:
    """Everything that two runs of the same deliveries must agree on."""
    return {**rows(stack), **ledgers(stack), **before_jobs(stack), "leases": Counter(_leases(stack))}


def before_jobs(stack: Stack) -> State:
    """What promote and plan leave: what is known of deliveries, bronze, the archive, and the tags in copper."""
    buckets = {name: Counter(_objects(stack, f"{name}Bucket")) for name in ("Bronze", "Archive")}
    return {"deliveries": Counter(_deliveries(stack)), "copper": Counter(_tags(stack)), **buckets}


def rows(stack: Stack) -> State:
    """The rows of every table that people read, as main has them."""
    return {
        f"{layer.lower()}.{name}": Counter(_row(row) for row in table.scan().to_arrow().to_pylist())
        for layer in LAYERS
        for name, table in tables(stack, layer)
    }


def ledgers(stack: Stack) -> State:
    """What each run did to each table, and what became of each file; each run has one row in the ledger of runs."""
    found = {name: table.scan().to_arrow().to_pylist() for name, table in tables(stack, "Ops")}
    state: State = {f"ops.{name}": Counter(map(_row, found.get(name, []))) for name in ("rows", "files")}
    runs = Counter(row["run_id"] for row in found.get("runs", []))
    counted = {row["run_id"] for row in found.get("rows", [])}
    twice = {run for run, times in runs.items() if times > 1}
    return state | {"ops.runs": Counter({"runs without a row": len(counted - set(runs)), "runs twice": len(twice)})}


def places(stack: Stack) -> dict[str, str]:
    """Where the metadata of each table is: it moves with every change."""
    return {
        f"{layer}.{name}": table.metadata_location for layer in (*LAYERS, "Ops") for name, table in tables(stack, layer)
    }


def branches(stack: Stack) -> list[str]:
    """What the tables have beside main."""
    everything = [(layer, *one) for layer in (*LAYERS, "Ops") for one in tables(stack, layer)]
    return [
        f"{layer.lower()}.{name}: {ref}"
        for layer, name, table in everything
        for ref in table.metadata.refs
        if ref != "main"
    ]


def publications(stack: Stack) -> dict[str, int]:
    """The how manieth change of the table's metadata since it was made gave main its first snapshot."""
    found = {}
    for layer in LAYERS:
        for name, table in tables(stack, layer):
            places = [entry.metadata_file for entry in table.metadata.metadata_log]
            published = ("main" in StaticTable.from_metadata(at, table.io.properties).metadata.refs for at in places)
            found[f"{layer.lower()}.{name}"] = next((n for n, there in enumerate(published) if there), len(places))
    return found


def tables(stack: Stack, layer: str) -> Iterator[tuple[str, Table]]:
    """The Iceberg tables of a layer, by their names."""
    properties = {
        "s3.endpoint": stack.instance.endpoint,
        "s3.region": stack.instance.region,
        "s3.access-key-id": stack.instance.credentials["AccessKeyId"],
        "s3.secret-access-key": stack.instance.credentials["SecretAccessKey"],
    }
    glue = stack.aws.client("glue")
    for page in glue.get_paginator("get_tables").paginate(DatabaseName=stack.aws.output(f"{layer}Database")):
        for table in page["TableList"]:
            if place := table.get("Parameters", {}).get("metadata_location"):
                yield table["Name"], StaticTable.from_metadata(place, properties)


def differences(got: State, want: State) -> list[str]:
    """A line for each part that differs, with the first thing on either side."""
    found = []
    for part in sorted({*got, *want}):
        extra, missing = (
            got.get(part, Counter()) - want.get(part, Counter()),
            want.get(part, Counter()) - got.get(part, Counter()),
        )
        if extra or missing:
            counts = f"{extra.total()} too many, {missing.total()} missing"
            found.append(f"{part}: {counts}: {min(extra, default='-')} | {min(missing, default='-')}")
    return found


def _row(row: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in row.items() if name not in _OF_THE_RUN}
    return str({name: _plain(value) if "source_file" in name else value for name, value in kept.items()})


def _plain(value: Any) -> str:
    text = str(value)
    for pattern, name in _CHANCE:
        text = pattern.sub(name, text)
    return text


def _scan(stack: Stack, table: str) -> Iterator[dict[str, Any]]:
    pages = stack.aws.client("dynamodb").get_paginator("scan").paginate(TableName=f"{stack.instance.stack}-{table}")
    for page in pages:
        for item in page["Items"]:
            yield {name: next(iter(value.values())) for name, value in item.items()}


def _deliveries(stack: Stack) -> Iterator[str]:
    for item in _scan(stack, "deliveries"):
        if not item["pk"].startswith(_NOTES):
            yield _plain({name: item[name] for name in sorted(item) if name != _NOTE})


def _leases(stack: Stack) -> Iterator[str]:
    for item in _scan(stack, "leases"):
        yield f"{item['table_name']} released {item['released']} settled {item['settled']}"


def _objects(stack: Stack, bucket: str) -> Iterator[str]:
    s3, name = stack.aws.client("s3"), stack.aws.output(bucket)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        for item in page.get("Contents", []):
            body = s3.get_object(Bucket=name, Key=item["Key"])["Body"].read()
            yield f"{_plain(item['Key'])} {hashlib.sha256(body).hexdigest()}"


def _tags(stack: Stack) -> Iterator[str]:
    s3, name = stack.aws.client("s3"), stack.aws.output("CopperBucket")
    for item in s3.list_objects_v2(Bucket=name).get("Contents", []):
        tags = s3.get_object_tagging(Bucket=name, Key=item["Key"])["TagSet"]
        yield f"{item['Key']} {sorted((tag['Key'], tag['Value']) for tag in tags)}"
