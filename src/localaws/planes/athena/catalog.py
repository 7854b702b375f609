"""The Glue Data Catalog as a query sees it, with the rights of its caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from localaws.planes.athena import views
from localaws.planes.athena.errors import Position, QueryError, refused
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.sql.analysis import Source, TableName, View
from localaws.planes.athena.tables.files import Files
from localaws.planes.athena.tables.iceberg import Iceberg
from localaws.planes.athena.tables.metadata_tables import metadata_table


@dataclass
class GlueCatalog:
    """AwsDataCatalog."""

    keys: Keys

    def find(self, name: TableName) -> Source | View:
        """The table or view of the name; `table$snapshots` and the like are tables about an Iceberg table.

        Raises:
            QueryError: there is none, it may not be seen, or its format is not read.
        """
        base, mark, suffix = name.table.partition("$")
        table = self.table(name.database, base if mark else name.table, name.at)
        if table.get("TableType") == "VIRTUAL_VIEW":
            return views.of_table(table)
        found = self._source(table, name)
        if mark:
            return metadata_table(found, suffix, name)
        return found

    def _source(self, table: dict[str, Any], name: TableName) -> Source:
        if _is_iceberg(table):
            location = table.get("Parameters", {}).get("metadata_location")
            if not location:
                raise QueryError("ICEBERG_INVALID_METADATA", f"{name}: parameter metadata_location is missing", name.at)
            iceberg = Iceberg(location, self.keys)
            return iceberg if name.version is None else iceberg.at(_version(name), name.at)
        if name.version is not None:
            raise QueryError("NOT_SUPPORTED", "This connector does not support versioned tables", name.at)
        return Files(table, self.keys, self.partitions)

    def table(self, database: str, name: str, at: Position | None = None) -> dict[str, Any]:
        """The catalog's entry for a table.

        Raises:
            QueryError: there is none, or it may not be seen.
        """
        try:
            found: dict[str, Any] = self._glue().get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            raise self._missing(error, database, name, at) from error
        return found

    def _missing(self, error: ClientError, database: str, name: str, at: Position | None) -> QueryError:
        if error.response["Error"]["Code"] != "EntityNotFoundException":
            return failure(error, at)
        if not self.has_database(database):
            return QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", at)
        return QueryError("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{database}.{name}' does not exist", at)

    def has_database(self, name: str) -> bool:
        """Whether there is such a database that the caller may see."""
        return self.database(name) is not None

    def database(self, name: str) -> dict[str, Any] | None:
        """The catalog's entry for a database, if there is one that the caller may see."""
        try:
            found: dict[str, Any] = self._glue().get_database(Name=name)["Database"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "EntityNotFoundException":
                return None
            raise failure(error) from error
        return found

    def databases(self) -> list[dict[str, Any]]:
        """The catalog's entries for all databases."""
        return sorted(self._all("get_databases", "DatabaseList"), key=lambda each: str(each["Name"]))

    def tables(self, database: str) -> list[dict[str, Any]]:
        """The catalog's entries for all tables and views of a database."""
        if not self.has_database(database):
            raise QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
        return sorted(self._all("get_tables", "TableList", DatabaseName=database), key=lambda each: str(each["Name"]))

    def partitions(self, database: str, table: str) -> list[dict[str, Any]]:
        """The partitions of a table."""
        return self._all("get_partitions", "Partitions", DatabaseName=database, TableName=table)

    def _all(self, operation: str, part: str, **given: Any) -> list[dict[str, Any]]:
        try:
            pages = self._glue().get_paginator(operation).paginate(**given)
            return [each for page in pages for each in page[part]]
        except ClientError as error:
            raise failure(error) from error

    def _glue(self) -> Any:
        return self.keys.client("glue")

    def save_view(self, database: str, table: dict[str, Any], exists: bool) -> None:
        """The view is in the catalog, in place of an older one where there is one."""
        operation = "update_table" if exists else "create_table"
        self._do(operation, DatabaseName=database, TableInput=table)

    def save_database(self, given: dict[str, Any]) -> None:
        """The database is in the catalog."""
        self._do("create_database", DatabaseInput=given)

    def drop_database(self, name: str) -> None:
        """The database is in the catalog no more."""
        self._do("delete_database", Name=name)

    def drop(self, database: str, name: str) -> None:
        """The table or view is in the catalog no more."""
        self._do("delete_table", DatabaseName=database, Name=name)

    def _do(self, operation: str, **given: Any) -> None:
        try:
            getattr(self._glue(), operation)(**given)
        except ClientError as error:
            raise failure(error) from error


def failure(error: ClientError, at: Position | None = None) -> QueryError:
    """The error that Athena shows for one of Glue."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == "AccessDeniedException":
        return QueryError("PERMISSION_DENIED", f"Insufficient permissions to execute the query. {message}", at)
    return QueryError("HIVE_METASTORE_ERROR", f"{code}: {message}", at)


def _is_iceberg(table: dict[str, Any]) -> bool:
    return str(table.get("Parameters", {}).get("table_type", "")).upper() == "ICEBERG"


def _version(name: TableName) -> str | int:
    if not isinstance(name.version, str | int):
        raise refused(f"FOR TIMESTAMP AS OF {name.version}", name.at)
    return name.version
