"""Which key encrypts an object, as its headers say it; the files themselves are not encrypted."""

from __future__ import annotations

from typing import Any

from localaws.mend import edit
from localaws.planes.kms import UnusableKeyError, usable_arn

_DEFAULT: dict[str, Any] = {
    "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}
}


def apply() -> None:
    """Every object says how it is encrypted: as the request or the bucket wants it, else with AES256.

    "Setting default server-side encryption behavior for Amazon S3 buckets": all new objects are encrypted.
    """
    from moto.s3.models import S3Backend
    from moto.s3.responses import S3Response

    _apply_to_put(S3Backend)
    _apply_to_multipart(S3Backend)
    plain = S3Backend.get_bucket_encryption
    S3Backend.get_bucket_encryption = lambda self, bucket_name: plain(self, bucket_name) or _DEFAULT
    edit(
        S3Response,
        "_key_response_post",
        "if encryption:",
        "encryption, kms_key_id = multipart.sse_encryption, multipart.kms_key_id\n        if encryption:",
    )


def _apply_to_put(backend: Any) -> None:
    plain = backend.put_object

    def put_object(self: Any, bucket_name: str, key_name: str, value: Any, **options: Any) -> Any:
        bucket = self.get_bucket(bucket_name)
        found = _encryption(bucket, options.get("encryption"), options.get("kms_key_id"))
        encryption, kms_key_id, by_bucket = found
        wanted = options.get("bucket_key_enabled") or (by_bucket and bucket.encryption["Rule"].get("BucketKeyEnabled"))
        enabled = True if encryption == "aws:kms" and str(wanted).lower() == "true" else None
        options |= {"encryption": encryption, "kms_key_id": kms_key_id, "bucket_key_enabled": None}
        key = plain(self, bucket_name, key_name, value, **options)
        # what moto takes over from the bucket it takes over whatever the algorithm
        key.kms_key_id, key.bucket_key_enabled = kms_key_id, enabled
        return key

    backend.put_object = put_object


def _apply_to_multipart(backend: Any) -> None:
    plain = backend.create_multipart_upload

    def create_multipart_upload(self: Any, bucket_name: str, *arguments: Any, **options: Any) -> Any:
        multipart = plain(self, bucket_name, *arguments, **options)
        found = _encryption(self.get_bucket(bucket_name), multipart.sse_encryption, multipart.kms_key_id)
        multipart.sse_encryption, multipart.kms_key_id, _ = found
        return multipart

    backend.create_multipart_upload = create_multipart_upload


def _encryption(bucket: Any, algorithm: str | None, key: str | None) -> tuple[str, str | None, bool]:
    """Algorithm, ARN of the key, and whether the bucket's default decided."""
    by_bucket = algorithm is None and bool(bucket.encryption)
    if algorithm is None:
        rule = (bucket.encryption or _DEFAULT)["Rule"]["ApplyServerSideEncryptionByDefault"]
        algorithm, key = rule["SSEAlgorithm"], key or rule.get("KMSMasterKeyID")
    if not str(algorithm).startswith("aws:kms"):
        return str(algorithm), None, by_bucket
    return str(algorithm), _key_arn(bucket, key or "alias/aws/s3"), by_bucket


def _key_arn(bucket: Any, key: str) -> str:
    """The ARN behind an id, an ARN or an alias: S3 answers nothing else."""
    from moto.s3.exceptions import S3ClientError

    try:
        return usable_arn(bucket.account_id, bucket.region_name, key)
    except UnusableKeyError as error:
        raise S3ClientError(f"KMS.{error.problem}Exception", str(error)) from error
