"""Glue's resources: jobs, crawlers, and the hierarchy of the Data Catalog.

An action on a table needs permission for the catalog, its database and itself; one on all tables of a database, for
`table/<database>/*`. (Glue, "Specifying AWS Glue resource ARNs" and "Data Catalog Amazon Resource Names")
"""

from __future__ import annotations

from collections.abc import Callable

from localaws.iam.calls.call import Call

#: Operations that look at every database or every table.
_ALL_DATABASES = frozenset({"GetDatabases", "SearchTables"})
_ALL_TABLES = frozenset({"GetTables", "DeleteDatabase"})


def _catalog(call: Call) -> list[str]:
    """Connections and encryption settings belong to the catalog as well."""
    return [_arn(call, "catalog")]


def _arn(call: Call, resource: str) -> str:
    """Another account's catalog is that account's."""
    account = call.text("CatalogId")
    arn = call.arn(resource)
    return arn.replace(f":{call.account}:", f":{account}:") if account.isdecimal() and len(account) == 12 else arn


def database_names(call: Call) -> list[str]:
    """The databases that the call names; `*` for all of them."""
    if call.operation in _ALL_DATABASES:
        return ["*"]
    if names := call.texts("DatabaseName", "DatabaseInput.Name"):
        return names
    return call.texts("Name") if call.operation.endswith("Database") else []


def _databases(call: Call) -> list[str]:
    if tagged := _tagged(call, ":database/"):
        return tagged
    return [_arn(call, f"database/{name}") for name in database_names(call)]


def _tables(call: Call) -> list[str]:
    if call.operation == "SearchTables":
        return [_arn(call, "table/*")]
    names = (
        ["*"] if call.operation in _ALL_TABLES else call.texts("TableName", "TablesToDelete", "TableInput.Name", "Name")
    )
    return [_arn(call, f"table/{database}/{name}") for database in database_names(call) for name in names]


def _functions(call: Call) -> list[str]:
    every = call.operation in ("GetUserDefinedFunctions", "DeleteDatabase")
    names = ["*"] if every else call.texts("FunctionName", "FunctionInput.FunctionName")
    return [_arn(call, f"userDefinedFunction/{database}/{name}") for database in database_names(call) for name in names]


def _connections(call: Call) -> list[str]:
    if call.operation == "GetConnections":
        return [_arn(call, "connection/*")]
    return _named("connection/", "ConnectionName", "ConnectionNameList", "ConnectionInput.Name", "Name")(call)


def _named(prefix: str, *names: str) -> Callable[[Call], list[str]]:
    def find(call: Call) -> list[str]:
        return _tagged(call, f":{prefix}") or [call.arn(prefix + name) for name in call.texts(*names)]

    return find


def _tagged(call: Call, marker: str) -> list[str]:
    """Tagging names a resource by its ARN."""
    return [arn for arn in call.texts("ResourceArn") if marker in arn]


FINDERS: dict[str, Callable[[Call], list[str]]] = {
    "rootcatalog": _catalog,
    "database": _databases,
    "table": _tables,
    "userdefinedfunction": _functions,
    "connection": _connections,
    "job": _named("job/", "JobName", "JobNames", "Name"),
    "crawler": _named("crawler/", "CrawlerName", "CrawlerNames", "Name"),
    "trigger": _named("trigger/", "Name", "TriggerNames"),
    "workflow": _named("workflow/", "Name", "Names"),
    "blueprint": _named("blueprint/", "Name", "BlueprintName", "Names"),
    "devendpoint": _named("devEndpoint/", "EndpointName", "DevEndpointNames"),
    "dataQualityRuleset": _named("dataQualityRuleset/", "Name", "RulesetNames"),
    "mlTransform": _named("mlTransform/", "TransformId"),
    "session": _named("session/", "Id", "SessionId"),
    "registry": _named("registry/", "RegistryId.RegistryName", "SchemaId.RegistryName", "RegistryName"),
    "schema": _named("schema/", "SchemaId.SchemaName", "SchemaName"),
    "usageProfile": _named("usageProfile/", "Name"),
}
