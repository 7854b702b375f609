"""Copies between buckets, each proven by its hash."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from copperline.errors import CopperlineError, expected
from copperline.files.source import HEAD, TAIL, Source

#: CopyObject ends at 5 GB (Amazon S3 API reference, CopyObject); above it, parts are copied.
LARGEST_COPY = 5 * 1000**3
PART = 512 * 1024 * 1024
BLOCK = 1024 * 1024
GONE = ("NoSuchVersion", "NoSuchKey", "404", "MethodNotAllowed")


class CopyDiffers(CopperlineError):
    """A copy has other bytes than its source: nothing was recorded, promote tries again."""


class Vanished(CopperlineError):
    """The object was deleted before it was copied: deliver it again."""


@dataclass(frozen=True)
class Blob:
    """An object whose size and hash are known."""

    bucket: str
    key: str
    size: int
    sha256: str
    version_id: str = ""

    @property
    def source(self) -> dict[str, str]:
        """It, as a copy's source."""
        version = {"VersionId": self.version_id} if self.version_id else {}
        return {"Bucket": self.bucket, "Key": self.key, **version}


@dataclass(frozen=True)
class Digest:
    """What one pass over an object tells: its hash, and its first and last bytes."""

    sha256: str
    source: Source


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an s3:// address."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def read_through(s3: Any, bucket: str, key: str, version_id: str) -> Digest:
    """The object's hash, by reading it once; memory holds its ends alone.

    Raises:
        Vanished: there is no such version any more.
    """
    where = {"Bucket": bucket, "Key": key} | ({"VersionId": version_id} if version_id else {})
    hashing, size, head, tail = sha256(), 0, bytearray(), bytearray()
    for block in _blocks(s3, where):
        hashing.update(block)
        size += len(block)
        head += block[: HEAD - len(head)]
        tail += block
        del tail[:-TAIL]

    def fetch(start: int, length: int) -> bytes:
        span = f"bytes={start}-{start + length - 1}"
        return bytes(s3.get_object(**where, Range=span)["Body"].read())

    name = key.rpartition("/")[2]
    return Digest(hashing.hexdigest(), Source(name, size, bytes(head), bytes(tail), fetch))


def _blocks(s3: Any, where: dict[str, str]) -> Iterator[bytes]:
    try:
        body = s3.get_object(**where)["Body"]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise Vanished(f"{where['Key']}: its version is gone; deliver the file again") from error
        raise
    with body:
        while block := body.read(BLOCK):
            yield block


def is_there(s3: Any, blob: Blob, bucket: str, key: str) -> bool:
    """Whether the target holds these very bytes already."""
    try:
        found = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return False
        raise
    return found["ContentLength"] == blob.size and _same(s3, blob, bucket, key, found.get("ChecksumSHA256"))


def copy_verified(s3: Any, blob: Blob, bucket: str, key: str) -> None:
    """The target holds the blob's bytes, by the checksum that the service computed, or else by reading them again.

    The copy keeps the source's metadata and has no tags.

    Raises:
        CopyDiffers: it does not.
        Vanished: there is no such source any more.
    """
    try:
        checksum = (_copy_parts if blob.size > LARGEST_COPY else _copy_whole)(s3, blob, bucket, key)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise Vanished(f"{blob.key}: its version is gone; deliver the file again") from error
        raise
    if not _same(s3, blob, bucket, key, checksum):
        raise CopyDiffers(expected(f"s3://{bucket}/{key}", "SHA-256", blob.sha256, "another", "run promote again"))


def _same(s3: Any, blob: Blob, bucket: str, key: str, checksum: str | None) -> bool:
    """A checksum with a hyphen is one of parts' checksums, which says nothing of the whole."""
    if checksum and "-" not in checksum:
        return checksum == b64encode(bytes.fromhex(blob.sha256)).decode()
    return read_through(s3, bucket, key, "").sha256 == blob.sha256


def _copy_whole(s3: Any, blob: Blob, bucket: str, key: str) -> str | None:
    answer = s3.copy_object(
        Bucket=bucket, Key=key, CopySource=blob.source, ChecksumAlgorithm="SHA256", TaggingDirective="REPLACE"
    )
    checksum: str | None = answer["CopyObjectResult"].get("ChecksumSHA256")
    return checksum


def _copy_parts(s3: Any, blob: Blob, bucket: str, key: str) -> str | None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="SHA256")["UploadId"]
    where = {"Bucket": bucket, "Key": key, "UploadId": upload}
    try:
        parts = [_copy_part(s3, blob, where, number) for number in range(1, -(-blob.size // PART) + 1)]
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    except BaseException:
        s3.abort_multipart_upload(**where)
        raise
    return None


def _copy_part(s3: Any, blob: Blob, where: dict[str, str], number: int) -> dict[str, Any]:
    first = (number - 1) * PART
    last = min(first + PART, blob.size) - 1
    answer = s3.upload_part_copy(
        **where, PartNumber=number, CopySource=blob.source, CopySourceRange=f"bytes={first}-{last}"
    )["CopyPartResult"]
    checksum = {"ChecksumSHA256": answer["ChecksumSHA256"]} if answer.get("ChecksumSHA256") else {}
    return {"PartNumber": number, "ETag": answer["ETag"], **checksum}
