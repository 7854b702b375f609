"""Checks of moto's own that know less than ours, taken out of the way."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """moto no longer denies by S3's bucket policies and KMS's key policies, whose conditions it does not read."""
    from moto.iam.access_control import PermissionResult
    from moto.kms.responses import KmsResponse
    from moto.s3.models import FakeBucket

    def get_permission(self: Any, action: str, resource: str) -> Any:
        return PermissionResult.PERMITTED  # what is not permitted did not come here

    FakeBucket.get_permission = get_permission
    KmsResponse._validate_key_policy = lambda self, key_id, action: None  # noqa: ARG005 - moto's signature
