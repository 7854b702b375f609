"""Lambda: handlers run, each in a process of its own and as the function's role."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

from localaws.planes.lambdas import destinations, events, invoke, mappings, permissions, pool
from localaws.planes.lambdas.errors import InvalidContentError
from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Invoke, notifications of S3 and queues run the handler."""
    import moto.s3.notifications
    from moto.awslambda.models import LambdaFunction

    LambdaFunction.invoke = _invoke
    # AWS leaves the slash of a key alone ("Event message structure" of S3 event notifications)
    quote = moto.s3.notifications.quote_plus
    moto.s3.notifications.quote_plus = lambda key: quote(key, safe="/")
    moto.s3.notifications._invoke_awslambda = _notify
    mappings.apply()
    permissions.apply()
    destinations.apply()


def start(settings: Settings) -> None:
    """Functions may run, and queues are polled."""
    pool.open_again()
    events.open_again()
    mappings.start()


def stop() -> None:
    """No handler runs any more."""
    events.close()
    mappings.stop()
    pool.close()


def reset() -> None:
    """No handler runs, and no event is tried again; those that come are."""
    events.forget()
    pool.end_all()


def _invoke(self: Any, body: Any, request_headers: Any, response_headers: dict[str, str]) -> str | bytes:
    """Invoke, with the invocation type in the headers; the answer's headers say what went wrong ("Invoke")."""
    try:
        event = json.loads(body) if body else {}
    except ValueError as error:
        raise InvalidContentError(str(error)) from error
    kind = request_headers.get("x-amz-invocation-type", "RequestResponse")
    response_headers["X-Amz-Executed-Version"] = str(self.version)
    if kind == "DryRun":
        return ""
    if kind == "Event":
        events.send(self, event)
        return ""
    outcome = invoke.run(self, event)
    if outcome.failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["x-amz-log-result"] = base64.b64encode(outcome.log.encode()).decode()
    return outcome.payload.encode()


def _notify(account: str, event: Any, arn: str, region: str) -> None:
    """S3 tells the function, which may be gone, without waiting for it."""
    from moto.awslambda.exceptions import LambdaClientError
    from moto.awslambda.utils import get_backend

    try:
        function = get_backend(account, region).get_function(arn)
    except LambdaClientError:
        return
    threading.Thread(target=events.send, args=(function, event), daemon=True).start()
