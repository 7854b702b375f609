"""Definitions as the crawler writes them into the catalog."""

from __future__ import annotations

import hashlib
import json as text
import re
from collections.abc import Sequence
from typing import Any

from localaws.planes.glue_crawlers.formats import UNKNOWN, csv, json, parquet
from localaws.planes.glue_crawlers.found import Found
from localaws.planes.glue_crawlers.grouping import Group, Partition, keys, values
from localaws.planes.glue_crawlers.listing import Target
from localaws.planes.glue_crawlers.types import spelled

TEXT = ("org.apache.hadoop.mapred.TextInputFormat", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat")
PARQUET = (
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
)
#: Facts that change with every new file: by themselves no reason to write the table anew.
COUNTS = ("averageRecordSize", "objectCount", "recordCount", "sizeKey")
LONGEST_NAME = 128  # page "How crawlers work"


def table(group: Group, name: str, target: Target, crawler: str) -> dict[str, Any]:
    """The TableInput of a group; it names what the target excludes (page "Include and exclude patterns")."""
    found = group.found
    parameters = {
        **_parameters(found),
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler,
    }
    if target.exclusions:
        parameters["exclusions"] = text.dumps(target.exclusions, separators=(",", ":"))
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys(group)],
        "StorageDescriptor": _descriptor(found, f"s3://{target.bucket}/{group.path}", parameters),
    }


def partitions(group: Group, bucket: str, storage: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The PartitionInputs of a group; with the storage of their table where they inherit it."""
    names = keys(group)
    return [_partition(part, names, bucket, storage) for part in group.partitions if part.folders]


def table_name(group: Group, bucket: str, prefix: str) -> str:
    """The name of the folder or file as a table may have it (page "How crawlers work": names of tables)."""
    last = group.path.rstrip("/").rpartition("/")[2] or bucket
    return (prefix + re.sub(r"[^a-z0-9_]", "_", last.lower()))[:LONGEST_NAME]


def with_hash(name: str, location: str) -> str:
    """Another name, for a second table that would have the same."""
    digest = hashlib.md5(location.encode()).hexdigest()  # noqa: S324 - only tells names apart
    return f"{name[: LONGEST_NAME - len(digest) - 1]}_{digest}"


def _partition(part: Partition, names: Sequence[str], bucket: str, storage: dict[str, Any] | None) -> dict[str, Any]:
    parameters = _parameters(part.found)
    location = f"s3://{bucket}/{part.path}"
    own = {**storage, "Location": location} if storage else _descriptor(part.found, location, parameters)
    return {"Values": values(part, names), "StorageDescriptor": own, "Parameters": parameters}


def _parameters(found: Found) -> dict[str, str]:
    return {
        **dict(found.traits),
        "averageRecordSize": str(max(found.size // found.records, 1) if found.records else 0),
        "classification": found.classification,
        "compressionType": found.compression,
        "objectCount": str(found.objects),
        "recordCount": str(found.records),
        "sizeKey": str(found.size),
        "typeOfData": "file",
    }


def _descriptor(found: Found, location: str, parameters: dict[str, str]) -> dict[str, Any]:
    reads, writes = PARQUET if found.classification == "parquet" else TEXT
    formats = {} if found.classification == UNKNOWN else {"InputFormat": reads, "OutputFormat": writes}
    return {
        "Columns": [{"Name": name, "Type": spelled(kind)} for name, kind in found.columns],
        "Location": location,
        **formats,
        "Compressed": found.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": found.serde, "Parameters": _serde(found)} if found.serde else {},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }


def _serde(found: Found) -> dict[str, str]:
    traits = dict(found.traits)
    if found.serde == csv.LAZY:
        return {"field.delim": traits["delimiter"]}
    if found.serde == csv.OPEN:
        return {"separatorChar": traits["delimiter"], "quoteChar": traits.get("quoteChar", '"'), "escapeChar": "\\"}
    if found.serde == json.SERDE:
        return {"paths": ",".join(sorted(name for name, _ in found.columns))}
    assert found.serde == parquet.SERDE
    return {"serialization.format": "1"}
