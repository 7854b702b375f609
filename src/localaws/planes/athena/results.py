"""Results in S3: how Athena writes them, and how GetQueryResults reads them page by page."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.tables import s3

_MEMORY = 16 << 20
_CHUNK = 1 << 18
Row = list[str | None]


def write(keys: Keys, uri: str, options: dict[str, Any], lines: Iterable[bytes]) -> int:
    """The lines are an object at the URI, encrypted as the options say; how many bytes it has.

    Raises:
        QueryError: the caller may not write there, or there is no such bucket.
    """
    bucket, key = s3.split(uri)
    with tempfile.SpooledTemporaryFile(_MEMORY) as file:
        for line in lines:
            file.write(line)
        size = file.tell()
        file.seek(0)
        try:
            body = {"Body": file} if size else {}  # nothing to wait for "100 Continue" with
            keys.client("s3").put_object(Bucket=bucket, Key=key, **body, **options)
        except ClientError as error:
            raise _not_written(error, uri) from error
    return size


def _not_written(error: ClientError, uri: str) -> QueryError:
    code = error.response["Error"]["Code"]
    if code in ("AccessDenied", "403"):
        return QueryError("PERMISSION_DENIED", f"Access denied when writing output to url: {uri}")
    return QueryError("", f"Unable to verify/create output bucket {s3.split(uri)[0]}: {code}")


def csv_lines(names: list[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The header and the rows: every value in double quotes, NULL as nothing at all."""
    yield _csv_line(list(names))
    for row in rows:
        yield _csv_line(row)


def _csv_line(row: Row) -> bytes:
    fields = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in row)
    return (",".join(fields) + "\n").encode()


def page(keys: Keys, uri: str, token: str | None, limit: int) -> tuple[list[Row], str | None]:
    """The next rows of a result and the token of the page after them.

    Raises:
        QueryError: the caller may not read the result, or somebody deleted it.
        ValueError: the token is none of ours.
    """
    start = _offset(token) if token else 0
    try:
        records, end = _records(keys, uri, start, limit)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("InvalidRange", "416"):
            return [], None
        raise s3.failure(error, uri) from error
    parse = fields if uri.endswith(".csv") else _single
    return [parse(each) for each in records], _token(end) if end is not None else None


def _records(keys: Keys, uri: str, start: int, limit: int) -> tuple[list[str], int | None]:
    """Up to so many records from a byte on, and the byte where the next one begins."""
    bucket, key = s3.split(uri)
    answer = keys.client("s3").get_object(Bucket=bucket, Key=key, **({"Range": f"bytes={start}-"} if start else {}))
    found: list[str] = []
    pending, at = b"", start
    for chunk in answer["Body"].iter_chunks(_CHUNK):
        pending += chunk
        while (end := _end_of_record(pending, uri)) is not None:
            if len(found) == limit:
                answer["Body"].close()
                return found, at
            found.append(pending[: end - 1].decode())
            pending, at = pending[end:], at + end
    return found, None


def _end_of_record(data: bytes, uri: str) -> int | None:
    """Where the first record ends: at a line feed outside of quotes."""
    place = data.find(b"\n")
    while place >= 0 and uri.endswith(".csv") and data.count(b'"', 0, place) % 2:
        place = data.find(b"\n", place + 1)
    return place + 1 if place >= 0 else None


def fields(record: str) -> Row:
    """The values of a record: quoted ones are text, nothing is NULL."""
    found: Row = []
    place = 0
    while place <= len(record):
        if record.startswith('"', place):
            end = place + 1
            while record.startswith('""', end) or not record.startswith('"', end):
                end += 2 if record.startswith('""', end) else 1
            found.append(record[place + 1 : end].replace('""', '"'))
            place = end + 2
        else:
            found.append(None)
            place += 1
    return found


def _single(record: str) -> Row:
    return [record]


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"offset": offset}).encode()).decode()


def _offset(token: str) -> int:
    return int(json.loads(base64.urlsafe_b64decode(token))["offset"])
