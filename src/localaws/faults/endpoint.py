"""What the administrator asks and says: `/_localaws/faults`, the rules, and `/_localaws/requests`, what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localaws import processes
from localaws.faults import document
from localaws.faults.asked import Reader
from localaws.faults.book import Book
from localaws.faults.fields import RuleError
from localaws.faults.recording import Recording
from localaws.iam.calls import wire
from localaws.wsgi import answer_json

PATH = "/_localaws/faults"
REQUESTS = "/_localaws/requests"
_CONTINUE = "continue"


def answer(environ: dict[str, Any], start: Callable[..., Any], book: Book, reader: Reader) -> Iterable[bytes]:
    """POST adds rules, GET tells them all, DELETE clears them, or the one whose id follows the path."""
    return answer_json(start, *(_done(environ, book) if reader.may_rule(environ) else _denied(PATH)))


def record(environ: dict[str, Any], start: Callable[..., Any], recording: Recording, reader: Reader) -> Iterable[bytes]:
    """POST begins to record requests that change something, GET tells them, DELETE ends it."""
    method = environ["REQUEST_METHOD"]
    if not reader.may_rule(environ):
        return answer_json(start, *_denied(REQUESTS))
    if method not in ("GET", "POST", "DELETE"):
        return answer_json(start, 405, _problem(REQUESTS, f"expected GET, POST or DELETE, got {method}"))
    if method != "GET":
        recording.switch(on=method == "POST")
    return answer_json(start, 200, {"recording": recording.on, "requests": recording.told()})


def _done(environ: dict[str, Any], book: Book) -> tuple[int, dict[str, Any]]:
    method, rest = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(PATH).strip("/")
    if rest and method == "DELETE":
        return _forget(rest, book)
    if rest:
        return _more(rest, method)
    if method == "POST":
        try:
            return 200, {"rules": book.add(document.read(wire.body(environ).decode("utf-8", "replace"), PATH))}
        except RuleError as error:
            return 400, {"message": str(error)}
    if method == "DELETE":
        book.clear()
    if method in ("GET", "DELETE"):
        return 200, {"rules": book.told()}
    return 405, _problem(PATH, f"expected GET, POST or DELETE, got {method}")


def _more(rest: str, method: str) -> tuple[int, dict[str, Any]]:
    if rest == _CONTINUE and method == "POST":
        return 200, {"continued": [name for name in processes.asleep() if processes.go_on(name)]}
    return 404, _problem(f"{PATH}/{rest}", f"expected {PATH}, DELETE {PATH}/<id> or POST {PATH}/{_CONTINUE}")


def _forget(text: str, book: Book) -> tuple[int, dict[str, Any]]:
    if text.isdecimal() and book.clear(int(text)):
        return 200, {"rules": book.told()}
    return 404, _problem(f"{PATH}/{text}", "there is no such rule")


def _denied(place: str) -> tuple[int, dict[str, Any]]:
    return 403, _problem(place, "is the administrator's")


def _problem(place: str, what: str) -> dict[str, Any]:
    return {"message": f"{place}: {what}"}
