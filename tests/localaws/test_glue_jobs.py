from __future__ import annotations

import io
import json
import os
import signal
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.processes import members
from localaws.testing import Server
from tests.localaws.policies import make_role, trust
from tests.localaws.waiting import until

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")


TRUST = trust("glue")


class Bench:
    """A job of a test's own, and what one does with it."""

    def __init__(self, aws: Server) -> None:
        self.aws, self.glue, self.s3 = aws, aws.client("glue"), aws.client("s3")
        self.name = f"job-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.name)
        self.iam = aws.client("iam")
        make_role(self.iam, self.name, "glue")

    def allow(self, policy: dict[str, Any]) -> None:
        self.iam.put_role_policy(RoleName=self.name, PolicyName="all", PolicyDocument=json.dumps(policy))

    def put(self, key: str, body: bytes | str) -> str:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)
        return f"s3://{self.name}/{key}"

    def job(self, script: str, **more: Any) -> None:
        location = self.put("script.py", script)
        self.glue.create_job(
            Name=self.name,
            Role=f"arn:aws:iam::123456789012:role/{self.name}",
            Command={"Name": "glueetl", "ScriptLocation": location},
            **{"GlueVersion": "5.1", **more},
        )

    def start(self, **arguments: str) -> str:
        given = {f"--{name}": value for name, value in arguments.items()}
        run_id: str = self.glue.start_job_run(JobName=self.name, Arguments=given)["JobRunId"]
        return run_id

    def look(self, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = self.glue.get_job_run(JobName=self.name, RunId=run_id)["JobRun"]
        return run

    def until(self, run_id: str, *states: str) -> dict[str, Any]:
        for _ in range(6000):
            run = self.look(run_id)
            if run["JobRunState"] in states:
                return run
            assert run["JobRunState"] not in ENDED, run
            time.sleep(0.01)
        raise AssertionError(f"never {states}: {run}")

    def run(self, **arguments: str) -> dict[str, Any]:
        return self.until(self.start(**arguments), *ENDED)

    def output(self, key: str = "out") -> str:
        text: str = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read().decode()
        return text

    def log(self, run_id: str, group: str = "/aws-glue/jobs/output") -> list[str]:
        events = self.aws.client("logs").get_log_events(logGroupName=group, logStreamName=run_id, startFromHead=True)
        return [event["message"] for event in events["events"]]

    def pid(self, run_id: str) -> int:
        self.until(run_id, "RUNNING")
        return int((self.aws.state / "glue" / "runs" / run_id / "pid").read_text())


@pytest.fixture
def bench(aws: Server) -> Bench:
    return Bench(aws)


def tell(expression: str) -> str:
    """A script that puts the value of an expression into the job's bucket."""
    return f"""
import boto3, os, sys
from awsglue.utils import getResolvedOptions
options = getResolvedOptions(sys.argv, ["JOB_NAME"])
boto3.client("s3").put_object(Bucket=options["JOB_NAME"], Key="out", Body=str({expression}).encode())
"""


@pytest.fixture(scope="module")
def sleeper(aws: Server) -> tuple[Bench, str]:
    """A run with the shortest timeout there is, a minute: begun with the first test, judged by the last."""
    bench = Bench(aws)
    bench.job("import time; print('begun', flush=True); time.sleep(600)", Timeout=1, MaxRetries=1)
    return bench, bench.start()


@pytest.mark.usefixtures("sleeper")
def test_a_run_succeeds_and_tells_its_facts(bench: Bench) -> None:
    bench.job("print('hello')", WorkerType="G.1X", NumberOfWorkers=2, Timeout=20)
    run = bench.run()
    assert run["JobRunState"] == "SUCCEEDED"
    assert "ErrorMessage" not in run
    assert run["StartedOn"] <= run["CompletedOn"]
    facts = {"Attempt": 0, "GlueVersion": "5.1", "WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0}
    assert facts.items() <= run.items()
    assert run["Timeout"] == 20
    assert run["LogGroupName"] == "/aws-glue/jobs"
    assert run["DPUSeconds"] >= 2 * run["ExecutionTime"]
    assert (run["AllocatedCapacity"], run["ExecutionClass"]) == (2, "STANDARD")
    assert run["LastModifiedOn"] == run["CompletedOn"]
    assert "PreviousRunId" not in run


def test_default_and_run_arguments_are_merged(bench: Bench) -> None:
    bench.job(tell("sys.argv[1:]"), DefaultArguments={"--a": "default", "--b": "default"})
    run = bench.run(b="run", empty="")
    argv = eval(bench.output())
    given = dict(zip(argv[::2], argv[1::2], strict=True))
    assert given == {
        "--JOB_NAME": bench.name,
        "--JOB_RUN_ID": run["Id"],
        "--a": "default",
        "--b": "run",
        "--empty": "",
    }


def test_the_run_acts_as_the_role_of_its_job(bench: Bench) -> None:
    bench.job(tell('boto3.client("sts").get_caller_identity()["Arn"]'))
    assert bench.run()["JobRunState"] == "SUCCEEDED"
    assert f":assumed-role/{bench.name}/" in bench.output()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("raise ValueError('no such month')", "ValueError: no such month"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import sys; sys.exit('bad input')", "SystemExit: bad input"),
        ("class Own(Exception): pass\nraise Own('x\\n\\tat java')", "Own: x"),
        ("def broken(:", "SyntaxError: invalid syntax (script.py, line 1)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "Job run's process was killed by signal SIGTERM"),
    ],
)
def test_a_failure_is_told_as_glue_tells_it(bench: Bench, script: str, message: str) -> None:
    bench.job(script)
    run = bench.run()
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(message)


def test_the_traceback_is_the_script_s_own_and_in_the_error_stream(bench: Bench) -> None:
    bench.job("print('so far')\nraise ValueError('no')")
    run = bench.run()
    assert bench.log(run["Id"]) == ["so far"]
    error = bench.log(run["Id"], "/aws-glue/jobs/error")
    assert error[0] == "Traceback (most recent call last):"
    assert "script.py" in error[1]
    assert error[-1] == "ValueError: no"


def test_output_is_there_while_the_run_goes_on(bench: Bench) -> None:
    bench.job("pass")
    bench.run()  # now the group exists
    bench.glue.delete_job(JobName=bench.name)
    bench.job("import time\nprint('begun')\ntime.sleep(600)")
    run_id = bench.start()
    bench.until(run_id, "RUNNING")
    logs = bench.aws.client("logs")
    group = "/aws-glue/jobs/output"
    until(lambda: logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=run_id)["logStreams"] != [])
    until(lambda: bench.log(run_id) == ["begun"])
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id])


def test_a_log_group_of_its_own(bench: Bench) -> None:
    bench.job("print('here')", DefaultArguments={"--continuous-log-logGroup": f"/own/{bench.name}"})
    run = bench.run()
    assert bench.log(run["Id"], f"/own/{bench.name}") == ["here"]


def test_stopping_ends_the_run_and_all_that_it_started(bench: Bench) -> None:
    child = "import os, time; os.setpgid(0, 0); time.sleep(600)"
    bench.job(f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', '''{child}'''])\ntime.sleep(600)")
    run_id = bench.start()
    leader = bench.pid(run_id)
    until(lambda: len(members(leader)) == 2)
    answer = bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id, "jr_none"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": bench.name, "JobRunId": run_id}]
    assert [e["ErrorDetail"]["ErrorCode"] for e in answer["Errors"]] == ["EntityNotFoundException"]
    run = bench.until(run_id, "STOPPED")
    assert "ErrorMessage" not in run
    assert run["StartedOn"] <= run["CompletedOn"]
    assert run["DPUSeconds"] >= run["ExecutionTime"]
    assert members(leader) == []
    assert not (bench.aws.state / "glue" / "runs" / run_id).exists()
    late = bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id])
    assert late["Errors"][0]["ErrorDetail"]["ErrorCode"] == "InvalidInputException"


def test_a_process_that_is_killed_from_outside_fails_its_run(bench: Bench) -> None:
    bench.job("import time; time.sleep(600)")
    run_id = bench.start()
    os.kill(bench.pid(run_id), signal.SIGKILL)
    run = bench.until(run_id, "FAILED")
    assert run["ErrorMessage"] == "Job run's process was killed by signal SIGKILL (9)"


def test_as_many_runs_as_allowed(bench: Bench) -> None:
    bench.job("import time; time.sleep(600)", ExecutionProperty={"MaxConcurrentRuns": 2})
    first, second = bench.start(), bench.start()
    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        bench.start()
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[first])
    bench.until(first, "STOPPED")
    third = bench.start()
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[second, third])
    pages = bench.glue.get_paginator("get_job_runs").paginate(JobName=bench.name, PaginationConfig={"PageSize": 1})
    assert [run["Id"] for page in pages for run in page["JobRuns"]] == [third, second, first]


def test_a_failed_run_is_repeated_as_often_as_the_job_says(bench: Bench) -> None:
    bench.job("raise ValueError", MaxRetries=1)
    run = bench.run()
    again = f"{run['Id']}_attempt_1"
    until(lambda: len(bench.glue.get_job_runs(JobName=bench.name)["JobRuns"]) == 2)
    repeated = bench.until(again, "FAILED")
    assert (repeated["Attempt"], repeated["PreviousRunId"]) == (1, run["Id"])


def test_an_unknown_job_and_bad_requests_are_refused(bench: Bench) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        bench.glue.start_job_run(JobName="no-such-job")
    bench.job("pass")
    for wrong in (
        {"WorkerType": "G.99X"},
        {"WorkerType": "G.1X", "MaxCapacity": 2.0},
        {"Timeout": 7 * 24 * 60 + 1},
        {"ExecutionClass": "SLOW"},
    ):
        with pytest.raises(ClientError, match="InvalidInputException"):
            bench.glue.start_job_run(JobName=bench.name, **wrong)


def test_an_unknown_run_is_not_found(bench: Bench) -> None:
    bench.job("pass")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        bench.look("jr_none")


def test_a_run_has_the_class_it_is_started_with(bench: Bench) -> None:
    """Page "JobRun": ExecutionClass."""
    bench.job("import time; time.sleep(600)")
    run_id = bench.glue.start_job_run(JobName=bench.name, ExecutionClass="FLEX")["JobRunId"]
    run = bench.look(run_id)
    assert run["ExecutionClass"] == "FLEX"
    assert "CompletedOn" not in run
    assert "DPUSeconds" not in run
    bench.glue.batch_stop_job_run(JobName=bench.name, JobRunIds=[run_id])


def test_a_missing_argument_fails_the_run(bench: Bench) -> None:
    bench.job("import sys\nfrom awsglue.utils import getResolvedOptions\ngetResolvedOptions(sys.argv, ['month'])")
    run = bench.run(year="2026")
    assert run["JobRunState"] == "FAILED"
    assert "--month" in run["ErrorMessage"] or "--month" in "".join(bench.log(run["Id"], "/aws-glue/jobs/error"))


def test_a_setting_without_a_value_fails_the_run(bench: Bench) -> None:
    bench.job("pass")
    run = bench.run(conf="spark.x=1 --conf spark.y")
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "--conf: expected key=value, got 'spark.y'")


@pytest.mark.parametrize("more", [{"JobRunQueuingEnabled": True}, {"ExecutionRoleSessionPolicy": "{}"}], ids=str)
def test_parameters_that_are_not_emulated_are_refused(bench: Bench, more: dict[str, Any]) -> None:
    bench.job("pass")
    with pytest.raises(ClientError, match=f"NotImplemented.*{next(iter(more))}"):
        bench.glue.start_job_run(JobName=bench.name, **more)


def test_what_is_not_emulated_says_so(bench: Bench) -> None:
    bench.job("pass", GlueVersion="4.0")
    with pytest.raises(ClientError, match="NotImplemented"):
        bench.start()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("python-virtual-env", "s3://x/y.tar.gz"),
        ("job-bookmark-option", "job-bookmark-enable"),
        ("datalake-formats", "hudi"),
    ],
)
def test_an_argument_that_is_not_emulated_fails_the_run(bench: Bench, argument: str, value: str) -> None:
    bench.job("pass")
    run = bench.run(**{argument: value})
    assert run["JobRunState"] == "FAILED"
    assert "NotImplemented" in run["ErrorMessage"]


def test_a_missing_script_fails_the_run(bench: Bench) -> None:
    bench.job("pass")
    bench.s3.delete_object(Bucket=bench.name, Key="script.py")
    run = bench.run()
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(f"LAUNCH ERROR | Error downloading s3://{bench.name}/script.py")


def wheel(version: str, body: str, requires: str = "") -> bytes:
    content = io.BytesIO()
    info = f"thing-{version}.dist-info"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("thing/__init__.py", body)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n{requires}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return content.getvalue()


def test_wheels_and_pins_and_py_files(bench: Bench) -> None:
    modules = [
        bench.put("thing-1.0-py3-none-any.whl", wheel("1.0", "x = 1", "Requires-Dist: boto3>=1\n")),
        "great-expectations==1.24.1",
    ]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("zipped.py", "y = 2")
    py = [bench.put("lib/zipped.zip", package.getvalue()), bench.put("lib/single.py", "z = 3")]
    bench.job(
        "import thing, zipped, single\n" + tell("(thing.x, zipped.y, single.z, open('note.txt').read())"),
        DefaultArguments={"--extra-files": bench.put("note.txt", "seen")},
    )
    given = {"additional-python-modules": ",".join(modules), "extra-py-files": ",".join(py)}
    assert bench.run(**given)["JobRunState"] == "SUCCEEDED"
    assert bench.output() == "(1, 2, 3, 'seen')"
    bench.put("thing-1.0-py3-none-any.whl", wheel("1.0", "x = 10"))
    assert bench.run(**given)["JobRunState"] == "SUCCEEDED"
    assert bench.output() == "(10, 2, 3, 'seen')"


def test_a_module_of_a_wheel_comes_before_an_installed_one(bench: Bench) -> None:
    content = wheel("1.0", "").replace(b"thing/__init__.py", b"idnax/__init__.py")
    uri = bench.put("thing-1.0-py3-none-any.whl", content)
    bench.job(tell("sys.path[1]"))
    assert bench.run(**{"additional-python-modules": uri})["JobRunState"] == "SUCCEEDED"
    assert "/glue/modules/" in bench.output()


@pytest.mark.parametrize(
    ("name", "content"),
    [("thing-1.0-py3-none-any.whl", b"not a zip"), ("thing.whl", wheel("1.0", ""))],
    ids=["no archive", "no wheel's name"],
)
def test_a_wheel_that_does_not_install_fails_the_run(bench: Bench, name: str, content: bytes) -> None:
    bench.job("pass")
    run = bench.run(**{"additional-python-modules": bench.put(name, content)})
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("LAUNCH ERROR | Python Module Installer")
    assert bench.log(run["Id"], "/aws-glue/jobs/error")[0].startswith(f"PythonModuleInstaller: {name}: not a valid")


@pytest.mark.parametrize("kind", ["pin", "wheel"])
def test_a_requirement_that_is_not_there_fails_the_run(bench: Bench, kind: str) -> None:
    """What pip says is in the error stream; the script has not begun."""
    bench.job("print('begun')")
    pin = "no-such-thing-at-all==1.0"
    uri = bench.put("thing-1.0-py3-none-any.whl", wheel("1.0", "", f"Requires-Dist: {pin}\n"))
    asked = {"additional-python-modules": pin if kind == "pin" else uri}
    run = bench.run(**asked, **{"python-modules-installer-option": "--no-index"})
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("LAUNCH ERROR | Python Module Installer")
    assert "No matching distribution found for no-such-thing-at-all" in " ".join(
        bench.log(run["Id"], "/aws-glue/jobs/error")
    )
    assert bench.log(run["Id"]) == []
    assert run["ExecutionTime"] == 0


def test_stopping_the_server_ends_its_runs(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        bench = Bench(server)
        bench.job("import time; time.sleep(600)")
        leader = bench.pid(bench.start())
        assert members(leader)
    assert members(leader) == []


def test_a_killed_server_takes_its_runs_along(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    bench = Bench(server)
    bench.job("import time; time.sleep(600)")
    leader = bench.pid(bench.start())
    server.kill()
    until(lambda: members(leader) == [])
    with Server(tmp_path):
        assert list((tmp_path / "glue" / "runs").iterdir()) == []


def test_a_role_that_glue_may_not_take_fails_the_run(bench: Bench) -> None:
    bench.job("pass")
    nobody = json.dumps(TRUST).replace("glue", "ec2")
    bench.iam.update_assume_role_policy(RoleName=bench.name, PolicyDocument=nobody)
    run = bench.run()
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("LAUNCH ERROR | Glue cannot take the role")


def test_a_script_is_read_as_the_role(bench: Bench) -> None:
    bench.job("pass")
    bench.allow({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]})
    run = bench.run()
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]


def test_runs_that_a_saved_state_calls_active_have_failed(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        bench = Bench(server)
        bench.job("import time; time.sleep(600)")
        run_id = bench.start()
        bench.until(run_id, "RUNNING")
    with Server(tmp_path) as server:
        run = server.client("glue").get_job_run(JobName=bench.name, RunId=run_id)["JobRun"]
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "localaws was stopped while the job ran")


@pytest.mark.slow("no timeout of a job is shorter than a minute")
def test_a_run_that_takes_too_long_times_out(sleeper: tuple[Bench, str]) -> None:
    """Page "Job structure": it is TIMEOUT then; MaxRetries is for runs that failed."""
    bench, run_id = sleeper
    run = bench.until(run_id, "TIMEOUT")
    assert run["ErrorMessage"] == "Job run exceeded its timeout of 1 minutes"
    assert run["ExecutionTime"] >= 60
    assert run["StartedOn"] <= run["CompletedOn"]
    assert bench.log(run_id) == ["begun"]
    assert [run["Id"] for run in bench.glue.get_job_runs(JobName=bench.name)["JobRuns"]] == [run_id]
