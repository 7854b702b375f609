"""Files from a folder into copper, as a source would put them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from copperctl import show
from copperctl.aws import Aws
from copperline.contract import load_contracts
from copperline.errors import UsageError, expected
from copperline.files.route import route


@dataclass(frozen=True)
class Delivered:
    """What came of a folder."""

    sent: tuple[str, ...]
    there: tuple[str, ...]
    left_out: tuple[Path, ...]


def deliver(aws: Aws, folder: Path, say: Callable[[str], None] = lambda _: None) -> Delivered:
    """Every file that belongs to a contract is in copper, under `<feed>/<table>/<file>`.

    The rule is promote's own: a file's table is the folder beneath its feed, or else the name that it begins with
    (zoop/vendas_2024.parquet is a file of zoop's sales). Files of no contract are left out and named. A file that is
    there already, byte for byte, is not sent again.

    Raises:
        UsageError: there is no such folder, or no file in it.
    """
    look(folder)
    sent, there, left_out = [], [], []
    for path, key in _files(folder):
        if not key:
            left_out.append(path)
        elif _put(aws, path, key):
            say(f"delivered {key}")
            sent.append(key)
        else:
            there.append(key)
    return Delivered(tuple(sent), tuple(there), tuple(left_out))


def look(folder: Path) -> None:
    """The folder is there, and there is something in it.

    Raises:
        UsageError: it is not.
    """
    want = "a folder of <feed>/<table>/<file>"
    if not folder.is_dir():
        got = "a file" if folder.exists() else "nothing there"
        raise UsageError(expected(str(folder), "folder", want, got, "name one that exists"))
    if not any(path.is_file() for path in folder.rglob("*")):
        raise UsageError(expected(str(folder), "folder", want, "no file in it", "put the files there or name another"))


def tell(aws: Aws, folder: Path) -> Delivered:
    """The folder's files are in copper; what was sent, found there or left out is printed."""
    found = deliver(aws, folder, show.say)
    if found.there:
        show.say(f"{_files_of(len(found.there))} in copper already, byte for byte: not sent again")
    if found.left_out:
        show.say(_left_out([path.relative_to(folder) for path in found.left_out]))
    return found


def _left_out(paths: list[Path]) -> str:
    """One file by its path, more by the folders, or the files, that stand first in theirs."""
    if len(paths) == 1:
        return f"left out, since no contract takes it: {paths[0]}"
    places = sorted({path.parts[0] + "/" * (len(path.parts) > 1) for path in paths})
    return f"left out, since no contract takes them: {_files_of(len(paths))} ({', '.join(places)})"


def _files_of(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    contracts = load_contracts()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = route(path.relative_to(folder).as_posix(), contracts)
        yield path, f"{found.feed}/{found.table}/{found.name}" if found.contract else ""


def _put(aws: Aws, path: Path, key: str) -> bool:
    """Whether the object had to be sent."""
    s3, bucket = aws.client("s3"), aws.output("CopperBucket")
    with path.open("rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
    try:
        if s3.head_object(Bucket=bucket, Key=key)["Metadata"].get("sha256") == digest:
            return False
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
    s3.upload_file(str(path), bucket, key, ExtraArgs={"Metadata": {"sha256": digest}})
    return True
