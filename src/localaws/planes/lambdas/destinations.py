"""Where the record of an asynchronous invocation goes ("Capturing records of Lambda asynchronous invocations")."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localaws.clients import client
from localaws.planes.lambdas.invoke import Outcome


@dataclass(frozen=True)
class Record:
    """One asynchronous invocation that has ended: what went in, what came out, and after how many attempts."""

    function: Any
    event: Any
    outcome: Outcome
    attempts: int

    @property
    def document(self) -> dict[str, Any]:
        """As the destination sees it."""
        version, failed = str(self.function.version), self.outcome.failed
        response = {"statusCode": 200, "executedVersion": version}
        return {
            "version": "1.0",
            "timestamp": _stamp(datetime.now(UTC)),
            "requestContext": {
                "requestId": self.outcome.request_id,
                "functionArn": f"{self.function.function_arn}:{version}",
                "condition": "RetriesExhausted" if failed else "Success",
                "approximateInvokeCount": self.attempts,
            },
            "requestPayload": self.event,
            "responseContext": {**response, "functionError": "Unhandled"} if failed else response,
            "responsePayload": json.loads(self.outcome.payload),
        }


def apply() -> None:
    """A function has one configuration of its asynchronous invocations: the last one put."""
    from moto.awslambda.models import LambdaBackend

    plain = LambdaBackend.put_function_event_invoke_config

    def put(self: Any, function_name: str, config: dict[str, Any]) -> Any:
        answer = plain(self, function_name, config)
        kept = self.get_function(function_name).event_invoke_config
        del kept[:-1]
        return answer

    def update(self: Any, function_name: str, config: dict[str, Any]) -> Any:
        kept = self.get_function(function_name).event_invoke_config
        return put(self, function_name, {**(kept[-1].config if kept else {}), **config})

    LambdaBackend.put_function_event_invoke_config = put
    LambdaBackend.update_function_event_invoke_config = update


def tell(record: Record) -> None:
    """The destination of such an outcome, if the function names one, has the record; the function's role sends it."""
    configurations = record.function.event_invoke_config
    destinations = (configurations[-1].config.get("DestinationConfig") or {}) if configurations else {}
    arn = destinations.get("OnFailure" if record.outcome.failed else "OnSuccess", {}).get("Destination")
    if not arn:
        return
    try:
        _SENDERS[arn.split(":")[2]](record, arn)
    except Exception as error:  # noqa: BLE001 - nobody waits for the answer; a destination's trouble is its own
        name = record.function.function_name
        sys.stderr.write(f"localaws: {name}: the destination {arn}: {type(error).__name__}: {error}\n")


def _client(record: Record, service: str, arn: str) -> Any:
    return client(service, arn.split(":")[3] or None, record.function.role)


def _to_queue(record: Record, arn: str) -> None:
    sqs = _client(record, "sqs", arn)
    url = sqs.get_queue_url(QueueName=arn.split(":")[5])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(record.document))


def _to_topic(record: Record, arn: str) -> None:
    _client(record, "sns", arn).publish(TopicArn=arn, Message=json.dumps(record.document))


def _to_function(record: Record, arn: str) -> None:
    payload = json.dumps(record.document).encode()
    _client(record, "lambda", arn).invoke(FunctionName=arn, InvocationType="Event", Payload=payload)


def _to_bus(record: Record, arn: str) -> None:
    entry = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {'Failure' if record.outcome.failed else 'Success'}",
        "Detail": json.dumps(record.document),
        "Resources": [arn, f"{record.function.function_arn}:{record.function.version}"],
        "EventBusName": arn,
    }
    _client(record, "events", arn).put_events(Entries=[entry])


def _to_bucket(record: Record, arn: str) -> None:
    now = datetime.now(UTC)
    folder = f"aws/lambda/async/{record.function.function_name}/{now:%Y/%m/%d}"
    key = f"{folder}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    body = json.dumps(record.document).encode()
    client("s3", None, record.function.role).put_object(Bucket=arn.split(":")[5], Key=key, Body=body)


_SENDERS: dict[str, Callable[[Record, str], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "events": _to_bus,
    "s3": _to_bucket,
}


def _stamp(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
