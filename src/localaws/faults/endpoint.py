"""`/_localaws/faults`: rules are put, told and cleared, by the administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localaws.faults import document
from localaws.faults.asked import Reader
from localaws.faults.book import Book
from localaws.faults.fields import RuleError
from localaws.iam.calls import wire
from localaws.wsgi import answer_json

PATH = "/_localaws/faults"


def answer(environ: dict[str, Any], start: Callable[..., Any], book: Book, reader: Reader) -> Iterable[bytes]:
    """POST adds rules, GET tells them all, DELETE clears them, or the one whose id follows the path."""
    status, value = (
        _done(environ, book) if reader.may_rule(environ) else (403, _problem(PATH, "is the administrator's"))
    )
    return answer_json(start, status, value)


def _done(environ: dict[str, Any], book: Book) -> tuple[int, dict[str, Any]]:
    method, rest = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(PATH).strip("/")
    if rest and method == "DELETE":
        return _forget(rest, book)
    if rest:
        return 404, _problem(f"{PATH}/{rest}", f"expected {PATH}, or DELETE {PATH}/<id>")
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


def _forget(text: str, book: Book) -> tuple[int, dict[str, Any]]:
    if text.isdecimal() and book.clear(int(text)):
        return 200, {"rules": book.told()}
    return 404, _problem(f"{PATH}/{text}", "there is no such rule")


def _problem(place: str, what: str) -> dict[str, Any]:
    return {"message": f"{place}: {what}"}
