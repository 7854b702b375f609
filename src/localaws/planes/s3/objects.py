"""moto's objects with their bytes in files: whatever moto stores, copies, joins or deletes is a file of `bodies`."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Iterator
from typing import Any

from localaws.mend import edit
from localaws.planes.s3 import bodies, checksums
from localaws.planes.s3.bodies import Body


def apply() -> None:
    """moto keeps the metadata of objects and nothing of their bytes, neither in memory nor in open files."""
    from moto.s3.models import FakeDeleteMarker, FakeKey, FakeMultipart, S3Backend

    edit(FakeKey, "__init__", "tempfile.SpooledTemporaryFile(self._max_buffer_size)", "None")
    FakeKey.value = property(_value, _set_value)
    FakeKey.etag = property(_etag)
    FakeKey.duplicate = lambda self: bodies.duplicate(self.body)
    FakeKey.dispose = _dispose
    del FakeKey.__del__
    FakeKey.__getstate__ = _getstate
    FakeKey.__setstate__ = _setstate
    FakeDeleteMarker.dispose = lambda _: None
    FakeMultipart.complete = _complete
    _apply_to_backend(S3Backend)
    _apply_to_responses()


def alive() -> set[str]:
    """The names of all files that an object, a version or a part refers to."""
    return {body.name for body in kept()}


def kept() -> Iterator[Body]:
    """The bytes of all objects, versions and parts."""
    from moto.s3.models import FakeKey, s3_backends

    backends: list[Any] = [backend for _, _, backend in s3_backends.iter_backends()]
    every = ((*each.buckets.values(), *each.table_buckets.values()) for each in backends)
    for bucket in itertools.chain.from_iterable(every):
        versions = itertools.chain.from_iterable(versions for _, versions in bucket.keys.lists())
        parts = itertools.chain.from_iterable(multipart.parts.values() for multipart in bucket.multiparts.values())
        yield from (key.body for key in itertools.chain(versions, parts) if isinstance(key, FakeKey))


def discard_all() -> None:
    """The files of all objects go with the next saved state."""
    bodies.to_trash(alive() - {""})


def _apply_to_backend(backend: Any) -> None:
    edit(backend, "copy_object", "value=src_key.value", "value=src_key.duplicate()")
    edit(backend, "copy_object", "multipart=src_key.multipart", "multipart=None")
    edit(
        backend,
        "copy_object",
        "new_key.checksum_value = src_key.checksum_value",
        "new_key.checksum_value = new_key.body.checksum(src_key.checksum_algorithm)",
    )
    # a suspended bucket keeps its versions and overwrites only the null one
    edit(
        backend,
        "put_object",
        "keys = [new_key]",
        "keys = [kept for kept in existing_keys if kept.version_id != 'null'] + [new_key]",
    )
    edit(backend, "list_object_versions", "copy.deepcopy(version_key)", "map(copy.copy, version_key)")
    backend.upload_part_copy = _upload_part_copy
    _apply_to_abort(backend)


def _apply_to_abort(backend: Any) -> None:
    plain = backend.abort_multipart_upload

    def abort_multipart_upload(self: Any, bucket_name: str, multipart_id: str) -> None:
        multipart = self.get_bucket(bucket_name).multiparts.get(multipart_id)
        plain(self, bucket_name, multipart_id)
        multipart.dispose()

    backend.abort_multipart_upload = abort_multipart_upload


def _apply_to_responses() -> None:
    from moto.s3.responses import S3Response

    # the checksum is in the body of the answer (CopyObject in the S3 API reference), not in a header
    edit(
        S3Response, "copy_object", 'response_headers.update(\n            {"Checksum"', 'str(\n            {"Checksum"'
    )
    edit(
        S3Response,
        "copy_object",
        'compute_checksum(\n            new_key.value, algorithm=checksum_algorithm\n        ).decode("utf-8")',
        "new_key.body.checksum(checksum_algorithm)",
    )


def _value(self: Any) -> bytes:
    return bytes(self.body.read())


def _set_value(self: Any, value: bytes | str | Body) -> None:
    if isinstance(value, str):
        value = value.encode()
    self.body = value if isinstance(value, Body) else bodies.store([value])
    self.contentsize = self.body.size


def _etag(self: Any) -> str:
    """The MD5 of the bytes, but for what a KMS key encrypts ("Object" in the S3 API reference: not an MD5 digest)."""
    if self._etag is None:
        opaque = str(self.encryption).startswith("aws:kms") and self.body.name
        self._etag = (
            hashlib.md5(self.body.name.encode(), usedforsecurity=False).hexdigest() if opaque else self.body.md5
        )
    return f'"{self._etag}"'


def _dispose(self: Any, garbage: bool = False) -> None:
    if not self.disposed:
        self.disposed = True
        bodies.discard(self.body)
        if self.multipart:
            self.multipart.dispose()


def _getstate(self: Any) -> dict[str, Any]:
    return {name: value for name, value in self.__dict__.items() if name not in ("lock", "_value_buffer")}


def _setstate(self: Any, state: dict[str, Any]) -> None:
    self.__dict__.update(state, lock=threading.Lock())


def _upload_part_copy(
    self: Any,
    dest_bucket_name: str,
    multipart_id: str,
    part_id: int,
    src_bucket_name: str,
    src_key_name: str,
    src_version_id: str | None,
    start_byte: int | None,
    end_byte: int | None,
) -> Any:
    source = self.get_object(src_bucket_name, src_key_name, version_id=src_version_id).body
    multipart = self.get_bucket(dest_bucket_name).multiparts[multipart_id]
    part = bodies.duplicate(source) if start_byte is None else bodies.store(source.blocks(start_byte, end_byte))
    return multipart.set_part(part_id, part)


def _complete(self: Any, body: Iterator[tuple[int, str]]) -> tuple[Body, str, tuple[str, str, int] | None]:
    """One file with all parts, of which each part is now a slice; its etag; its checksum, if one was asked for."""
    parts = _chosen(self, list(body))
    digest = hashlib.md5(b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts), usedforsecurity=False)
    checksum = _checksum_of(self.metadata, parts)
    whole = bodies.store(itertools.chain.from_iterable(part.body.blocks() for part in parts))
    _become_slices(self, parts, whole)
    return whole, f"{digest.hexdigest()}-{len(parts)}", checksum


def _chosen(multipart: Any, wanted: list[tuple[int, str]]) -> list[Any]:
    from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML
    from moto.settings import S3_UPLOAD_PART_MIN_SIZE

    if not wanted:
        raise MalformedXML
    parts = [multipart.parts.get(number) for number, _ in wanted]
    if any(
        part is None or part.etag.strip('"') != etag.strip('"') for part, (_, etag) in zip(parts, wanted, strict=True)
    ):
        raise InvalidPart
    if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in parts[:-1]):
        raise EntityTooSmall
    return parts


def _checksum_of(metadata: Any, parts: list[Any]) -> tuple[str, str, int] | None:
    algorithm = metadata.get("x-amz-checksum-algorithm")
    if not algorithm:
        return None
    values = [part.body.checksum(algorithm) for part in parts]
    default = "FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE"
    kind = metadata.get("x-amz-checksum-type") or default
    if kind == "COMPOSITE":
        return kind, checksums.composite(algorithm, values), len(parts)
    sized = [(value, part.contentsize) for value, part in zip(values, parts, strict=True)]
    return kind, checksums.joined(algorithm, sized), 1


def _become_slices(multipart: Any, parts: list[Any], whole: Body) -> None:
    start = 0
    kept = {id(part) for part in parts}
    for part in parts:
        bodies.discard(part.body)
        part.body = whole.slice(start, part.contentsize, part.body)
        part.disposed = True  # the file is the object's, and goes with it
        start += part.contentsize
    for part in multipart.parts.values():
        if id(part) not in kept:
            part.dispose()
    multipart.parts = {part.name: part for part in parts}
    multipart.partlist = sorted(multipart.parts)
