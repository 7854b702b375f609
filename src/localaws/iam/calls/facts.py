"""The facts of a call that conditions look at, but for S3's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localaws.iam.calls import wire
from localaws.iam.calls.asks import tags
from localaws.iam.calls.call import Call
from localaws.iam.language.context import Context, Fact, Source
from localaws.iam.language.principals import Principal

_TYPES = {"administrator": "Account", "role": "AssumedRole", "user": "User", "anonymous": "Anonymous"}


def of_request(environ: dict[str, Any], who: Principal, region: str) -> Context:
    """What is true of the request whatever it calls.

    (IAM User Guide, "AWS global condition context keys")
    """
    facts: dict[str, Source] = {
        "aws:securetransport": "true" if wire.secure(environ) else "false",
        "aws:sourceip": environ.get("REMOTE_ADDR") or None,
        "aws:useragent": environ.get("HTTP_USER_AGENT"),
        "aws:referer": environ.get("HTTP_REFERER"),
        "aws:requestedregion": region,
        "aws:resourceaccount": who.account,
        "aws:viaawsservice": "false",
    }
    return Context({**facts, **of_principal(who)}, {"aws:principaltag/": _by_name(who.tags)})


def of_principal(who: Principal) -> dict[str, Source]:
    """What is true of the caller, whatever it does."""
    return {
        "aws:currenttime": lambda: datetime.now(UTC).isoformat(),
        "aws:epochtime": lambda: str(int(time.time())),
        "aws:principalisawsservice": "true" if who.kind == "service" else "false",
        "aws:principalservicename": who.service or None,
        "aws:principalarn": who.principal_arn or None,
        "aws:principalaccount": who.account or None,
        "aws:principaltype": _TYPES.get(who.kind),
        "aws:userid": who.unique_id or None,
        "aws:username": who.name if who.kind == "user" else None,
        "aws:multifactorauthpresent": "false" if who.kind == "role" else None,
    }


def of_call(call: Call, request: Context) -> Context:
    """The facts of the request, and those of what it calls."""
    found = tags(call)
    facts: dict[str, Source] = {"aws:tagkeys": list(found) or None, **_own(call)}
    return request.plus(facts, {"aws:requesttag/": _by_name(found), **_families(call)})


def _own(call: Call) -> dict[str, Source]:
    find = _OWN.get(call.service)
    return find(call) if find else {}


def _families(call: Call) -> dict[str, Any]:
    if call.service != "kms":
        return {}
    return {"kms:encryptioncontext:": _by_name(call.params.get("EncryptionContext") or {})}


def _by_name(values: Any) -> Any:
    """Names of tags keep their case, but conditions may spell them in any."""

    def find(name: str) -> Fact:
        wanted = name.lower()
        return next((str(value) for key, value in values.items() if str(key).lower() == wanted), None)

    return find


def _kms(call: Call) -> dict[str, Source]:
    alias = next((name for name in call.texts("KeyId") if "alias/" in name), None)
    return {
        "kms:calleraccount": call.account,
        "kms:viaservice": None,
        "kms:encryptioncontextkeys": list(call.params.get("EncryptionContext") or {}) or None,
        "kms:requestalias": alias.rpartition(":")[2] if alias else None,
    }


def _sns(call: Call) -> dict[str, Source]:
    return {"sns:protocol": call.text("Protocol") or None, "sns:endpoint": call.text("Endpoint") or None}


def _secretsmanager(call: Call) -> dict[str, Source]:
    return {
        "secretsmanager:name": call.text("Name") or None,
        "secretsmanager:secretid": call.text("SecretId") or None,
        "secretsmanager:versionid": call.text("VersionId") or None,
        "secretsmanager:versionstage": call.text("VersionStage") or None,
    }


def _lambda(call: Call) -> dict[str, Source]:
    mapping = call.operation.endswith("EventSourceMapping")
    return {
        "lambda:functionarn": call.arn(f"function:{call.text('FunctionName')}") if mapping else None,
        "lambda:principal": call.text("Principal") or None,
    }


def _sts(call: Call) -> dict[str, Source]:
    return {
        "sts:externalid": call.text("ExternalId") or None,
        "sts:rolesessionname": call.text("RoleSessionName") or None,
        "sts:sourceidentity": call.text("SourceIdentity") or None,
    }


def _iam(call: Call) -> dict[str, Source]:
    return {
        "iam:policyarn": call.text("PolicyArn") or None,
        "iam:permissionsboundary": call.text("PermissionsBoundary") or None,
    }


_OWN: dict[str, Callable[[Call], dict[str, Source]]] = {
    "kms": _kms,
    "sns": _sns,
    "secretsmanager": _secretsmanager,
    "lambda": _lambda,
    "sts": _sts,
    "iam": _iam,
    "cloudwatch": lambda call: {"cloudwatch:namespace": call.text("Namespace") or None},
    "ssm": lambda call: {"ssm:recursive": (call.text("Recursive") or None)},
}
