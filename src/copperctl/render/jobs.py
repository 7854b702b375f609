"""The Glue jobs: one a silver or gold table, and the batch job that runs many."""

from __future__ import annotations

from typing import Any

from copperctl.render.intrinsics import Ref, Sub, logical_id
from copperline.contract import Contract, Contracts

#: Runs at a time that the state machines can ask for: MaxConcurrency of medallion's Map times that of pipeline's Maps.
BATCH_RUNS = 16
FOLDERS = {"silver": "bronze_to_silver", "gold": "silver_to_gold"}


def jobs(contracts: Contracts, requirement: str) -> dict[str, Any]:
    """The resources of all jobs; `requirement` is what pip installs beside the wheel."""
    found = {"JobBatch": _batch(requirement)}
    found |= {"JobRollback": _rollback(requirement), "JobMaintain": _maintain(requirement)}
    for contract in (*contracts.silver(), *contracts.gold()):
        found[logical_id("Job", contract.layer, contract.table)] = _job_of(contract, requirement)
    return found


def _job_of(contract: Contract, requirement: str) -> dict[str, Any]:
    return _job(
        name=f"{contract.layer}-{contract.table}",
        role=f"{contract.layer}-job",
        description=contract.description,
        script=f"{FOLDERS[contract.layer]}/{contract.table}.py",
        workers=2,
        runs=1,
        arguments=_arguments(requirement),
    )


def _batch(requirement: str) -> dict[str, Any]:
    return _job(
        name="batch",
        role="batch-job",
        description="Many tables in one session, since a session costs more than a small table.",
        script="batch.py",
        workers=Ref("BatchMaxWorkers"),
        runs=BATCH_RUNS,
        arguments={**_arguments(requirement), "--enable-auto-scaling": "true"},
    )


def _rollback(requirement: str) -> dict[str, Any]:
    return _job(
        name="rollback",
        role="rollback-job",
        description="Takes a table back to what readers saw before. Needs --tables, and --snapshot for another state.",
        script="upkeep/rollback.py",
        workers=2,
        runs=4,
        arguments=_arguments(requirement),
    )


def _maintain(requirement: str) -> dict[str, Any]:
    """Two at a time would compact the same ledgers, which no lease protects."""
    return _job(
        name="maintain",
        role="maintain-job",
        description="Compacts and audits tables, removes what nobody can read any more. Without --apply it only looks.",
        script="upkeep/maintain.py",
        workers=Ref("BatchMaxWorkers"),
        runs=1,
        timeout=240,
        arguments={
            **_arguments(requirement),
            "--enable-auto-scaling": "true",
            "--keep_days": Ref("RollbackDays"),
        },
    )


def _arguments(requirement: str) -> dict[str, Any]:
    """What every run gets (AWS Glue, "Using job parameters in AWS Glue jobs")."""
    return {
        "--additional-python-modules": Sub(f"${{WheelUri}},{requirement}"),
        "--custom-logGroup-prefix": Sub("/aws-glue/${Name}"),
        "--datalake-formats": "iceberg",
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-glue-datacatalog": "true",
        "--enable-metrics": "true",
        "--runbook": Ref("RunbookUrl"),
        "--stack": Ref("Name"),
        "--TempDir": Sub("s3://${TempBucket}/jobs/"),
        "--topic_arn": Ref("TopicArn"),
    }


def _job(
    name: str,
    role: str,
    description: str,
    script: str,
    workers: Any,
    runs: int,
    arguments: dict[str, Any],
    timeout: int = 20,
) -> dict[str, Any]:
    return {
        "Type": "AWS::Glue::Job",
        "Properties": {
            "Name": Sub(f"${{Name}}-{name}"),
            "Description": description,
            "Role": Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/${{Name}}-{role}"),
            "Command": {"Name": "glueetl", "PythonVersion": "3", "ScriptLocation": script},
            "GlueVersion": "5.1",
            "WorkerType": "G.1X",
            "NumberOfWorkers": workers,
            "Timeout": timeout,
            "MaxRetries": 0,
            "ExecutionProperty": {"MaxConcurrentRuns": runs},
            "SecurityConfiguration": Ref("SecurityConfiguration"),
            "DefaultArguments": arguments,
        },
    }
