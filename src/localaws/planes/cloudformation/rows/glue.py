"""AWS::Glue: databases, tables, jobs, crawlers and what they use."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, as_data, names, pick, retag, tag_map
from localaws.planes.cloudformation.rows.glue_parts import PARTS

JOB = (
    "AllocatedCapacity",
    "Command",
    "Connections",
    "DefaultArguments",
    "Description",
    "ExecutionClass",
    "ExecutionProperty",
    "GlueVersion",
    "LogUri",
    "MaxCapacity",
    "MaxRetries",
    "NonOverridableArguments",
    "NotificationProperty",
    "NumberOfWorkers",
    "Role",
    "SecurityConfiguration",
    "Timeout",
    "WorkerType",
)
CRAWLER = (
    "Classifiers",
    "Configuration",
    "CrawlerSecurityConfiguration",
    "DatabaseName",
    "Description",
    "RecrawlPolicy",
    "Role",
    "SchemaChangePolicy",
    "TablePrefix",
    "Targets",
)
#: What CloudFormation resets in UpdateCrawler, which keeps what it is not told.
CRAWLER_DEFAULTS: Props = {
    "Classifiers": [],
    "Configuration": None,
    "CrawlerSecurityConfiguration": None,
    "Description": None,
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
    "TablePrefix": None,
}


def tags(ctx: Context, kind: str, name: str, new: Props, old: Props) -> None:
    """The tags of the Glue resource are the new ones."""
    glue, arn = ctx.client("glue"), ctx.arn("glue", f"{kind}/{name}")
    retag(
        new,
        old,
        lambda added: glue.tag_resource(ResourceArn=arn, TagsToAdd=added),
        lambda keys: glue.untag_resource(ResourceArn=arn, TagsToRemove=keys),
    )


def _database_input(ctx: Context, props: Props) -> tuple[str, Props]:
    given = dict(as_data(props["DatabaseInput"]))
    name = props.get("DatabaseName") or given.get("Name") or ctx.physical_id or ctx.generated_name(lower=True)
    return str(name), {**given, "Name": name}


def _create_database(ctx: Context, props: Props) -> str:
    name, given = _database_input(ctx, props)
    ctx.client("glue").create_database(CatalogId=props["CatalogId"], DatabaseInput=given)
    return ctx.made(name)


def _update_database(ctx: Context, name: str, new: Props, _: Props) -> None:
    ctx.client("glue").update_database(
        CatalogId=new["CatalogId"], Name=name, DatabaseInput=_database_input(ctx, new)[1]
    )


def _delete_database(ctx: Context, name: str, props: Props) -> None:
    ctx.client("glue").delete_database(CatalogId=props["CatalogId"], Name=name)


def _table_input(ctx: Context, props: Props) -> Props:
    given = dict(props["TableInput"])
    if "Parameters" in given:
        given["Parameters"] = {key: str(value) for key, value in as_data(given["Parameters"]).items()}
    return {
        **given,
        "Name": given.get("Name") or props.get("Name") or ctx.physical_id or ctx.generated_name(lower=True),
    }


def _create_table(ctx: Context, props: Props) -> str:
    given = _table_input(ctx, props)
    ctx.client("glue").create_table(
        TableInput=given, **pick(props, "CatalogId", "DatabaseName", "OpenTableFormatInput")
    )
    return ctx.made(given["Name"])


def _update_table(ctx: Context, _: str, new: Props, __: Props) -> None:
    ctx.client("glue").update_table(TableInput=_table_input(ctx, new), **pick(new, "CatalogId", "DatabaseName"))


def _job(props: Props) -> Props:
    given = pick(props, *JOB)
    for key in ("DefaultArguments", "NonOverridableArguments"):
        if key in given:
            given[key] = {name: str(value) for name, value in as_data(given[key]).items()}
    for key in ("AllocatedCapacity", "MaxRetries"):
        if key in given:
            given[key] = int(given[key])
    return given


def _create_job(ctx: Context, props: Props) -> str:
    ctx.client("glue").create_job(Name=props["Name"], Tags=tag_map(as_data(props.get("Tags"))), **_job(props))
    return ctx.made(props["Name"])


def _update_job(ctx: Context, name: str, new: Props, old: Props) -> None:
    ctx.client("glue").update_job(JobName=name, JobUpdate=_job(new))
    tags(ctx, "job", name, new, old)


def _crawler(props: Props) -> Props:
    schedule = props.get("Schedule", {}).get("ScheduleExpression")
    targets = dict(props["Targets"])
    if "DynamoDBTargets" in targets:
        targets["DynamoDBTargets"] = [
            pick(target, "Path", scanAll="ScanAll", scanRate="ScanRate") for target in targets["DynamoDBTargets"]
        ]
    return {**pick(props, *CRAWLER), "Targets": targets, **({"Schedule": schedule} if schedule else {})}


def _create_crawler(ctx: Context, props: Props) -> str:
    tagged = tag_map(as_data(props.get("Tags")))
    ctx.client("glue").create_crawler(Name=props["Name"], Tags=tagged, **_crawler(props))
    return ctx.made(props["Name"])


def _update_crawler(ctx: Context, name: str, new: Props, old: Props) -> None:
    reset: dict[str, Any] = {key: CRAWLER_DEFAULTS[key] for key in CRAWLER_DEFAULTS if key in old and key not in new}
    if "Schedule" in old and "Schedule" not in new:
        reset["Schedule"] = ""
    ctx.client("glue").update_crawler(Name=name, **reset, **_crawler(new))
    tags(ctx, "crawler", name, new, old)


ROWS = [
    Row(
        "AWS::Glue::Database",
        names("CatalogId DatabaseInput DatabaseName"),
        _create_database,
        _delete_database,
        _update_database,
    ),
    Row(
        "AWS::Glue::Table",
        names("CatalogId DatabaseName Name OpenTableFormatInput TableInput"),
        _create_table,
        lambda ctx, name, props: ctx.client("glue").delete_table(Name=name, **pick(props, "CatalogId", "DatabaseName")),
        _update_table,
    ),
    Row(
        "AWS::Glue::Job",
        names(" ".join(JOB)) | names("Name Tags"),
        _create_job,
        lambda ctx, name, props: ctx.client("glue").delete_job(JobName=name),
        _update_job,
        name="Name",
    ),
    Row(
        "AWS::Glue::Crawler",
        names(" ".join(CRAWLER)) | names("Name Schedule Tags"),
        _create_crawler,
        lambda ctx, name, props: ctx.client("glue").delete_crawler(Name=name),
        _update_crawler,
        name="Name",
    ),
    *PARTS,
]
