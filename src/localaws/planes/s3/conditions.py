"""Requests that S3 refuses and moto would grant, or would stumble over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from localaws.planes.s3.requests import Refused, is_for_s3, target

#: What moto does not know behind the question mark: it would take the request for one about the bucket or the object.
SUBRESOURCES = {
    "analytics",
    "intelligent-tiering",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "metadataTable",
    "metrics",
    "renameObject",
    "requestPayment",
    "session",
    "torrent",
}
LONGEST_SECONDS = 7 * 86_400  # page "Download and upload objects with presigned URLs": Expiration time


def apply() -> None:
    """Uploads that are not there, writes that must not happen and tags that say a thing twice are refused."""
    from moto.s3.models import S3Backend
    from moto.s3.responses import S3Response

    for name in ("upload_part", "complete_multipart_upload"):
        setattr(S3Backend, name, _of_an_upload(getattr(S3Backend, name)))
    S3Response.copy_object = _conditional(S3Response.copy_object)
    S3Response._tagging_from_xml = _told_once(S3Response._tagging_from_xml)


def check(environ: dict[str, Any]) -> None:
    """Nothing stands against the request: it is emulated, its presigned URL is in time, S3 knows its conditions.

    Raises:
        Refused: S3's answer.
    """
    _check_subresource(environ)
    wanted = target(environ)
    if wanted is None:
        return
    _check_presigned(wanted.query)
    given = environ.get("HTTP_IF_NONE_MATCH")
    if environ["REQUEST_METHOD"] in ("PUT", "POST") and given not in (None, "*"):
        message = "A header you provided implies functionality that is not implemented"
        raise Refused("501 Not Implemented", "NotImplemented", message, Header="If-None-Match")


def _check_subresource(environ: dict[str, Any]) -> None:
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    asked = SUBRESOURCES & query.keys()
    inventory = "inventory" in query and environ["REQUEST_METHOD"] == "DELETE"
    if (asked or inventory) and is_for_s3(environ):
        name = f"{environ['REQUEST_METHOD']} ?{', '.join(sorted(asked)) or 'inventory'}"
        raise Refused("501 Not Implemented", "NotImplemented", f"s3 {name} is not emulated by localaws")


def _check_presigned(query: Mapping[str, str]) -> None:
    """Page "Download and upload objects with presigned URLs": one that has expired is denied."""
    expires = query.get("Expires", "") if "Signature" in query else _expires(query)
    if expires.isdigit() and int(expires) < time.time():
        stamp = datetime.fromtimestamp(int(expires), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise Refused("403 Forbidden", "AccessDenied", "Request has expired", Expires=stamp)


def _expires(query: Mapping[str, str]) -> str:
    seconds, begun = query.get("X-Amz-Expires", ""), query.get("X-Amz-Date", "")
    if not seconds.isdigit() or not begun:
        return ""
    if int(seconds) > LONGEST_SECONDS:
        message = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
        raise Refused(
            "400 Bad Request", "AuthorizationQueryParametersError", f"{message}than {LONGEST_SECONDS} seconds"
        )
    try:
        moment = datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise Refused("400 Bad Request", "AuthorizationQueryParametersError", message) from None
    return str(int(moment.timestamp()) + int(seconds))


def _of_an_upload(plain: Any) -> Any:
    def answer(self: Any, bucket_name: str, multipart_id: str, *arguments: Any, **options: Any) -> Any:
        from moto.s3.exceptions import NoSuchUpload

        if multipart_id not in self.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(multipart_id)
        return plain(self, bucket_name, multipart_id, *arguments, **options)

    return answer


def _conditional(plain: Any) -> Any:
    def copy_object(self: Any) -> Any:
        """moto's, if what is there already is as the request says (page "CopyObject": If-Match, If-None-Match)."""
        from moto.s3.exceptions import MissingKey, PreconditionFailed

        must, must_not = self.headers.get("If-Match"), self.headers.get("If-None-Match")
        there: Any = self.backend.get_object(self.bucket_name, self.parse_key_name()) if must or must_not else None
        if must and there is None:
            raise MissingKey
        if must and must.strip('"') != there.etag.strip('"'):
            raise PreconditionFailed("If-Match")
        if must_not == "*" and there is not None:
            raise PreconditionFailed("If-None-Match")
        return plain(self)

    return copy_object


def _told_once(plain: Any) -> Any:
    def tagging_from_xml(self: Any) -> Any:
        from moto.s3.exceptions import DuplicateTagKeys
        from moto.s3.responses import xmltodict

        tags = ((xmltodict.parse(self.body).get("Tagging") or {}).get("TagSet") or {}).get("Tag") or []
        keys = [tag["Key"] for tag in (tags if isinstance(tags, list) else [tags])]
        if len(set(keys)) < len(keys):
            raise DuplicateTagKeys
        return plain(self)

    return tagging_from_xml
