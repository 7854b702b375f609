"""DeleteObjects: each key by itself; those that may not be deleted are errors in the answer.

(S3, "DeleteObjects")
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as tree  # noqa: N813 - written, and read after S3's own reader
from xml.sax.saxutils import escape

from localaws.iam import answers
from localaws.iam.callers import Caller
from localaws.iam.calls import s3, s3_facts, wire
from localaws.iam.calls.s3 import S3Call
from localaws.iam.judge import Denial, Judge
from localaws.iam.language.context import Context
from localaws.iam.language.documents import Ask

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
Item = tuple[str, str]


def answer(
    app: Any, judge: Judge, caller: Caller, call: S3Call, context: Context, start: answers.Start
) -> Iterable[bytes]:
    """The answer of moto about the keys that may go, with the others added as errors."""
    raw = wire.body(call.environ)
    denied = {item: denial for item in s3.deletions(raw) if (denial := _denial(judge, caller, call, context, item))}
    if not denied:
        answered: Iterable[bytes] = app(call.environ, start)
        return answered
    root = wire.xml(raw)
    for item in [item for item in root if _item(item) in denied]:
        root.remove(item)
    if not any(_tag(item) == "Object" for item in root):
        return _send(start, "200 OK", _result(denied))
    space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else None
    return _some(app, call, tree.tostring(root, default_namespace=space), denied, start)


def _denial(judge: Judge, caller: Caller, call: S3Call, context: Context, item: Item) -> Denial | None:
    key, version = item
    resource = s3.object_arn(call.bucket, key)
    action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
    actions = [action, *(["s3:BypassGovernanceRetention"] if call.header("x-amz-bypass-governance-retention") else [])]
    inner = s3_facts.of_resource(call, context.plus({"s3:versionid": version or None}), resource)
    return judge.first_denial(caller, "s3", [Ask(each, resource, inner) for each in actions])


def _some(app: Any, call: S3Call, body: bytes, denied: dict[Item, Denial], start: answers.Start) -> Iterable[bytes]:
    """moto deletes the rest, and its answer gets the errors."""
    begun: list[str] = []
    environ = {**call.environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    answered = b"".join(app(environ, lambda *status: begun.append(status[0])))
    if not begun[0].startswith("200"):
        return _send(start, begun[0], answered)
    closing = b"</DeleteResult>"
    return _send(start, "200 OK", answered.replace(closing, _errors(denied) + closing))


def _result(denied: dict[Item, Denial]) -> bytes:
    return f'<DeleteResult xmlns="{_NAMESPACE}">'.encode() + _errors(denied) + b"</DeleteResult>"


def _errors(denied: dict[Item, Denial]) -> bytes:
    return "".join(_error(item, denial) for item, denial in denied.items()).encode()


def _error(item: Item, denial: Denial) -> str:
    key, version = item
    named = f"<Key>{escape(key)}</Key>" + (f"<VersionId>{escape(version)}</VersionId>" if version else "")
    return f"<Error>{named}<Code>AccessDenied</Code><Message>{escape(denial.message)}</Message></Error>"


def _item(item: Any) -> Item:
    fields = {_tag(child): child.text or "" for child in item}
    return fields.get("Key", ""), fields.get("VersionId", "")


def _tag(item: Any) -> str:
    tag: str = item.tag
    return tag.rpartition("}")[2]


def _send(start: answers.Start, status: str, body: bytes) -> Iterable[bytes]:
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]
