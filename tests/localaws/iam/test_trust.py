"""What other planes ask, in the server's own process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localaws import settings
from localaws.iam import AccessDenied, may_assume, role_may, service_may
from tests.localaws.iam.conftest import ACCOUNT, allow, document, trust, unique

RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r"


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path) -> Iterator[None]:
    settings.use(settings.Settings(port=1, state=tmp_path))
    yield
    settings._current.clear()


def backend(module: str, region: str = "us-east-1") -> Any:
    from localaws.iam import stores

    return stores.backend(module, ACCOUNT, region)


def make_role(trusted: str, *statements: dict[str, Any]) -> str:
    iam, name = backend("iam", "aws"), unique("role")
    role = iam.create_role(name, trusted, "/", None, "", [], "3600")
    if statements:
        iam.put_role_policy(name, "p", document(*statements))
    arn: str = role.arn
    return arn


def service_statement(service: str, action: str, **condition: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": "*",
        "Condition": condition,
    }


def test_a_service_takes_a_role_that_trusts_it() -> None:
    arn = make_role(trust(Service="glue.amazonaws.com"))
    may_assume(arn, "glue")
    may_assume(arn, "glue.amazonaws.com")
    with pytest.raises(AccessDenied, match=r"lambda\.amazonaws\.com is not authorized to perform: sts:AssumeRole"):
        may_assume(arn, "lambda")
    with pytest.raises(AccessDenied, match="because no role trust policy allows the sts:AssumeRole action"):
        may_assume(f"arn:aws:iam::{ACCOUNT}:role/none", "glue")


@pytest.mark.parametrize(("account", "trusted"), [(ACCOUNT, True), ("999999999999", False)])
def test_a_trust_policy_may_name_the_source(account: str, trusted: bool) -> None:
    body = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    arn = make_role(document(body))
    if trusted:
        may_assume(arn, "states")
    else:
        with pytest.raises(AccessDenied):
            may_assume(arn, "states")


def test_a_service_publishes_where_topic_and_key_let_it() -> None:
    topic = backend("sns").create_topic(unique("topic"))
    with pytest.raises(AccessDenied):
        service_may("events", "sns:Publish", topic.arn, RULE)
    service_may("cloudwatch", "sns:Publish", topic.arn)  # the default policy lets the owner's services in
    source = {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}}
    topic.policy = document(service_statement("events.amazonaws.com", "sns:Publish", **source))
    service_may("events", "sns:Publish", topic.arn, RULE)
    with pytest.raises(AccessDenied):
        service_may("events", "sns:Publish", topic.arn, "arn:aws:s3:::b")
    kms = backend("kms")
    key = kms.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", [])
    topic.kms_master_key_id = key.arn
    with pytest.raises(AccessDenied, match="kms:GenerateDataKey"):
        service_may("events", "sns:Publish", topic.arn, RULE)
    own = json.loads(key.policy)["Statement"]
    key.policy = document(*own, service_statement("events.amazonaws.com", "kms:*"))
    service_may("events", "sns:Publish", topic.arn, RULE)


def test_a_role_may_what_its_policies_say() -> None:
    arn = make_role(trust(), allow("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "in/*"}}))
    role_may(arn, "s3:ListBucket", "arn:aws:s3:::b", s3__prefix="in/a")
    with pytest.raises(AccessDenied, match="no identity-based policy allows the s3:ListBucket action"):
        role_may(arn, "s3:ListBucket", "arn:aws:s3:::b", s3__prefix="out/a")
    with pytest.raises(AccessDenied, match="there is no role"):
        role_may(f"arn:aws:iam::{ACCOUNT}:role/none", "s3:ListBucket", "arn:aws:s3:::b")
