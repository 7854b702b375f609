"""S3's requests: bucket, key, operation, and the actions that each operation needs.

(S3, "Required permissions for Amazon S3 API operations")
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from localaws.iam import stores
from localaws.iam.calls import routes, wire
from localaws.iam.calls.call import Pair
from localaws.iam.calls.s3_actions import BUCKET, OBJECT
from localaws.iam.calls.wire import Environ

_ADDRESS = re.compile(r"[\d.]+|\[[0-9a-fA-F:.]+\]")
_VIRTUAL = re.compile(r"(.+)\.s3[.-].*amazonaws\.com(?:\.cn)?")
UNKNOWN = "UnknownOperation"


@dataclass(frozen=True)
class Source:
    """The object that a copy is made from."""

    bucket: str
    key: str
    version: str


@dataclass(frozen=True)
class S3Call:
    """What a request to S3 calls."""

    operation: str
    bucket: str
    key: str
    query: dict[str, str]
    environ: Environ

    def header(self, name: str) -> str:
        """A header's value, nothing where it is missing."""
        value: str = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
        return value

    @property
    def version(self) -> str:
        """The version that the call names."""
        return self.query.get("versionId", "")

    @property
    def source(self) -> Source | None:
        """What CopyObject and UploadPartCopy read."""
        text = self.header("x-amz-copy-source")
        if not text:
            return None
        path, _, query = text.partition("?")
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        return Source(bucket, key, dict(parse_qsl(query)).get("versionId", ""))


def read(environ: Environ) -> S3Call:
    """The call that the request makes; its body is not looked at."""
    bucket, key = place(environ)
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    method: str = environ["REQUEST_METHOD"]
    if method == "POST" and bucket and environ.get("CONTENT_TYPE", "").startswith("multipart/form-data"):
        return S3Call("PostObject", bucket, key, query, environ)
    found = routes.at_depth("s3", method, bool(bucket) + bool(key), query, environ)
    return S3Call(found or UNKNOWN, bucket, key, query, environ)


def place(environ: Environ) -> tuple[str, str]:
    """The bucket and the key, from the path or from the host's name."""
    path = wire.path(environ).removeprefix("/")
    host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0] if "]" not in environ.get("HTTP_HOST", "") else "[::1]"
    if found := _VIRTUAL.fullmatch(host):
        return found[1], path
    by_path = _ADDRESS.fullmatch(host) or "." not in host or host.startswith(("s3.", "s3-", "localhost"))
    if not by_path:
        return host.partition(".")[0], path
    bucket, _, key = path.partition("/")
    return bucket, key


def bucket_arn(name: str) -> str:
    """Buckets have no region and no account in their ARNs."""
    return f"arn:aws:s3:::{name}"


def object_arn(bucket: str, key: str) -> str:
    """Nor have objects."""
    return f"arn:aws:s3:::{bucket}/{key}"


def pairs(call: S3Call) -> list[Pair]:
    """What must be allowed for the call to go through."""
    if call.operation in ("ListBuckets", "ListDirectoryBuckets"):
        return [("s3:ListAllMyBuckets", "*")]
    if call.operation in OBJECT:
        return [*_on_object(call), *_by_header(call), *_of_source(call)]
    actions = BUCKET.get(call.operation, f"s3:{call.operation}")
    return [(action, bucket_arn(call.bucket) if call.bucket else "*") for action in actions.split()]


def _on_object(call: S3Call) -> list[Pair]:
    plain, versioned = OBJECT[call.operation]
    actions = versioned if call.version and versioned else plain
    return [(action, object_arn(call.bucket, call.key)) for action in actions.split()]


def _by_header(call: S3Call) -> list[Pair]:
    """What headers set on the new object needs a permission of its own."""
    wanted = {
        "x-amz-tagging": "s3:PutObjectTagging",
        "x-amz-acl": "s3:PutObjectAcl",
        "x-amz-object-lock-mode": "s3:PutObjectRetention",
        "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
        "x-amz-bypass-governance-retention": "s3:BypassGovernanceRetention",
    }
    grants = any(name.startswith("HTTP_X_AMZ_GRANT_") for name in call.environ)
    if call.operation in ("PutObjectAcl", "PutBucketAcl"):
        return []
    actions = [action for header, action in wanted.items() if call.header(header)]
    if grants and "s3:PutObjectAcl" not in actions:
        actions.append("s3:PutObjectAcl")
    return [(action, object_arn(call.bucket, call.key)) for action in actions]


def _of_source(call: S3Call) -> list[Pair]:
    """A copy reads its source, and takes its tags along unless told otherwise."""
    source = call.source
    if source is None:
        return []
    arn = object_arn(source.bucket, source.key)
    out = [("s3:GetObjectVersion" if source.version else "s3:GetObject", arn)]
    copies_tags = call.operation == "CopyObject" and call.header("x-amz-tagging-directive") != "REPLACE"
    if copies_tags and stores.object_tags(source.bucket, source.key, source.version):
        out.append(("s3:GetObjectVersionTagging" if source.version else "s3:GetObjectTagging", arn))
        out.append(("s3:PutObjectTagging", object_arn(call.bucket, call.key)))
    return out


def parts_of(resource: str) -> tuple[str, str]:
    """The bucket and the key of an ARN."""
    bucket, _, key = resource.partition(":::")[2].partition("/")
    return bucket, key


def deletions(body: bytes) -> list[tuple[str, str]]:
    """The keys and versions that DeleteObjects names."""
    root: Any = wire.xml(body)
    if root is None:
        return []
    objects = [item for item in root if item.tag.rpartition("}")[2] == "Object"]
    fields = [{child.tag.rpartition("}")[2]: child.text or "" for child in item} for item in objects]
    return [(field.get("Key", ""), field.get("VersionId", "")) for field in fields]
