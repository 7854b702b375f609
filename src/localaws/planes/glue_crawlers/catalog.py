"""Writing what was found, under the crawler's policy (page "Setting crawler configuration options")."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from localaws.planes.glue_crawlers.grouping import Group
from localaws.planes.glue_crawlers.listing import Target
from localaws.planes.glue_crawlers.merging import DEPRECATED, TABLE_INPUT, clashes, merged
from localaws.planes.glue_crawlers.tables import COUNTS, partitions, table, table_name, with_hash

_A_CALL = 25  # BatchDeletePartition takes this many, the other batches more


@dataclass(frozen=True)
class Policy:
    """What a crawler may change."""

    update: bool
    delete: str
    merge_columns: bool
    inherit: bool

    @classmethod
    def of(cls, crawler: Any) -> Policy:
        """The crawler's, with Glue's defaults; MergeNewColumns overrides UpdateBehavior."""
        given = crawler.schema_change_policy or {}
        output = json.loads(crawler.configuration or "{}").get("CrawlerOutput", {})
        merge = output.get("Tables", {}).get("AddOrUpdateBehavior") == "MergeNewColumns"
        return cls(
            update=merge or given.get("UpdateBehavior", "UPDATE_IN_DATABASE") == "UPDATE_IN_DATABASE",
            delete=given.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
            merge_columns=merge,
            inherit=output.get("Partitions", {}).get("AddOrUpdateBehavior") == "InheritFromTable",
        )


class Catalog:
    """One database, written by one crawl; counts what it did and says it to `log`."""

    def __init__(self, glue: Any, database: str, crawler: Any, log: Callable[[str], None]) -> None:
        self._glue, self._database, self._crawler, self._log = glue, database, crawler, log
        self._policy = Policy.of(crawler)
        pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
        self._known = {entry["Name"]: entry for page in pages for entry in page["TableList"]}
        self._seen: set[str] = set()
        self.created = self.updated = self.deleted = 0

    def write(self, groups: Sequence[Group], target: Target) -> None:
        """Each group is a table with its partitions, as far as the policy allows."""
        for group in groups:
            definition = table(group, self._name(group, target.bucket), target, self._crawler.name)
            self._seen.add(definition["Name"])
            kept = self._write_table(definition)
            if kept:
                self._write_partitions(group, target.bucket, kept)

    def sweep(self, roots: Sequence[str]) -> None:
        """Tables that this crawler made under the roots, and that have no files any more, go as DeleteBehavior says."""
        for name, entry in self._known.items():
            mine = entry.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == self._crawler.name
            if mine and name not in self._seen and _location(entry).startswith(tuple(roots)):
                self._remove(name, entry)

    def _name(self, group: Group, bucket: str) -> str:
        """The group's name; one that a table elsewhere has already gets a hash."""
        name = table_name(group, bucket, self._crawler.table_prefix or "")
        location = f"s3://{bucket}/{group.path}"
        taken = name in self._seen or (
            name in self._known and _location(self._known[name]).rstrip("/") != location.rstrip("/")
        )
        return with_hash(name, location) if taken and not _foreign(self._known.get(name)) else name

    def _write_table(self, definition: dict[str, Any]) -> Mapping[str, Any] | None:
        """The table as the catalog has it now; None where its partitions may not be written."""
        name = definition["Name"]
        old: dict[str, Any] | None = self._known.get(name)
        if old is None:
            self._glue.create_table(DatabaseName=self._database, TableInput=definition)
            self.created += 1
            self._log(f"INFO : Created table {name} in database {self._database}")
            return definition
        if _foreign(old):
            self._log(f"WARN : Table {name} is kept by another writer ({_foreign(old)}): not touched")
            return None
        if self._policy.merge_columns and (changed := clashes(old, definition)):
            self._log(f"WARN : {', '.join(changed)} of table {name} changed incompatibly: to be resolved by hand")
            self._deprecate(old)
            return None
        if self._policy.update:
            return self._update(old, definition)
        if _shape(old) != _shape(definition):
            self._log(f"WARN : Schema of table {name} has changed; the policy says to log it only")
        return old

    def _update(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        if self._policy.merge_columns:
            new = merged(old, new)
        if new["PartitionKeys"] != old.get("PartitionKeys", []) and old.get("PartitionKeys"):
            new["PartitionKeys"] = old["PartitionKeys"]  # they cannot be changed where partitions exist
            self._log(f"WARN : Partition keys of table {new['Name']} have changed: kept as they were")
        changed = _shape(old) != _shape(new)
        if changed or _counts(old) != _counts(new):
            self._glue.update_table(DatabaseName=self._database, TableInput=new, SkipArchive=not changed)
        if changed:
            self.updated += 1
            self._log(f"INFO : Updated table {new['Name']} in database {self._database}")
        return new

    def _write_partitions(self, group: Group, bucket: str, kept: Mapping[str, Any]) -> None:
        name, keys = kept["Name"], kept.get("PartitionKeys", [])
        if group.depth != len(keys):
            return
        storage = kept["StorageDescriptor"] if self._policy.inherit else None
        wanted = {tuple(entry["Values"]): entry for entry in partitions(group, bucket, storage)}
        known = self._partitions(name) if name in self._known and keys else {}
        new = [entry for values, entry in wanted.items() if values not in known]
        for batch in _batches(new, 100):
            self._answer(
                self._glue.batch_create_partition(DatabaseName=self._database, TableName=name, PartitionInputList=batch)
            )
        if self._policy.update or self._policy.inherit:
            both = [(known[values], entry) for values, entry in wanted.items() if values in known]
            self._update_partitions(
                name, [entry for old, new in both if _differs(old, entry := self._fitted(old, new))]
            )
        self._remove_partitions(name, {values: entry for values, entry in known.items() if values not in wanted})
        if new:
            self._log(f"INFO : Created {len(new)} partitions of table {name}")

    def _fitted(self, old: Mapping[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The partition as it is to be: MergeNewColumns holds for partitions too, unless they inherit."""
        return merged(old, new) if self._policy.merge_columns and not self._policy.inherit else new

    def _update_partitions(self, name: str, entries: list[dict[str, Any]]) -> None:
        for batch in _batches(entries, 100):
            pairs = [{"PartitionValueList": entry["Values"], "PartitionInput": entry} for entry in batch]
            self._answer(self._glue.batch_update_partition(DatabaseName=self._database, TableName=name, Entries=pairs))

    def _remove_partitions(self, name: str, gone: Mapping[tuple[str, ...], dict[str, Any]]) -> None:
        if not gone:
            return
        self._log(f"INFO : {len(gone)} partitions of table {name} have no files any more: {self._policy.delete}")
        if self._policy.delete == "DELETE_FROM_DATABASE":
            for batch in _batches([{"Values": list(values)} for values in gone], _A_CALL):
                self._answer(
                    self._glue.batch_delete_partition(
                        DatabaseName=self._database, TableName=name, PartitionsToDelete=batch
                    )
                )
        elif self._policy.delete == "DEPRECATE_IN_DATABASE":
            fields = ("Values", "StorageDescriptor", "Parameters")
            marked = [_deprecated({field: entry[field] for field in fields}) for entry in gone.values()]
            self._update_partitions(name, marked)

    def _remove(self, name: str, entry: dict[str, Any]) -> None:
        self._log(f"INFO : Table {name} has no files any more: {self._policy.delete}")
        if self._policy.delete == "DELETE_FROM_DATABASE":
            self._glue.delete_table(DatabaseName=self._database, Name=name)
            self.deleted += 1
        elif self._policy.delete == "DEPRECATE_IN_DATABASE":
            self._deprecate(entry)

    def _deprecate(self, entry: Mapping[str, Any]) -> None:
        if DEPRECATED not in entry["Parameters"]:
            kept = {field: entry[field] for field in TABLE_INPUT if field in entry}
            self._glue.update_table(DatabaseName=self._database, TableInput=_deprecated(kept))

    def _partitions(self, name: str) -> dict[tuple[str, ...], dict[str, Any]]:
        pages = self._glue.get_paginator("get_partitions").paginate(DatabaseName=self._database, TableName=name)
        return {tuple(entry["Values"]): entry for page in pages for entry in page["Partitions"]}

    @staticmethod
    def _answer(answer: Mapping[str, Any]) -> None:
        if errors := answer.get("Errors"):
            detail = errors[0].get("ErrorDetail", {})
            code, message = detail.get("ErrorCode", ""), detail.get("ErrorMessage", "")
            raise ClientError({"Error": {"Code": code, "Message": message}}, "Partitions")


def _foreign(entry: Mapping[str, Any] | None) -> str:
    """The table format that another writer keeps in the table (Iceberg, Delta, Hudi); empty where there is none."""
    parameters: Mapping[str, str] = (entry or {}).get("Parameters", {})
    return parameters.get("table_type", "") or parameters.get("spark.sql.sources.provider", "")


def _location(entry: Mapping[str, Any]) -> str:
    place: str = entry.get("StorageDescriptor", {}).get("Location", "")
    return place


def _shape(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a table another one: columns, keys, place and formats, but no counts."""
    storage = entry["StorageDescriptor"]
    parameters = {key: value for key, value in entry.get("Parameters", {}).items() if key not in COUNTS}
    fields = ("Columns", "Location", "InputFormat", "OutputFormat", "SerdeInfo")
    return (*(storage.get(field) for field in fields), entry.get("PartitionKeys", []), parameters)


def _counts(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in entry.get("Parameters", {}).items() if key in COUNTS}


def _differs(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(field) != new[field] for field in ("StorageDescriptor", "Parameters"))


def _deprecated(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "Parameters": {**entry.get("Parameters", {}), DEPRECATED: str(int(time.time() * 1000))}}


def _batches(entries: Sequence[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(entries), size):
        yield list(entries[start : start + size])
