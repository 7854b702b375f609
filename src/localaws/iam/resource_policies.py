"""The policies of resources, by the resource's ARN."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from localaws.iam import stores
from localaws.iam.language.decisions import TRUST, ResourcePolicy
from localaws.iam.language.documents import read


def of(action: str, resource: str) -> ResourcePolicy | None:
    """What the resource itself says; None where it has no policy, or can have none.

    A KMS key's policy must allow, itself or by naming the account; so must the trust policy of a role.
    (KMS, "Key policies in AWS KMS"; IAM User Guide, "Roles terms and concepts")
    """
    if resource == "*" or resource.count(":") < 5:
        return None
    _, _, service, region, account, name = resource.split(":", 5)
    if service == "iam":
        return _trust(resource) if action.startswith("sts:AssumeRole") else None
    find = _POLICIES.get(service)
    document = find(account, region, name) if find else None
    if not document:
        return None
    return ResourcePolicy(read(document, resource), must_allow=service == "kms")


def _trust(arn: str) -> ResourcePolicy | None:
    role = stores.role_of(arn)
    if role is None:
        return ResourcePolicy(read('{"Version": "2012-10-17", "Statement": []}', arn), TRUST, must_allow=True)
    return ResourcePolicy(read(role.assume_role_policy_document, arn), TRUST, must_allow=True)


def _s3(_account: str, _region: str, name: str) -> Any:
    bucket = stores.bucket(name.partition("/")[0])
    return bucket.policy if bucket is not None else None


def _sns(account: str, region: str, name: str) -> Any:
    topic = stores.topic(account, region, f"arn:aws:sns:{region}:{account}:{name}")
    return topic.policy if topic is not None else None


def _sqs(account: str, region: str, name: str) -> Any:
    queue = stores.queue(account, region, name)
    return queue.policy if queue is not None else None


def _kms(account: str, region: str, name: str) -> Any:
    key = stores.kms_key(account, region, name)
    return key.policy if key is not None else None


def _secretsmanager(account: str, region: str, name: str) -> Any:
    secret = stores.secret(account, region, f"arn:aws:secretsmanager:{region}:{account}:{name}")
    return getattr(secret, "policy", None)


def _lambda(account: str, region: str, name: str) -> Any:
    function = stores.function(account, region, name.split(":")[1]) if name.startswith("function:") else None
    statements = function.policy.statements if function is not None else None
    return {"Version": "2012-10-17", "Statement": list(statements)} if statements else None


def _dynamodb(account: str, region: str, name: str) -> Any:
    found = stores.backend("dynamodb", account, region)
    policies = found.resource_policies if found is not None else {}
    table = f"arn:aws:dynamodb:{region}:{account}:{'/'.join(name.split('/')[:2])}"
    with suppress(KeyError):
        return policies[table].policy_doc
    return None


_POLICIES = {
    "s3": _s3,
    "sns": _sns,
    "sqs": _sqs,
    "kms": _kms,
    "secretsmanager": _secretsmanager,
    "lambda": _lambda,
    "dynamodb": _dynamodb,
}
