"""GetObject and HeadObject of what is there, straight from the file; whatever else is asked goes on to moto."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from localaws.planes.s3 import lifecycle
from localaws.planes.s3.requests import Refused, StartResponse, Target, asks_only_for, request_id, target
from localaws.settings import Settings

_AT_ONCE = 1 << 20  # a smaller answer is read before it is sent: its file is closed again at once
_QUERY = {"versionId", "x-id", "partNumber"}
_MOTO_DECIDES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_ORIGIN")
_SHOWN = (
    "content-type",
    "content-encoding",
    "content-language",
    "content-disposition",
    "cache-control",
    "expires",
    "x-amz-website-redirect-location",
)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def answer(environ: dict[str, Any], start_response: StartResponse, settings: Settings) -> Iterable[bytes] | None:
    """The answer to a GET or HEAD of an object; None where moto has to find it."""
    wanted = target(environ)
    key = _key(wanted, settings) if wanted and asks_only_for(wanted.query, _QUERY) else None
    if key is None or any(name in environ for name in _MOTO_DECIDES) or not _matches(environ, key):
        return None
    number = wanted.query.get("partNumber") if wanted else None
    if number is not None and not (number.isdigit() and 1 <= int(number) <= _parts(key)):
        return None
    try:
        span = _part(key, int(number)) if number else _range(environ.get("HTTP_RANGE", ""), key.size)
    except Refused as refused:
        return refused.answer(start_response)
    first, last = span or (0, key.size - 1)
    headers = _headers(key, environ, whole=last - first + 1 == key.size)
    headers.append(("Content-Length", str(last - first + 1)))
    if wanted and (expires := _expiry(wanted, key, settings)):
        headers.append(("x-amz-expiration", expires))
    if span:
        headers.append(("Content-Range", f"bytes {first}-{last}/{key.size}"))
    if number and key.multipart:
        headers.append(("x-amz-mp-parts-count", str(_parts(key))))
    start_response("206 Partial Content" if span else "200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else _content(environ, key.body, first, last)


def _key(wanted: Target, settings: Settings) -> Any:
    """The object, if it can be read as it is."""
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends
    from moto.s3.utils import ARCHIVE_STORAGE_CLASSES

    try:
        key = s3_backends[settings.account]["aws"].get_object(wanted.bucket, wanted.key, wanted.query.get("versionId"))
    except S3ClientError:
        return None
    return None if key is None or key.storage_class in ARCHIVE_STORAGE_CLASSES else key


def _expiry(wanted: Target, key: Any, settings: Settings) -> str | None:
    from moto.s3.models import s3_backends

    bucket = s3_backends[settings.account]["aws"].buckets.get(wanted.bucket)
    return lifecycle.expiry(bucket, key) if bucket else None


def _matches(environ: dict[str, Any], key: Any) -> bool:
    """Whether no condition on the etag stands against a plain answer."""
    must, must_not = environ.get("HTTP_IF_MATCH"), environ.get("HTTP_IF_NONE_MATCH")
    etag = key.etag.strip('"')
    return (not must or must.strip('"') in (etag, "*")) and (not must_not or must_not.strip('"') not in (etag, "*"))


def _parts(key: Any) -> int:
    return len(key.multipart.partlist) if key.multipart else 1


def _part(key: Any, number: int) -> tuple[int, int] | None:
    """First and last byte of a part; parts are counted from 1 whatever their numbers were."""
    if not key.multipart:
        return (0, key.size - 1) if key.size else None
    sizes = [key.multipart.parts[part].contentsize for part in key.multipart.partlist]
    first = sum(sizes[: number - 1])
    return first, first + sizes[number - 1] - 1


def _range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None (that is all) where the header is none that S3 understands ("GetObject", Range)."""
    found = _RANGE.fullmatch(header)
    if not found or not any(found.groups()):
        return None
    begin, end = found.groups()
    if not begin:
        first, last = max(size - int(end), 0), size - 1
    else:
        first, last = int(begin), min(int(end or size - 1), size - 1)
        if end and int(end) < first:
            return None
    if first > last:
        raise Refused(
            "416 Requested Range Not Satisfiable",
            "InvalidRange",
            "The requested range is not satisfiable",
            RangeRequested=header,
            ActualObjectSize=str(size),
        )
    return first, last


def _headers(key: Any, environ: dict[str, Any], *, whole: bool) -> list[tuple[str, str]]:
    headers = {name: value for name, value in key.response_dict.items() if name != "content-length"}
    headers.pop("x-amz-sdk-checksum-algorithm", None)
    for name, value in key.metadata.items():
        if name.lower() in _SHOWN or name.lower().startswith("x-amz-meta-"):
            headers[name] = value
    if environ.get("HTTP_X_AMZ_CHECKSUM_MODE", "").upper() == "ENABLED" and key.checksum_algorithm and whole:
        kind = key.checksum_type or "FULL_OBJECT"
        suffix = f"-{key.checksum_parts}" if kind == "COMPOSITE" else ""
        headers[f"x-amz-checksum-{key.checksum_algorithm.lower()}"] = f"{key.checksum_value}{suffix}"
        headers["x-amz-checksum-type"] = kind
    headers |= {"Accept-Ranges": "bytes", "x-amz-request-id": request_id(), "Server": "AmazonS3"}
    return [(name, str(value)) for name, value in headers.items()]


def _content(environ: dict[str, Any], body: Any, first: int, last: int) -> Iterable[bytes]:
    if last - first < _AT_ONCE:
        return [body.read(first, last)] if last >= first else []
    if "wsgi.file_wrapper" not in environ:
        return body.blocks(first, last)  # type: ignore[no-any-return]
    file = body.open()
    file.seek(body.start + first)
    return environ["wsgi.file_wrapper"](file)  # type: ignore[no-any-return] # it ends at Content-Length
