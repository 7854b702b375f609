"""The facts of a request to S3 that conditions look at.

(S3, "Bucket policy examples using condition keys"; Service Authorization Reference, "Condition keys for Amazon S3")
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from localaws.iam import stores
from localaws.iam.calls.s3 import S3Call, parts_of
from localaws.iam.language.context import Context, Fact, Source

_FROM_QUERY = {
    "prefix": "s3:prefix",
    "delimiter": "s3:delimiter",
    "max-keys": "s3:max-keys",
    "versionId": "s3:versionid",
}
_FROM_HEADERS = (
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-object-ownership",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "if-match",
    "if-none-match",
)
_OBJECT_LOCK = {
    "x-amz-object-lock-mode": "s3:object-lock-mode",
    "x-amz-object-lock-legal-hold": "s3:object-lock-legal-hold",
    "x-amz-object-lock-retain-until-date": "s3:object-lock-retain-until-date",
}
#: Kinds of signatures, as s3:authType has them.
_HEADER, _QUERY = "REST-HEADER", "REST-QUERY-STRING"


def of_call(call: S3Call, request: Context, account: str, *, presigned: bool) -> Context:
    """The facts of the request, and those of the call whatever its resource."""
    wanted = dict(parse_qsl(call.header("x-amz-tagging"), keep_blank_values=True))
    facts: dict[str, Source] = {key: call.query.get(name) for name, key in _FROM_QUERY.items()}
    facts |= {f"s3:{name}": call.header(name) or None for name in _FROM_HEADERS}
    facts |= {key: call.header(name) or None for name, key in _OBJECT_LOCK.items()}
    facts |= {
        "s3:authtype": _QUERY if presigned else _HEADER,
        "s3:signatureversion": "AWS4-HMAC-SHA256",
        "s3:resourceaccount": account,
        "s3:requestobjecttagkeys": list(wanted) or None,
        "s3:locationconstraint": None if call.operation != "CreateBucket" else _location(call),
        "s3:dataaccesspointarn": None,
        "s3:dataaccesspointaccount": None,
        "s3:accesspointnetworkorigin": None,
        "s3:tlsversion": None,
    }
    return request.plus(facts, {"s3:requestobjecttag/": wanted.get})


def _location(call: S3Call) -> Callable[[], Fact]:
    """Read only if a policy asks."""
    from localaws.iam.calls import wire

    def find() -> Fact:
        root = wire.xml(wire.body(call.environ))
        return (
            next((item.text for item in root if item.tag.endswith("LocationConstraint")), None)
            if root is not None
            else None
        )

    return find


def of_resource(call: S3Call, context: Context, resource: str) -> Context:
    """The facts of one of the call's resources: the tags that the object has."""
    bucket, key = parts_of(resource)
    if not key:
        return context
    version = call.version if (bucket, key) == (call.bucket, call.key) else call.source.version if call.source else ""

    def tag(name: str) -> Fact:
        return stores.object_tags(bucket, key, version).get(name)

    return context.plus({}, {"s3:existingobjecttag/": tag})
