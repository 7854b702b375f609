"""SNS: every subscriber gets its message or none, and no subscriber keeps the publisher waiting or from the others.

Mail is not sent: it is written to `<state>/mail/<topic>/`, one .eml file a message.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from typing import Any

from localaws import resets
from localaws.iam.language.documents import read
from localaws.planes.kms import UnusableKeyError, usable_arn
from localaws.settings import Settings, current


def apply(settings: Settings) -> None:
    """Publish goes by the topic's key, and to all subscribers."""
    from moto.sns.models import SNSBackend, Subscription, Topic

    _apply_to_key(SNSBackend)
    _apply_to_policy(SNSBackend)
    deliver = Subscription.publish

    def publish(self: Any, message: str, message_id: str, **options: Any) -> None:
        handler = {"lambda": _invoke, "email": _write, "email-json": _write}.get(self.protocol)
        if handler is None:
            _send(self, lambda: deliver(self, message, message_id, **options))
        elif _wanted(self, message, options.get("message_attributes")):
            text = (
                self._parse_message_structure(message, self.protocol) if options.get("message_structure") else message
            )
            _send(self, lambda: handler(self, text, message_id, options))

    Subscription.publish = publish
    # moto makes an RSA key for each subscription, which takes longer than all else
    Subscription.private_key = lambda _: _signing_key()
    plain = Topic.publish

    def remembered(self: Any, *arguments: Any, **options: Any) -> Any:
        del self.sent_notifications[:-100]  # moto keeps them all, for tests of its own
        return plain(self, *arguments, **options)

    Topic.publish = remembered
    resets.on_forget(lambda: shutil.rmtree(settings.state / "mail", ignore_errors=True))


def _apply_to_key(backend: Any) -> None:
    plain = backend.publish

    def publish(self: Any, message: str, arn: str | None, *arguments: Any, **options: Any) -> Any:
        topic = self.topics.get(arn) if arn else None
        if topic is not None and topic.kms_master_key_id:
            _check_key(self, topic.kms_master_key_id)
        return plain(self, message, arn, *arguments, **options)

    backend.publish = publish


def _apply_to_policy(backend: Any) -> None:
    """A topic's policy is one ("SetTopicAttributes", InvalidParameter)."""
    from moto.sns.exceptions import SNSInvalidParameter

    plain = backend.set_topic_attribute

    def set_topic_attribute(self: Any, topic_arn: str, attribute_name: str, attribute_value: str) -> None:
        if attribute_name.lower() == "policy" and (problem := read(attribute_value, "Policy").problem):
            raise SNSInvalidParameter(f"Invalid parameter: {problem}")
        plain(self, topic_arn, attribute_name, attribute_value)

    backend.set_topic_attribute = set_topic_attribute


def _check_key(backend: Any, key: str) -> None:
    """Publish, errors KMSNotFound, KMSDisabled, KMSInvalidState."""
    from moto.sns.exceptions import SNSException

    try:
        usable_arn(backend.account_id, backend.region_name, key)
    except UnusableKeyError as error:
        raise SNSException(f"KMS{error.problem}", str(error)) from error


def _wanted(subscription: Any, message: str, attributes: Any) -> bool:
    matcher = subscription._filter_policy_matcher
    return matcher is None or bool(matcher.matches(attributes, message))


def _send(subscription: Any, deliver: Callable[[], None]) -> None:
    """The message is delivered; what waits for others than us is done aside, and a failure is no publisher's."""

    def attempt() -> None:
        try:
            deliver()
        except Exception as error:  # noqa: BLE001 - a queue or function that is gone, or a URL that does not answer
            sys.stderr.write(f"localaws: {subscription.arn}: {type(error).__name__}: {error}\n")

    if subscription.protocol in ("http", "https"):
        threading.Thread(target=attempt, daemon=True).start()
    else:
        attempt()


def _invoke(subscription: Any, message: str, message_id: str, options: dict[str, Any]) -> None:
    """The function gets the event that AWS documents ("Invoking Lambda functions with Amazon SNS notifications")."""
    from moto.awslambda.utils import get_backend

    from localaws.planes.lambdas import events

    attributes = options.get("message_attributes") or {}
    notification = {
        "SignatureVersion": "1",
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "MessageId": message_id,
        "Message": message,
        "MessageAttributes": attributes,
        "Type": "Notification",
        "TopicArn": subscription.topic.arn,
        "Subject": options.get("subject"),
    }
    record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription.arn, "EventSource": "aws:sns"}
    backend = get_backend(subscription.account_id, subscription.endpoint.split(":")[3])
    events.send(backend.get_function(subscription.endpoint), {"Records": [{**record, "Sns": notification}]})


def _write(subscription: Any, message: str, message_id: str, options: dict[str, Any]) -> None:
    """The mail lies in the state directory."""
    mail = EmailMessage()
    mail["From"] = "AWS Notifications <no-reply@sns.amazonaws.com>"
    mail["To"] = subscription.endpoint
    mail["Subject"] = (options.get("subject") or "AWS Notification Message").replace("\n", " ")
    mail["X-Topic"] = subscription.topic.arn
    mail.set_content(message)
    folder = current().state / "mail" / subscription.topic.name
    folder.mkdir(parents=True, exist_ok=True)
    recipient = "".join(letter if letter.isalnum() else "_" for letter in subscription.endpoint)
    name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{message_id}-{recipient}.eml"
    (folder / name).write_bytes(mail.as_bytes())


@cache
def _signing_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
