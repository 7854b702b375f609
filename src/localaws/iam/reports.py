"""The ledger over HTTP: `/_localaws/iam/used`, `/denied`, `/unused`, and `POST /reset`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from localaws.iam import stores
from localaws.iam.callers import documents
from localaws.iam.language.context import Context, Undetermined
from localaws.iam.language.documents import Statement, read
from localaws.iam.language.patterns import Template
from localaws.iam.ledger import Ledger, Use
from localaws.wsgi import answer_json

PREFIX = "/_localaws/iam/"


def answer(environ: dict[str, Any], start: Callable[..., Any], ledger: Ledger, account: str) -> Iterable[bytes]:
    """The report that the path names, as JSON."""
    name = environ["PATH_INFO"].removeprefix(PREFIX)
    if name == "reset" and environ["REQUEST_METHOD"] == "POST":
        ledger.clear()
        return answer_json(start, 200, [])
    reports: dict[str, Callable[[], Any]] = {
        "used": ledger.used,
        "denied": ledger.denials,
        "unused": lambda: list(unused(account, ledger.used())),
    }
    if name not in reports:
        problem = f"{PREFIX}{name}: expected one of {', '.join(reports)}, or reset by POST"
        return answer_json(start, 404, {"message": problem})
    return answer_json(start, 200, reports[name]())


def unused(account: str, uses: list[Use]) -> Iterator[dict[str, Any]]:
    """What roles were granted and did not use: for each statement, its actions and resources that served nothing."""
    for role in list(stores.backend("iam", account).roles.values()):
        mine = [(action.lower(), resource) for who, action, resource in uses if who == role.name]
        for name, document in documents(role):
            for statement in read(document, name).statements:
                left = _left(statement, mine)
                if statement.effect == "Allow" and (left["actions"] or left["resources"]):
                    yield {"role": role.name, "policy": name, "statement": statement.name, **left}


def _left(statement: Statement, uses: list[tuple[str, str]]) -> dict[str, list[str]]:
    actions = dict.fromkeys(statement.actions.texts, False)
    resources = dict.fromkeys(statement.resources.texts if statement.resources else (), False)
    for action, resource in uses:
        fitting = [text for text in actions if re.fullmatch(Template(text).regex(arn=False), action)]
        places = [text for text in resources if _fits(text, resource)]
        if fitting and places:
            actions |= dict.fromkeys(fitting, True)
            resources |= dict.fromkeys(places, True)
    return {
        "actions": [text for text, hit in actions.items() if not hit],
        "resources": [text for text, hit in resources.items() if not hit],
    }


def _fits(text: str, resource: str) -> bool:
    """A pattern with variables fits whatever its request made of it: it is counted as used."""
    try:
        return Template(text).like(resource, Context(), arn=True)
    except Undetermined:
        return True
