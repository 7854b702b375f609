"""The six scripts as six Glue jobs, and a state machine that runs them one after another."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.baseline.__main__ import SCRIPTS
from benchmarks.world import COMMITTER
from copperctl.aws import Aws
from copperctl.checkout import root

ROLE = "baseline"
_HERE = Path(__file__).parent
_PACKAGES = ("benchmarks/__init__.py", "benchmarks/baseline/__init__.py", "benchmarks/baseline/lookups.py")


def deploy(aws: Aws, bucket: str) -> str:
    """The jobs and the machine are there; answers the machine's ARN.

    The jobs ask for Iceberg, which they do not use: localaws keeps its archive of class data for that class path.
    """
    s3, glue, role = aws.client("s3"), aws.client("glue"), _role(aws)
    s3.put_object(Bucket=bucket, Key="scripts/lookups.zip", Body=_lookups())
    for script in SCRIPTS:
        s3.upload_file(str(_HERE / f"{script}.py"), bucket, f"scripts/{script}.py")
        glue.create_job(
            Name=f"{ROLE}-{script}",
            Role=role,
            GlueVersion="5.1",
            WorkerType="G.1X",
            NumberOfWorkers=2,
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/scripts/{script}.py", "PythonVersion": "3"},
            DefaultArguments={
                "--bucket": bucket,
                "--extra-py-files": f"s3://{bucket}/scripts/lookups.zip",
                "--datalake-formats": "iceberg",
                "--conf": " --conf ".join(f"{name}={value}" for name, value in COMMITTER.items()),
            },
        )
    machine = aws.client("stepfunctions").create_state_machine(
        name=ROLE, definition=json.dumps(_definition()), roleArn=role
    )
    return str(machine["stateMachineArn"])


def _definition() -> dict[str, Any]:
    following = dict(pairwise(SCRIPTS))
    return {"StartAt": SCRIPTS[0], "States": {script: _state(script, following.get(script)) for script in SCRIPTS}}


def _state(script: str, then: str | None) -> dict[str, Any]:
    task = {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync"}
    return {**task, "Parameters": {"JobName": f"{ROLE}-{script}"}, **({"Next": then} if then else {"End": True})}


def _lookups() -> bytes:
    """What the scripts import, with the lists that it reads."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in _PACKAGES:
            archive.write(root() / name, name)
        for file in (root() / "contracts" / "reference").glob("*.csv"):
            archive.write(file, f"benchmarks/baseline/{file.name}")
    return packed.getvalue()


def _role(aws: Aws) -> str:
    """Both services may take it, and it may do what it likes: nobody judges the scripts by their rights."""
    services = {"Service": ["glue.amazonaws.com", "states.amazonaws.com"]}
    trust = {"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam = aws.client("iam")
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=ROLE, PolicyName="all", PolicyDocument=_policy(everything))
    return str(role)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
