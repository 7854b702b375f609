"""AWS::Glue: classifiers, connections, security configurations, triggers, workflows and the catalog's encryption."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, as_data, names, pick, tag_map

CLASSIFIERS = ("CsvClassifier", "GrokClassifier", "JsonClassifier", "XMLClassifier")
TRIGGER = ("Actions", "Description", "EventBatchingCondition", "Predicate", "Schedule")


def _classifier(ctx: Context, props: Props) -> tuple[str, Props]:
    kind = next(name for name in CLASSIFIERS if name in props)
    given = {"Name": ctx.physical_id or ctx.generated_name(), **props[kind]}
    if "ContainsCustomDatatype" in given:
        given["CustomDatatypes"] = given.pop("ContainsCustomDatatype")
    return str(given["Name"]), {kind: given}


def _create_classifier(ctx: Context, props: Props) -> str:
    name, given = _classifier(ctx, props)
    ctx.client("glue").create_classifier(**given)
    return ctx.made(name)


def _update_classifier(ctx: Context, _: str, new: Props, __: Props) -> None:
    ctx.client("glue").update_classifier(**_classifier(ctx, new)[1])


def _connection(ctx: Context, props: Props) -> Props:
    given = {"Name": ctx.physical_id or ctx.generated_name(), **props["ConnectionInput"]}
    for key in ("ConnectionProperties", "SparkProperties", "AthenaProperties", "PythonProperties"):
        if key in given:
            given[key] = as_data(given[key])
    return given


def _create_connection(ctx: Context, props: Props) -> str:
    given = _connection(ctx, props)
    ctx.client("glue").create_connection(CatalogId=props["CatalogId"], ConnectionInput=given)
    return ctx.made(given["Name"])


def _update_connection(ctx: Context, name: str, new: Props, _: Props) -> None:
    ctx.client("glue").update_connection(CatalogId=new["CatalogId"], Name=name, ConnectionInput=_connection(ctx, new))


def _delete_connection(ctx: Context, name: str, props: Props) -> None:
    ctx.client("glue").delete_connection(CatalogId=props["CatalogId"], ConnectionName=name)


def _create_security(ctx: Context, props: Props) -> str:
    """CloudFormation says S3Encryptions where the API says S3Encryption."""
    given = props["EncryptionConfiguration"]
    encryption = pick(given, "CloudWatchEncryption", "JobBookmarksEncryption", S3Encryption="S3Encryptions")
    ctx.client("glue").create_security_configuration(Name=props["Name"], EncryptionConfiguration=encryption)
    return ctx.made(props["Name"])


def _create_trigger(ctx: Context, props: Props) -> str:
    tagged = tag_map(as_data(props.get("Tags")))
    given = pick(props, "Name", "Type", "WorkflowName", "StartOnCreation", *TRIGGER)
    ctx.client("glue").create_trigger(**given, Tags=tagged)
    return ctx.made(props["Name"])


def _update_trigger(ctx: Context, name: str, new: Props, _: Props) -> None:
    ctx.client("glue").update_trigger(Name=name, TriggerUpdate=pick(new, *TRIGGER))


def _create_workflow(ctx: Context, props: Props) -> str:
    given = pick(props, "Name", "Description", "DefaultRunProperties", "MaxConcurrentRuns")
    ctx.client("glue").create_workflow(**given, Tags=tag_map(as_data(props.get("Tags"))))
    return ctx.made(props["Name"])


def _update_workflow(ctx: Context, name: str, new: Props, _: Props) -> None:
    given = pick(new, "Description", "DefaultRunProperties", "MaxConcurrentRuns")
    ctx.client("glue").update_workflow(Name=name, **given)


def _put_encryption(ctx: Context, props: Props) -> str:
    ctx.client("glue").put_data_catalog_encryption_settings(**pick(props, "CatalogId", "DataCatalogEncryptionSettings"))
    return ctx.made(props["CatalogId"])


def _update_encryption(ctx: Context, _: str, new: Props, __: Props) -> None:
    _put_encryption(ctx, new)


def _reset_encryption(ctx: Context, _: str, props: Props) -> None:
    off = {
        "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
    }
    _put_encryption(ctx, {**props, "DataCatalogEncryptionSettings": off})


PARTS = [
    Row(
        "AWS::Glue::Classifier",
        names(" ".join(CLASSIFIERS)),
        _create_classifier,
        lambda ctx, name, props: ctx.client("glue").delete_classifier(Name=name),
        _update_classifier,
        lambda ctx, name, props: {"Name": name},
    ),
    Row(
        "AWS::Glue::Connection",
        names("CatalogId ConnectionInput"),
        _create_connection,
        _delete_connection,
        _update_connection,
        lambda ctx, name, props: {"Name": name},
    ),
    Row(
        "AWS::Glue::SecurityConfiguration",
        names("EncryptionConfiguration Name"),
        _create_security,
        lambda ctx, name, props: ctx.client("glue").delete_security_configuration(Name=name),
        name="Name",
    ),
    Row(
        "AWS::Glue::Trigger",
        names(" ".join(TRIGGER)) | names("Name StartOnCreation Tags Type WorkflowName"),
        _create_trigger,
        lambda ctx, name, props: ctx.client("glue").delete_trigger(Name=name),
        _update_trigger,
        name="Name",
    ),
    Row(
        "AWS::Glue::Workflow",
        names("DefaultRunProperties Description MaxConcurrentRuns Name Tags"),
        _create_workflow,
        lambda ctx, name, props: ctx.client("glue").delete_workflow(Name=name),
        _update_workflow,
        name="Name",
    ),
    Row(
        "AWS::Glue::DataCatalogEncryptionSettings",
        names("CatalogId DataCatalogEncryptionSettings"),
        _put_encryption,
        _reset_encryption,
        _update_encryption,
    ),
]
