"""What the room of jobs says of the jobs beside the workflow."""

from __future__ import annotations

import json

from tests.support.templates import of_type, template, text


def test_once_a_month_everything_is_maintained_and_not_only_looked_at() -> None:
    (schedule,) = of_type(template("glue_jobs"), "AWS::Scheduler::Schedule").values()
    target = schedule["Target"]
    assert text(target["Arn"]) == "arn:${AWS::Partition}:scheduler:::aws-sdk:glue:startJobRun"
    asked = json.loads(text(target["Input"]))
    assert asked == {"JobName": "${JobMaintain}", "Arguments": {"--apply": "true"}}
    assert (text(schedule["ScheduleExpression"]), text(schedule["State"])) == ("MaintenanceExpression", "ScheduleState")
    parameters = template("infra")["Parameters"]
    assert parameters["MaintenanceExpression"]["Default"] == "cron(30 3 1 * ? *)"


def test_by_itself_the_job_only_looks_and_knows_how_far_back_readers_can_go() -> None:
    job = of_type(template("glue_jobs"), "AWS::Glue::Job")["JobMaintain"]
    assert "--apply" not in job["DefaultArguments"]
    assert job["DefaultArguments"]["--keep_days"] == {"Ref": "RollbackDays"}
    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}


def test_every_job_has_a_role_and_those_beside_the_workflow_one_each() -> None:
    jobs = of_type(template("glue_jobs"), "AWS::Glue::Job")
    roles = {name: text(job["Role"]).rpartition("/")[2] for name, job in jobs.items()}
    known = {text(role["RoleName"]) for role in of_type(template("iam"), "AWS::IAM::Role").values()}
    assert set(roles.values()) <= known
    alone = [name for name, role in roles.items() if list(roles.values()).count(role) == 1]
    assert {"JobRollback", "JobMaintain"} <= set(alone)
