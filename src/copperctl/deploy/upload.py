"""Files in the artifact bucket, under keys that hold their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

PREFIX = "artifacts"


def upload(s3: Any, bucket: str, file: Path) -> str:
    """The URI of the file's content in the bucket; the file keeps its name, since pip reads a wheel's.

    A second upload of the same bytes is none.
    """
    content = file.read_bytes()
    key = f"{PREFIX}/{hashlib.sha256(content).hexdigest()[:12]}/{file.name}"
    if not _is_there(s3, bucket, key):
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"


def _is_there(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
