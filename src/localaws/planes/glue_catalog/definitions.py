"""Changing jobs, crawlers and triggers after they were made, which moto lacks."""

from __future__ import annotations

import inspect
from typing import Any

from localaws.planes.glue_catalog.errors import refusal
from localaws.refusals import NotEmulatedError

#: What an update may name, and moto's attribute for it.
JOB = {
    "Description": "description",
    "LogUri": "log_uri",
    "Role": "role",
    "ExecutionProperty": "execution_property",
    "Command": "command",
    "DefaultArguments": "default_arguments",
    "NonOverridableArguments": "non_overridable_arguments",
    "Connections": "connections",
    "MaxRetries": "max_retries",
    "AllocatedCapacity": "allocated_capacity",
    "Timeout": "timeout",
    "MaxCapacity": "max_capacity",
    "WorkerType": "worker_type",
    "NumberOfWorkers": "number_of_workers",
    "SecurityConfiguration": "security_configuration",
    "NotificationProperty": "notification_property",
    "GlueVersion": "glue_version",
    "CodeGenConfigurationNodes": "code_gen_configuration_nodes",
    "ExecutionClass": "execution_class",
    "SourceControlDetails": "source_control_details",
}
CRAWLER = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}
TRIGGER = {"Description": "description", "Schedule": "schedule", "EventBatchingCondition": "event_batching_condition"}
_DEFAULTS: dict[str, Any] = {"ExecutionProperty": {}, "DefaultArguments": {}, "ExecutionClass": "STANDARD"}


def apply() -> None:
    """UpdateJob, UpdateCrawler and UpdateTrigger work; CreateJob and CreateTrigger refuse what they cannot do."""
    from moto.glue.models import GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.update_job, GlueBackend.update_crawler = update_job, update_crawler
    GlueBackend.update_trigger = update_trigger
    GlueBackend.create_job = _guarded(GlueBackend.create_job)
    GlueBackend.create_trigger = _at_rest(GlueBackend.create_trigger)
    GlueResponse.update_job = _update_job_action
    GlueResponse.update_crawler = _update_crawler_action
    GlueResponse.update_trigger = _update_trigger_action


def update_job(self: Any, name: str, update: dict[str, Any]) -> None:
    """The job is what `update` says; what it leaves out is reset to its default (page "JobUpdate")."""
    from moto.core.utils import utcnow

    _known(update, JOB, "JobUpdate")
    job = self.get_job(name)
    for key, attribute in JOB.items():
        default = _DEFAULTS.get(key)
        setattr(job, attribute, update.get(key, dict(default) if isinstance(default, dict) else default))
    job.last_modified_on = utcnow()


def update_crawler(self: Any, name: str, update: dict[str, Any]) -> None:
    """The crawler has the values that `update` names and keeps the others (page "UpdateCrawler").

    Raises:
        CrawlerRunningException: it is at work.
    """
    from moto.core.utils import utcnow
    from moto.glue.exceptions import CrawlerRunningException

    _known(update, CRAWLER, "UpdateCrawler")
    crawler = self.get_crawler(name)
    if crawler.status != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} has already started")
    for key, value in update.items():
        setattr(crawler, CRAWLER[key], value)
    crawler.version += 1
    crawler.last_updated = utcnow()


def update_trigger(self: Any, name: str, update: dict[str, Any]) -> Any:
    """The trigger's definition is `update`, and what it leaves out is gone (page "UpdateTrigger")."""
    from moto.glue.utils import Action, Predicate

    _known(update, {**TRIGGER, "Name": "", "Actions": "", "Predicate": ""}, "TriggerUpdate")
    trigger = self.get_trigger(name)
    for key, attribute in TRIGGER.items():
        setattr(trigger, attribute, update.get(key))
    if update.get("Predicate"):
        trigger.predicate = Predicate(update["Predicate"])
    if "Actions" in update:
        trigger.actions = [Action(given) for given in update["Actions"]]
    return trigger


def _guarded(create_job: Any) -> Any:
    def guarded(self: Any, name: str, *args: Any, **kwargs: Any) -> None:
        if name in self.jobs:  # page "CreateJob"
            raise refusal("AlreadyExistsException", f"Job with name {name} already exists.")
        create_job(self, name, *args, **kwargs)

    return guarded


def _at_rest(create_trigger: Any) -> Any:
    def guarded(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments
        if given["start_on_creation"]:  # page "CreateTrigger": it would be active, and never fire
            raise NotEmulatedError("glue CreateTrigger: StartOnCreation is not emulated by localaws")
        create_trigger(self, *args, **kwargs)

    signature = inspect.signature(create_trigger)
    return guarded


def _known(update: dict[str, Any], names: dict[str, str], where: str) -> None:
    unknown = sorted(set(update) - set(names))
    if unknown:
        raise refusal("NotImplemented", f"localaws: {where}: {', '.join(unknown)} is not emulated")


def _update_job_action(self: Any) -> Any:
    from moto.core.responses import ActionResult

    name = self.parameters["JobName"]
    self.glue_backend.update_job(name, self.parameters["JobUpdate"])
    return ActionResult({"JobName": name})


def _update_crawler_action(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    update = dict(self.parameters)
    self.glue_backend.update_crawler(update.pop("Name"), update)
    return EmptyResult()


def _update_trigger_action(self: Any) -> Any:
    from moto.core.responses import ActionResult

    trigger = self.glue_backend.update_trigger(self.parameters["Name"], self.parameters["TriggerUpdate"])
    return ActionResult({"Trigger": trigger.as_dict()})
