"""EventBridge and EventBridge Scheduler: rules and schedules fire, and targets get their events.

What is not emulated: dead-letter queues and retry policies of targets, and pipes.
"""

from __future__ import annotations

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Rules send to their targets in the background; expressions that AWS would refuse are refused."""
    from localaws.planes.events import rules, validation

    rules.apply()
    validation.apply()


def start(settings: Settings) -> None:
    """What an earlier process had not delivered is on its way, and schedules fire."""
    from localaws.planes.events import outbox, ticker

    outbox.resume()
    ticker.start()


def reset() -> None:
    """Nothing has ended: what there is to fire and to deliver goes with moto's backends, but for what is on its way."""


def stop() -> None:
    """Nothing fires any more."""
    from localaws.planes.events import ticker

    ticker.stop()
