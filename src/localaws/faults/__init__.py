"""Faults on demand: throttling, errors, delays, silence and dropped connections for the operations that rules name.

A fault strikes what AWS would have carried out: whoever is not authorized is denied first, and no rule counts it.
Rules come from `--faults FILE`, read at each start, and from `/_localaws/faults`, kept until the server ends. What
there is to strike tells `/_localaws/requests`, once it is asked to record what comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localaws.faults.document import load
from localaws.faults.fields import RuleError
from localaws.settings import Settings
from localaws.wsgi import WsgiApp

__all__ = ["RuleError", "load", "wrap"]


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application, but what a rule names goes wrong as the rule says; without rules nothing is looked at.

    Raises:
        RuleError: the file of rules does not hold what it should.
    """
    from localaws.faults import endpoint, strike
    from localaws.faults.asked import Reader
    from localaws.faults.book import Book
    from localaws.faults.recording import Recording

    reader, book, recording = Reader(settings), Book(), Recording()
    if settings.faults:
        book.add(load(settings.faults))

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(endpoint.PATH):
            return endpoint.answer(environ, start, book, reader)
        if environ["PATH_INFO"] == endpoint.REQUESTS:
            return endpoint.record(environ, start, recording, reader)
        asked = reader.read(environ) if book or recording.on else None
        if asked and recording.on:
            recording.note(asked)
        rule = book.due(asked) if asked else None
        if rule is None or asked is None:
            return app(environ, start)  # type: ignore[no-any-return]
        return strike.carry_out(rule, asked, app, start)

    return serve
