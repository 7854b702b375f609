"""What people are told by e-mail or chat, each with a link to what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Alerts:
    """The topic, and the page of the runbook; SNS is asked for a client only when there is something to tell."""

    client: Callable[[str], Any]
    topic: str
    runbook: str

    def send(self, subject: str, message: str) -> None:
        """The topic has the message, with the runbook's section of that subject."""
        section = subject.lower().replace(" ", "-")
        told = f"{message}\nRunbook: {self.runbook}#{section}"
        self.client("sns").publish(TopicArn=self.topic, Subject=subject, Message=told)
