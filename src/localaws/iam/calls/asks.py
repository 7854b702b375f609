"""What a call asks for: pairs of action and resource, each of which must be allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from localaws.iam.calls import arns, dynamodb_asks, finders, reference
from localaws.iam.calls.call import Call, Pair

#: Operations whose permission has another name.
_RENAMED = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "lambda:Invoke": "lambda:InvokeFunction",
    "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
    "glue:BatchGetDataQualityResult": "glue:GetDataQualityResult",
    "redshift-data:GetStatementResultV2": "redshift-data:GetStatementResult",
}
_BUDGET_READS = ("Describe", "List")
_BUDGET_ACTIONS = re.compile(r"budgets:\w*(Action|Actions|ForResource|Resource)\b")


def pairs(call: Call) -> list[Pair]:
    """What must be allowed for the call to go through."""
    action = _action(call)
    if special := _SPECIAL.get(action):
        return special(call)
    resources = _resources(call, action)
    return [(action, resource) for resource in resources or ["*"]]


def mapped(service: str) -> bool:
    """localaws knows how the service's resources are called; of others it asks for `*`."""
    return service in arns.FINDERS or service == "s3"


def _action(call: Call) -> str:
    if call.service == "budgets" and not _BUDGET_ACTIONS.match(call.action):
        return "budgets:ViewBudget" if call.operation.startswith(_BUDGET_READS) else "budgets:ModifyBudget"
    return _RENAMED.get(call.action, call.action)


def _resources(call: Call, action: str) -> list[str]:
    known = arns.FINDERS.get(call.service, {})
    kinds = reference.kinds().get(action, ())
    return list(dict.fromkeys(arn for kind in kinds if kind in known for arn in known[kind](call)))


def _re_encrypt(call: Call) -> list[Pair]:
    """(KMS, "ReEncrypt: Required permissions")"""
    sources = [finders.key(call, name) for name in call.texts("SourceKeyId")] or finders.keys(call)
    return [
        *(("kms:ReEncryptFrom", arn) for arn in sources or ["*"]),
        *(("kms:ReEncryptTo", finders.key(call, name)) for name in call.texts("DestinationKeyId")),
    ]


def _secret_batch(call: Call) -> list[Pair]:
    """Each secret needs the permission to get it as well. (Secrets Manager, "BatchGetSecretValue")"""
    each = [("secretsmanager:GetSecretValue", finders.secret(call, name)) for name in call.texts("SecretIdList")]
    return [(call.action, "*"), *each]


def _log_groups(call: Call) -> list[Pair]:
    """Describing some groups is describing any. (CloudWatch Logs, "Identity-based policies")"""
    return [(call.action, call.arn("log-group::log-stream:"))]


_SPECIAL: dict[str, Callable[[Call], list[Pair]]] = {
    **dynamodb_asks.SPECIAL,
    "logs:DescribeLogGroups": _log_groups,
    "kms:ReEncrypt": _re_encrypt,
    "secretsmanager:BatchGetSecretValue": _secret_batch,
}


def tags(call: Call) -> dict[str, str]:
    """The tags that the call sets, in whichever of the usual forms."""
    found: Any = call.params.get("Tags") or call.params.get("tags") or call.params.get("TagsToAdd") or {}
    if isinstance(found, dict):
        return {str(name): str(value) for name, value in found.items()}
    pairs_ = [(tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))) for tag in found]
    return {str(name): str(value or "") for name, value in pairs_ if name}
