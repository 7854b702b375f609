"""Uploads in parts: one that is not there is refused, and each says when it began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.mend import edit


def apply() -> None:
    """NoSuchUpload for an upload that is not there; ListMultipartUploads tells the moment of its creation."""
    from moto.s3.models import FakeMultipart, S3Backend
    from moto.s3.responses import S3Response

    for name in ("upload_part", "complete_multipart_upload"):
        setattr(S3Backend, name, _of_an_upload(getattr(S3Backend, name)))
    FakeMultipart.initiated = None  # of an upload that an older state has
    FakeMultipart.__init__ = _stamped(FakeMultipart.__init__)
    edit(S3Response, "list_multipart_uploads", '"2010-11-10T20:48:33.000Z"', "upload.initiated")


def _of_an_upload(plain: Any) -> Any:
    def answer(self: Any, bucket_name: str, multipart_id: str, *arguments: Any, **options: Any) -> Any:
        from moto.s3.exceptions import NoSuchUpload

        if multipart_id not in self.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(multipart_id)
        return plain(self, bucket_name, multipart_id, *arguments, **options)

    return answer


def _stamped(plain: Callable[..., None]) -> Callable[..., None]:
    def init(self: Any, *arguments: Any, **options: Any) -> None:
        from moto.core.utils import utcnow

        plain(self, *arguments, **options)
        self.initiated = utcnow()

    return init
