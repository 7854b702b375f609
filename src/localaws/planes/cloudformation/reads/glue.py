"""AWS::Glue as Glue tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read
from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.glue import CRAWLER, JOB
from localaws.planes.cloudformation.rows.glue_parts import CLASSIFIERS, TRIGGER


def _tags(ctx: Context, kind: str, name: str) -> dict[str, str]:
    found: dict[str, str] = ctx.client("glue").get_tags(ResourceArn=ctx.arn("glue", f"{kind}/{name}"))["Tags"]
    return found


def _database(ctx: Context, name: str, props: Props) -> Props:
    found = ctx.client("glue").get_database(CatalogId=props["CatalogId"], Name=name)["Database"]
    return {"CatalogId": found.get("CatalogId", props["CatalogId"]), "DatabaseName": name, "DatabaseInput": found}


def _table(ctx: Context, name: str, props: Props) -> Props:
    place = pick(props, "CatalogId", "DatabaseName")
    found = ctx.client("glue").get_table(**place, Name=name)["Table"]
    return {**place, "Name": name, "TableInput": found}


def _job(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("glue").get_job(JobName=name)["Job"]
    return {**pick(found, "Name", *JOB), "Tags": _tags(ctx, "job", name)}


def _crawler(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("glue").get_crawler(Name=name)["Crawler"]
    schedule = pick(found.get("Schedule") or {}, "ScheduleExpression")
    targets = dict(found.get("Targets") or {})
    if "DynamoDBTargets" in targets:
        tables = targets["DynamoDBTargets"]
        targets["DynamoDBTargets"] = [pick(one, "Path", ScanAll="scanAll", ScanRate="scanRate") for one in tables]
    same = pick(found, "Name", *CRAWLER)
    return {**same, "Schedule": schedule or None, "Targets": targets, "Tags": _tags(ctx, "crawler", name)}


def _classifier(ctx: Context, name: str, props: Props) -> Props:
    found = dict(ctx.client("glue").get_classifier(Name=name)["Classifier"])
    kind = next(kind for kind in CLASSIFIERS if kind in props)
    if "CustomDatatypes" in found.get(kind, {}):
        found[kind] = {**found[kind], "ContainsCustomDatatype": found[kind]["CustomDatatypes"]}
    return pick(found, *CLASSIFIERS)


def _connection(ctx: Context, name: str, props: Props) -> Props:
    found = ctx.client("glue").get_connection(CatalogId=props["CatalogId"], Name=name)["Connection"]
    return {"CatalogId": props["CatalogId"], "ConnectionInput": found}


def _security(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("glue").get_security_configuration(Name=name)["SecurityConfiguration"]
    given = found["EncryptionConfiguration"]
    same = pick(given, "CloudWatchEncryption", "JobBookmarksEncryption", S3Encryptions="S3Encryption")
    return {"Name": found["Name"], "EncryptionConfiguration": same}


def _trigger(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("glue").get_trigger(Name=name)["Trigger"]
    return {**pick(found, "Name", "Type", "WorkflowName", *TRIGGER), "Tags": _tags(ctx, "trigger", name)}


def _workflow(ctx: Context, name: str, _: Props) -> Props:
    found = ctx.client("glue").get_workflow(Name=name)["Workflow"]
    same = pick(found, "Name", "Description", "DefaultRunProperties", "MaxConcurrentRuns")
    return {**same, "Tags": _tags(ctx, "workflow", name)}


def _encryption(ctx: Context, catalog: str, _: Props) -> Props:
    found = ctx.client("glue").get_data_catalog_encryption_settings(CatalogId=catalog)
    return {"CatalogId": catalog, **pick(found, "DataCatalogEncryptionSettings")}


READS: dict[str, Read] = {
    "AWS::Glue::Classifier": _classifier,
    "AWS::Glue::Connection": _connection,
    "AWS::Glue::Crawler": _crawler,
    "AWS::Glue::DataCatalogEncryptionSettings": _encryption,
    "AWS::Glue::Database": _database,
    "AWS::Glue::Job": _job,
    "AWS::Glue::SecurityConfiguration": _security,
    "AWS::Glue::Table": _table,
    "AWS::Glue::Trigger": _trigger,
    "AWS::Glue::Workflow": _workflow,
}
