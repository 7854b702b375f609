"""Event source mappings of SQS: queues are polled, and what a function has seen without an error is deleted."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from localaws import state
from localaws.mend import edit
from localaws.planes.lambdas import invoke
from localaws.refusals import NotEmulatedError

_INTERVAL = 1.0
_CREATE = "lambda CreateEventSourceMapping"

_wake = threading.Event()
_stop = threading.Event()
_working: set[int] = set()


def apply() -> None:
    """A message is queued, not delivered within SendMessage; the stream of a table is refused as a source."""
    from moto.awslambda.models import LambdaBackend
    from moto.sqs.models import Queue

    edit(
        Queue,
        "add_message",
        "for arn, esm in self.lambda_event_source_mappings.items():",
        "self.wake_mappings()\n    for arn, esm in ():",
    )
    Queue.wake_mappings = lambda _: _wake.set()
    LambdaBackend.create_event_source_mapping = _refusing_tables(LambdaBackend.create_event_source_mapping)


def _refusing_tables(plain: Callable[[Any, dict[str, Any]], Any]) -> Callable[[Any, dict[str, Any]], Any]:
    """moto would run the function within PutItem, while that holds what the function's own requests wait for."""

    def create(self: Any, spec: dict[str, Any]) -> Any:
        if ":dynamodb:" in str(spec.get("EventSourceArn")):
            raise NotEmulatedError(f"{_CREATE}: a DynamoDB stream as EventSourceArn is not emulated by localaws")
        return plain(self, spec)

    return create


def start() -> None:
    """Queues are polled."""
    _stop.clear()
    threading.Thread(target=_poll_often, name="lambda mappings", daemon=True).start()


def stop() -> None:
    """Queues are not polled any more."""
    _stop.set()
    _wake.set()


def _poll_often() -> None:
    while not _stop.is_set():
        _wake.wait(_INTERVAL)
        _wake.clear()
        for queue, mapping in _mappings():
            if id(mapping) not in _working and not _stop.is_set() and queue.messages:
                _working.add(id(mapping))
                threading.Thread(target=_drain, args=(queue, mapping), daemon=True).start()


def _mappings() -> list[tuple[Any, Any]]:
    """All queues that have a function, with the mapping that says so."""
    from moto.sqs.models import sqs_backends

    found = []
    for _, _, backend in list(sqs_backends.iter_backends()):
        for queue in list(backend.queues.values()):
            found += [
                (queue, mapping) for mapping in list(queue.lambda_event_source_mappings.values()) if mapping.enabled
            ]
    return found


def _drain(queue: Any, mapping: Any) -> None:
    """Batch after batch is handed over until the queue shows nothing; a failed one shows again after its timeout."""
    from moto.sqs.models import sqs_backends

    backend = sqs_backends[queue.account_id][queue.region]
    try:
        while not _stop.is_set():
            batch = backend.receive_message(queue.name, int(mapping.batch_size), 0, queue.visibility_timeout)
            if not batch:
                break
            if _accepted(queue, mapping, batch):
                for message in batch:
                    backend.delete_message(queue.name, message.receipt_handle)
            state.changed()
    except Exception as error:  # noqa: BLE001 - the queue or the function may be gone: the next poll tells
        sys.stderr.write(f"localaws: {queue.name}: {type(error).__name__}: {error}\n")
    finally:
        _working.discard(id(mapping))


def _accepted(queue: Any, mapping: Any, batch: list[Any]) -> bool:
    from moto.awslambda.utils import get_backend

    function = get_backend(queue.account_id, queue.region).get_function(mapping.function_arn)
    return not invoke.run(function, {"Records": [_record(queue, message) for message in batch]}).failed


def _record(queue: Any, message: Any) -> dict[str, Any]:
    """A message as a function sees it ("Using Lambda with Amazon SQS")."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": queue.account_id,
    }
    if message.group_id:
        attributes |= {"MessageGroupId": message.group_id, "MessageDeduplicationId": message.deduplication_id}
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }
