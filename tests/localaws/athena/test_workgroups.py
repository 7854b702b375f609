"""Workgroups: results, encryption, limits; and whose rights a query has."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.athena.conftest import PARQUET, Lake


@pytest.fixture(scope="module")
def numbers(lake: Lake) -> Lake:
    lake.put_parquet("numbers/1.parquet", {"n": list(range(11)), "t": [os.urandom(1 << 20) for _ in range(11)]})
    lake.table("numbers", "n bigint, t binary", PARQUET)
    return lake


def group(lake: Lake, name: str, **configuration: Any) -> str:
    full = f"{lake.name}-{name}"
    results = {"OutputLocation": f"s3://{lake.results}/{name}", **configuration.pop("ResultConfiguration", {})}
    lake.athena.create_work_group(Name=full, Configuration={"ResultConfiguration": results, **configuration})
    return full


def test_an_enforcing_workgroup_decides_where_results_go(numbers: Lake) -> None:
    asked = {"OutputLocation": f"s3://{numbers.results}/mine"}
    strict = group(numbers, "strict", EnforceWorkGroupConfiguration=True)
    lax = group(numbers, "lax", EnforceWorkGroupConfiguration=False)
    for name, place in ((strict, "strict"), (lax, "mine")):
        done = numbers.run("SELECT 1", WorkGroup=name, ResultConfiguration=asked)
        expected = f"s3://{numbers.results}/{place}/{done['QueryExecutionId']}.csv"
        assert done["ResultConfiguration"]["OutputLocation"] == expected


def test_results_are_encrypted_with_the_key_of_the_workgroup(numbers: Lake) -> None:
    key = numbers.aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    encryption = {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": key}}
    done = numbers.run("SELECT 1", WorkGroup=group(numbers, "kms", ResultConfiguration=encryption))
    for ending in ("", ".metadata"):
        path = done["ResultConfiguration"]["OutputLocation"].removeprefix(f"s3://{numbers.results}/")
        found = numbers.s3.head_object(Bucket=numbers.results, Key=path + ending)
        assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)


def test_a_query_over_the_limit_is_cancelled(numbers: Lake) -> None:
    name = group(numbers, "limited", BytesScannedCutoffPerQuery=10_000_000)
    done = numbers.run("SELECT count(t) FROM numbers", WorkGroup=name)
    assert done["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in done["Status"]["StateChangeReason"]
    assert done["Statistics"]["DataScannedInBytes"] > 10_000_000
    assert numbers.run("SELECT sum(n) FROM numbers", WorkGroup=name)["Status"]["State"] == "SUCCEEDED"


def test_a_disabled_workgroup_runs_nothing(numbers: Lake) -> None:
    name = group(numbers, "off")
    numbers.athena.update_work_group(WorkGroup=name, State="DISABLED")
    with pytest.raises(ClientError, match="is disabled"):
        numbers.start("SELECT 1", WorkGroup=name)
    with pytest.raises(ClientError, match="is not found"):
        numbers.athena.get_work_group(WorkGroup="none")


def role(lake: Lake, name: str, *statements: dict[str, Any]) -> Any:
    """A client that acts as a role with those rights."""
    iam, full = lake.aws.client("iam"), f"{lake.name}-{name}"
    trust = [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    arn = iam.create_role(RoleName=full, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    allowed = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    iam.put_role_policy(RoleName=full, PolicyName="p", PolicyDocument=policy)
    found = lake.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return lake.aws.client(
        "athena",
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
    )


def test_a_query_has_the_rights_of_its_caller(numbers: Lake) -> None:
    athena, glue = {"Action": "athena:*"}, {"Action": ["glue:GetTable", "glue:GetDatabase"]}
    results = {"Action": ["s3:*"], "Resource": [f"arn:aws:s3:::{numbers.results}", f"arn:aws:s3:::{numbers.results}/*"]}
    data = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [f"arn:aws:s3:::{numbers.data}*"]}
    sql = "SELECT count(*) FROM numbers WHERE n < 10"
    reasons = {}
    for name, rights in {
        "all": (athena, glue, results, data),
        "no-data": (athena, glue, results),
        "no-catalog": (athena, results, data),
        "no-results": (athena, glue, data),
    }.items():
        done = numbers.wait(numbers.start(sql, client=role(numbers, name, *rights)))
        reasons[name] = done["Status"].get("StateChangeReason", "")
    assert reasons.pop("all") == ""
    assert all(reason.startswith("PERMISSION_DENIED") for reason in reasons.values()), reasons
    with pytest.raises(ClientError, match="AccessDenied"):
        numbers.start(sql, client=role(numbers, "no-athena", glue, results, data))
