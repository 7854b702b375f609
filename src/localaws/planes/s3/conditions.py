"""Conditional writes (page "Add preconditions to S3 operations with conditional requests")."""

from __future__ import annotations

from typing import Any

from localaws.planes.s3.requests import Refused, target


def apply() -> None:
    """A copy that must not happen is refused; the other writes are weighed where they are made."""
    from moto.s3.responses import S3Response

    S3Response.copy_object = _conditional(S3Response.copy_object)


def check(environ: dict[str, Any]) -> None:
    """S3 knows the request's conditions.

    Raises:
        Refused: it writes with an If-None-Match other than `*`.
    """
    if target(environ) is None:
        return
    given = environ.get("HTTP_IF_NONE_MATCH")
    if environ["REQUEST_METHOD"] in ("PUT", "POST") and given not in (None, "*"):
        message = "A header you provided implies functionality that is not implemented"
        raise Refused("501 Not Implemented", "NotImplemented", message, Header="If-None-Match")


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
