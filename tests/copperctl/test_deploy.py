from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copperctl.deploy import delete, deploy
from copperctl.deploy.account import Account
from copperctl.deploy.upload import upload
from copperctl.errors import DeploymentError
from copperline.errors import UsageError
from localaws.testing import Server
from tests.support.templates import ROOT

PARTS = (
    *("athena_queries", "contracts", "crawlers", "glue_jobs", "iam", "infra", "lambdas", "statemachine"),
    "src/copperline",
)


def environment_of(server: Server) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": "localaws",
        "AWS_SECRET_ACCESS_KEY": "localaws",
        "AWS_REGION": "us-east-1",
    }


def clone(folder: Path) -> Path:
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, copy_function=shutil.copyfile)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("account")) as server:
        yield server


@pytest.fixture(scope="module")
def environment(server: Server) -> dict[str, str]:
    return environment_of(server)


def changes(server: Server, stack: str) -> list[str]:
    """What happened to the stack, latest first."""
    events = server.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [f"{event['LogicalResourceId']} {event['ResourceStatus']}" for event in events]


@pytest.mark.slow("deploys the whole stack, more than once")
def test_a_stack_deployed_twice_and_from_another_clone_changes_nothing(
    server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    source, said = clone(tmp_path / "one"), list[str]()
    outputs = deploy(source, "twice", environment=environment, say=said.append)
    assert said[-1] == "deploying stack twice"
    assert outputs["CopperBucket"] == "twice-copper-123456789012"
    assert outputs["GoldDatabase"] == "twice_gold"
    before = changes(server, "twice")
    assert deploy(source, "twice", environment=environment) == outputs
    assert deploy(clone(tmp_path / "deeper/other"), "twice", environment=environment) == outputs
    assert changes(server, "twice") == before


def test_what_is_deployed_is_what_the_templates_say(server: Server, environment: dict[str, str]) -> None:
    outputs = deploy(ROOT, "hyphen-ated", environment=environment, parameters={"ScheduleState": "ENABLED"})
    assert outputs["OpsDatabase"] == "hyphen_ated_ops"
    job = server.client("glue").get_job(JobName="hyphen-ated-batch")["Job"]
    arguments = job["DefaultArguments"]
    assert arguments["--stack"] == "hyphen-ated"
    assert arguments["--topic_arn"] == outputs["AlertsTopicArn"]
    wheel, pin = arguments["--additional-python-modules"].split(",")
    assert wheel.startswith("s3://hyphen-ated-artifacts-123456789012/artifacts/")
    assert pin.startswith("great-expectations==")
    states = server.client("stepfunctions")
    machine = states.describe_state_machine(stateMachineArn=outputs["MedallionArn"])
    assert "${" not in machine["definition"]
    assert outputs["PipelineArn"] in machine["definition"]
    assert server.client("scheduler").get_schedule(Name="hyphen-ated")["State"] == "ENABLED"
    athena = server.client("athena")
    ids = athena.list_named_queries(WorkGroup=outputs["AthenaWorkgroup"])["NamedQueryIds"]
    texts = [athena.get_named_query(NamedQueryId=name)["NamedQuery"]["QueryString"] for name in ids]
    assert len(texts) == 3
    assert all("hyphen_ated_gold." in text for text in texts)
    key = server.client("secretsmanager").get_secret_value(SecretId="hyphen-ated/hmac-key")["SecretString"]
    assert len(key) >= 64


@pytest.mark.slow("deploys the whole stack, more than once")
def test_a_change_is_made_in_place(server: Server, environment: dict[str, str]) -> None:
    outputs = deploy(ROOT, "changed", environment=environment)
    s3 = server.client("s3")
    s3.put_object(Bucket=outputs["CopperBucket"], Key="feed/table/file", Body=b"kept")
    workgroup = {"WorkGroup": outputs["AthenaWorkgroup"]}

    def limit() -> int:
        found = server.client("athena").get_work_group(**workgroup)["WorkGroup"]["Configuration"]
        return int(found["BytesScannedCutoffPerQuery"])

    before = limit()
    assert deploy(ROOT, "changed", environment=environment, parameters={"ScanLimitBytes": "20000000"}) == outputs
    assert (before, limit()) == (10737418240, 20000000)
    assert s3.get_object(Bucket=outputs["CopperBucket"], Key="feed/table/file")["Body"].read() == b"kept"
    deploy(ROOT, "changed", environment=environment)
    assert limit() == 20000000, "a parameter that is not given keeps its value"


def test_a_stack_with_data_is_deleted_only_when_that_is_said(server: Server, environment: dict[str, str]) -> None:
    outputs = deploy(ROOT, "gone", environment=environment)
    s3 = server.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=outputs["SilverBucket"], Key="k", Body=body)
    with pytest.raises(DeploymentError, match="gone-silver-123456789012: content"):
        delete("gone", environment=environment)
    delete("gone", environment=environment, with_data=True)
    left = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if bucket["Name"].startswith("gone-")]
    assert left == []
    assert not [name for name in server.client("lambda").list_functions()["Functions"] if "gone-" in str(name)]
    delete("gone", environment=environment)


def test_what_cloudformation_refuses_is_told_by_resource(server: Server, environment: dict[str, str]) -> None:
    server.client("s3").create_bucket(Bucket="taken-gold-123456789012")
    with pytest.raises(DeploymentError, match="stack taken: Gold: "):
        deploy(ROOT, "taken", environment=environment)


@pytest.mark.parametrize("name", ["A", "ab", "Upper-case", "under_score", "ends-", "x" * 33])
def test_a_name_that_no_bucket_can_have_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="choose another name"):
        deploy(ROOT, name, environment={})


def test_the_words_of_the_cli_are_passed_on(environment: dict[str, str]) -> None:
    with pytest.raises(DeploymentError, match=r"aws cloudformation describe-stacks ended with 25\d: .*does not exist"):
        Account(environment).cli("cloudformation", "describe-stacks", "--stack-name", "nobody")


def test_the_same_bytes_are_uploaded_once(tmp_path: Path) -> None:
    class Bucket:
        puts: list[str] = []  # noqa: RUF012 - one test's own

        def head_object(self, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
            from botocore.exceptions import ClientError

            if Key not in self.puts:
                raise ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 404}}, "HeadObject")  # type: ignore[typeddict-item]

        def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803 - boto3's names
            self.puts.append(Key)

    s3: Any = Bucket()
    wheel = tmp_path / "copperline-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"1")
    first = upload(s3, "b", wheel)
    assert upload(s3, "b", wheel) == first
    assert first.endswith("/copperline-0.1.0-py3-none-any.whl")
    wheel.write_bytes(b"2")
    assert upload(s3, "b", wheel) != first
    assert len(s3.puts) == 2
