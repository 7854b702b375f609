"""Questions of the other planes: may the service take the role, may the service do this, may the role do that?"""

from __future__ import annotations

from localaws import settings as _settings
from localaws.iam import resource_policies
from localaws.iam.answers import not_authorized
from localaws.iam.callers import Caller, Callers, service
from localaws.iam.calls import facts, implied
from localaws.iam.calls.call import Call
from localaws.iam.language.context import Context, Source
from localaws.iam.language.decisions import decide
from localaws.iam.language.documents import Ask

#: Publishing for the owner of the topic, as the default policy of topics allows. (SNS, "Key terms": SourceOwner)
_FOR_OWNER = frozenset({"cloudwatch.amazonaws.com"})


class AccessDenied(Exception):
    """It may not; the message is the one that AWS gives."""


def may_assume(role_arn: str, service_name: str, source_arn: str | None = None) -> None:
    """Nothing happens if the role exists and trusts the service, such as `glue` or `glue.amazonaws.com`.

    Raises:
        AccessDenied: there is no such role, or its trust policy does not allow the service to take it.
    """
    account = role_arn.split(":")[4] if role_arn.count(":") >= 5 else _settings.current().account
    _require(service_name, "sts:AssumeRole", role_arn, source_arn, account)


def service_may(service_name: str, action: str, resource: str, source_arn: str | None = None) -> None:
    """Nothing happens if the resource's policy lets the service act on it, and the policy of its key as well.

    Args:
        service_name: such as `events.amazonaws.com`.
        action: such as `sns:Publish`, `sqs:SendMessage` or `lambda:InvokeFunction`.
        resource: the ARN of the topic, the queue or the function.
        source_arn: of the rule, the bucket or the alarm on whose behalf the service acts.

    Raises:
        AccessDenied: one of them does not.
    """
    account = resource.split(":")[4] or _settings.current().account
    context = _require(service_name, action, resource, source_arn, account)
    target, _, operation = action.partition(":")
    region = resource.split(":")[3]
    url = f"/{account}/{resource.rpartition(':')[2]}"
    call = Call(target, operation, {"TopicArn": resource, "QueueUrl": url}, region, account)
    for ask in implied.of_call(call, context):
        _decide(service(_full(service_name)), ask)


def role_may(role_arn: str, action: str, resource: str, **context: str) -> None:
    """Nothing happens if the role may; for what happens on its behalf without a request of its own.

    Args:
        role_arn: the role that acts.
        action: such as `s3:GetObject`.
        resource: the ARN that it acts on, or `*`.
        **context: further facts by condition key, with `__` for the colon.

    Raises:
        AccessDenied: it may not.
    """
    settings = _settings.current()
    caller = Callers(settings.account).role(role_arn)
    given: dict[str, Source] = {name.replace("__", ":", 1).lower(): value for name, value in context.items()}
    base = facts.of_request({"REMOTE_ADDR": "127.0.0.1"}, caller.principal, settings.region)
    _decide(caller, Ask(action, resource, base.plus(given)))


def _require(service_name: str, action: str, resource: str, source_arn: str | None, account: str) -> Context:
    name = _full(service_name)
    context = Context(
        {
            **facts.of_principal(service(name).principal),
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": account,
            "aws:sourceowner": account if name in _FOR_OWNER else None,
            "aws:securetransport": "true",
            "aws:sourceip": None,
            "aws:viaawsservice": "false",
            "aws:resourceaccount": account,
            "aws:requestedregion": resource.split(":")[3] if resource.count(":") >= 5 else None,
            "sts:externalid": None,
            "lambda:eventsourcetoken": None,
        }
    )
    _decide(service(name), Ask(action, resource, context))
    return context


def _decide(caller: Caller, ask: Ask) -> None:
    decision = decide(ask, caller.principal, caller.grants, resource_policies.of(ask.action, ask.resource))
    if not decision.allowed:
        reason = decision.reason + caller.note
        raise AccessDenied(not_authorized(caller.principal.arn, "", ask.action, ask.resource, reason))


def _full(service_name: str) -> str:
    return service_name if "." in service_name else f"{service_name}.amazonaws.com"
