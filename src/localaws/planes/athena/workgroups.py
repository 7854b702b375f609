"""Workgroups: where results go, how they are encrypted, and how much a query may scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class InvalidRequest(Exception):
    """Answered as InvalidRequestException."""


@dataclass(frozen=True)
class Terms:
    """What holds for one query."""

    configuration: dict[str, Any]
    cutoff: int | None = None
    put: dict[str, Any] = field(default_factory=dict)

    @property
    def location(self) -> str:
        """Where results go, ending in a slash."""
        given = str(self.configuration["OutputLocation"])
        return given if given.endswith("/") else given + "/"


def terms(group: Any, asked: dict[str, Any]) -> Terms:
    """The terms of a workgroup for a query that asks for a result configuration.

    An enforcing workgroup overrides what the client asks for: Athena user guide, "Override client-side settings".

    Raises:
        InvalidRequest: the workgroup is disabled, or nobody says where results go.
    """
    if group.state == "DISABLED":
        raise InvalidRequest(f"WorkGroup {group.name} is disabled.")
    settings = group.configuration or {}
    own = settings.get("ResultConfiguration") or {}
    configuration = dict(own) if _true(settings.get("EnforceWorkGroupConfiguration", True)) else {**own, **asked}
    if not str(configuration.get("OutputLocation", "")).startswith("s3://"):
        raise InvalidRequest(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input."
        )
    cutoff = settings.get("BytesScannedCutoffPerQuery")
    return Terms(configuration, int(cutoff) if cutoff else None, _put_options(configuration))


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _put_options(configuration: dict[str, Any]) -> dict[str, Any]:
    """How PutObject is told of encryption, owner and ACL."""
    encryption = configuration.get("EncryptionConfiguration") or {}
    options: dict[str, Any] = {}
    kind = encryption.get("EncryptionOption")
    if kind == "CSE_KMS":
        raise InvalidRequest("localaws does not encrypt results on the client's side (CSE_KMS): use SSE_KMS or SSE_S3")
    if kind == "SSE_S3":
        options["ServerSideEncryption"] = "AES256"
    if kind == "SSE_KMS":
        options["ServerSideEncryption"] = "aws:kms"
        options["SSEKMSKeyId"] = encryption["KmsKey"]
    if configuration.get("ExpectedBucketOwner"):
        options["ExpectedBucketOwner"] = configuration["ExpectedBucketOwner"]
    if (configuration.get("AclConfiguration") or {}).get("S3AclOption") == "BUCKET_OWNER_FULL_CONTROL":
        options["ACL"] = "bucket-owner-full-control"
    return options
