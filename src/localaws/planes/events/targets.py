"""How each kind of target gets its event (AWS: "Amazon EventBridge targets", "Scheduler: Managing targets")."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from localaws.clients import client

_Send = Callable[[dict[str, Any], str, str, str | None], Any]


def deliver(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    """The target has got the body.

    Topics, queues, functions and log groups are sent to as EventBridge itself, whose right comes from their resource
    policies (not evaluated here); state machines, buses and universal targets as the role.

    Raises:
        ClientError: the target refused it.
        NotImplementedError: a kind of target that is not emulated.
    """
    arn = target["Arn"]
    if arn.startswith("arn:aws:scheduler:::aws-sdk:"):
        return _universal(arn, body, region, role_arn)
    service = arn.split(":")[2]
    if service not in _SENDERS:
        raise NotImplementedError(f"localaws does not emulate {service} as a target of EventBridge: {arn}")
    _SENDERS[service](target, body, arn.split(":")[3] or region, role_arn)
    return None


def _states(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    states = client("stepfunctions", region, role_arn)
    states.start_execution(stateMachineArn=target["Arn"], name=str(uuid.uuid4()), input=body)


def _sns(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    client("sns", region).publish(TopicArn=target["Arn"], Message=body)


def _sqs(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    sqs = client("sqs", region)
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    url = sqs.get_queue_url(QueueName=target["Arn"].split(":")[-1])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body, **({"MessageGroupId": group} if group else {}))


def _lambda(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    client("lambda", region).invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=body.encode())


def _logs(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    logs, group, stream = client("logs", region), target["Arn"].split(":")[6], str(uuid.uuid4())
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    event = {"timestamp": int(time.time() * 1000), "message": body}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def _events(target: dict[str, Any], body: str, region: str, role_arn: str | None) -> None:
    arn, event = target["Arn"], json.loads(body)
    if not arn.split(":", 5)[5]:  # how moto's archives listen
        return _archive(event)
    parameters = target.get("EventBridgeParameters") or {}
    entry = {
        "Source": parameters.get("Source") or event["source"],
        "DetailType": parameters.get("DetailType") or event["detail-type"],
        "Detail": body if parameters else json.dumps(event["detail"]),
        "Resources": event.get("resources", []) if isinstance(event, dict) else [],
        "EventBusName": arn,
    }
    client("events", region, role_arn).put_events(Entries=[entry])
    return None


def _archive(event: dict[str, Any]) -> None:
    from moto.events.models import events_backends

    arn = event.pop("archive-arn")
    account, region, name = arn.split(":")[4], arn.split(":")[3], arn.split(":")[5].removeprefix("archive/")
    archive = events_backends[account][region].archives.get(name)
    if archive is not None and archive.uuid == arn.split(":")[6]:
        archive.events.append(event)


def _universal(arn: str, body: str, region: str, role_arn: str | None) -> None:
    """`arn:aws:scheduler:::aws-sdk:<service>:<action>`: the input is the call's parameters."""
    from botocore import xform_name

    from localaws.planes.stepfunctions.parameters import to_request
    from localaws.planes.stepfunctions.services import boto_name, operation

    service, action = arn.split(":")[6:8]
    model = operation(service, action)
    if model is None:
        raise NotImplementedError(f"no such action of AWS: {arn}")
    parameters = json.loads(body or "{}")
    parameters = to_request(parameters, model.input_shape, "Input") if model.input_shape else {}
    getattr(client(boto_name(service), region, role_arn), xform_name(model.name))(**parameters)


_SENDERS: dict[str, _Send] = {
    "states": _states,
    "sns": _sns,
    "sqs": _sqs,
    "lambda": _lambda,
    "logs": _logs,
    "events": _events,
}
