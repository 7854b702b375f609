"""How each kind of target gets its event (AWS: "Amazon EventBridge targets", "Scheduler: Managing targets")."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localaws.clients import client
from localaws.iam.trust import service_may


@dataclass(frozen=True)
class Delivery:
    """What a target is to get, and on whose behalf: a rule's (`source_arn`) or, as the role, a schedule's."""

    target: dict[str, Any]
    body: str
    role_arn: str | None
    source_arn: str | None = None

    @property
    def arn(self) -> str:
        """The target's."""
        return str(self.target["Arn"])


def deliver(delivery: Delivery, region: str) -> None:
    """The target has got it.

    A rule sends to topics, queues, functions and log groups as EventBridge itself, whose right comes from their
    resource policies ("Using resource-based policies for EventBridge"), to everything else as the target's role.
    A schedule does all as its role ("Setting up the execution role").

    Raises:
        AccessDenied, ClientError: the target refused it.
        NotImplementedError: a kind of target that is not emulated.
    """
    if delivery.arn.startswith("arn:aws:scheduler:::aws-sdk:"):
        _universal(delivery, region)
        return
    service = delivery.arn.split(":")[2]
    if service not in _SENDERS:
        raise NotImplementedError(f"localaws does not emulate {service} as a target of EventBridge: {delivery.arn}")
    _SENDERS[service](delivery, delivery.arn.split(":")[3] or region)


def _sender(delivery: Delivery, service: str, region: str, action: str) -> Any:
    """A client for whoever sends: the schedule's role, or EventBridge where the resource's policy lets it."""
    if delivery.source_arn is None:
        return client(service, region, delivery.role_arn)
    service_may("events.amazonaws.com", action, delivery.arn, delivery.source_arn)
    return client(service, region)


def _states(delivery: Delivery, region: str) -> None:
    states = client("stepfunctions", region, delivery.role_arn)
    states.start_execution(stateMachineArn=delivery.arn, name=str(uuid.uuid4()), input=delivery.body)


def _sns(delivery: Delivery, region: str) -> None:
    _sender(delivery, "sns", region, "sns:Publish").publish(TopicArn=delivery.arn, Message=delivery.body)


def _sqs(delivery: Delivery, region: str) -> None:
    sqs = _sender(delivery, "sqs", region, "sqs:SendMessage")
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    url = client("sqs", region).get_queue_url(QueueName=delivery.arn.split(":")[-1])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=delivery.body, **({"MessageGroupId": group} if group else {}))


def _lambda(delivery: Delivery, region: str) -> None:
    function = _sender(delivery, "lambda", region, "lambda:InvokeFunction")
    function.invoke(FunctionName=delivery.arn, InvocationType="Event", Payload=delivery.body.encode())


def _logs(delivery: Delivery, region: str) -> None:
    logs, group, stream = client("logs", region), delivery.arn.split(":")[6], str(uuid.uuid4())
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    event = {"timestamp": int(time.time() * 1000), "message": delivery.body}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def _events(delivery: Delivery, region: str) -> None:
    event = json.loads(delivery.body)
    if not delivery.arn.split(":", 5)[5].strip(":"):  # how moto's archives listen
        _archive(event)
        return
    entry = {"EventBusName": delivery.arn}
    if parameters := delivery.target.get("EventBridgeParameters"):
        entry |= {**parameters, "Detail": delivery.body}
    else:
        entry |= {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event["resources"],
        }
    client("events", region, delivery.role_arn).put_events(Entries=[entry])


def _archive(event: dict[str, Any]) -> None:
    from moto.events.models import events_backends

    arn = event["archive-arn"]
    account, region, name = arn.split(":")[4], arn.split(":")[3], arn.split(":")[5].removeprefix("archive/")
    archive = events_backends[account][region].archives.get(name)
    if archive is not None and archive.uuid == arn.split(":")[6]:
        archive.events.append(event["event"])


def _universal(delivery: Delivery, region: str) -> None:
    """`arn:aws:scheduler:::aws-sdk:<service>:<action>`: the input is the call's parameters."""
    from botocore import xform_name

    from localaws.planes.stepfunctions.parameters import to_request
    from localaws.planes.stepfunctions.services import boto_name, operation

    service, action = delivery.arn.split(":")[6:8]
    model = operation(service, action)
    if model is None:
        raise NotImplementedError(f"no such action of AWS: {delivery.arn}")
    parameters = json.loads(delivery.body or "{}")
    parameters = to_request(parameters, model.input_shape, "Input") if model.input_shape else {}
    getattr(client(boto_name(service), region, delivery.role_arn), xform_name(model.name))(**parameters)


_SENDERS: dict[str, Callable[[Delivery, str], None]] = {
    "states": _states,
    "sns": _sns,
    "sqs": _sqs,
    "lambda": _lambda,
    "logs": _logs,
    "events": _events,
}
