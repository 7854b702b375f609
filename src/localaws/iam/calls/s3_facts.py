"""The facts of a request to S3 that conditions look at.

(S3, "Bucket policy examples using condition keys"; Service Authorization Reference, "Condition keys for Amazon S3")
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from localaws.iam import stores
from localaws.iam.calls import wire
from localaws.iam.calls.s3 import S3Call, parts_of
from localaws.iam.language.context import Context, Fact, unknown

_FROM_QUERY = {"prefix": "prefix", "delimiter": "delimiter", "max-keys": "max-keys", "versionid": "versionId"}
_SAME_HEADERS = """
    x-amz-acl x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp
    x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership x-amz-server-side-encryption
    x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-customer-algorithm x-amz-storage-class
    x-amz-website-redirect-location if-match if-none-match
""".split()  # noqa: SIM905 - a list of names reads better so
_FROM_HEADERS = {name: name for name in _SAME_HEADERS} | {
    "object-lock-mode": "x-amz-object-lock-mode",
    "object-lock-legal-hold": "x-amz-object-lock-legal-hold",
    "object-lock-retain-until-date": "x-amz-object-lock-retain-until-date",
}
#: Keys of access points, of which there are none, and of TLS, which loopback does without.
_ABSENT = frozenset({"dataaccesspointarn", "dataaccesspointaccount", "accesspointnetworkorigin", "tlsversion"})
#: Signed in headers, and in the query.
_OF_SIGNATURE = {
    "authtype": ("REST-HEADER", "REST-QUERY-STRING"),
    "signatureversion": ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256"),
    "resourceaccount": ("", ""),
}


def of_call(call: S3Call, request: Context, account: str, *, presigned: bool) -> Context:
    """The facts of the request, and those of the call whatever its resource; each is looked for when asked for."""

    def find(name: str) -> Fact:
        key = name.lower()
        if key in _FROM_QUERY:
            return call.query.get(_FROM_QUERY[key])
        if key in _FROM_HEADERS:
            return call.header(_FROM_HEADERS[key]) or None
        if key.startswith("requestobjecttag"):
            return _wanted_tags(call, name)
        if key == "locationconstraint":
            return _location(call)
        if key in _ABSENT:
            return None
        if key not in _OF_SIGNATURE:
            raise unknown(f"s3:{name}")
        return account if key == "resourceaccount" else _OF_SIGNATURE[key][presigned]

    return request.plus({}, {"s3:": find})


def _wanted_tags(call: S3Call, name: str) -> Fact:
    """The tags that the request sets, or their names."""
    wanted = dict(parse_qsl(call.header("x-amz-tagging"), keep_blank_values=True))
    return (list(wanted) or None) if name.lower() == "requestobjecttagkeys" else wanted.get(name.partition("/")[2])


def _location(call: S3Call) -> Fact:
    """The region that CreateBucket asks for, in its body."""
    root = wire.xml(wire.body(call.environ)) if call.operation == "CreateBucket" else None
    items = [] if root is None else list(root)
    return next((item.text for item in items if item.tag.endswith("LocationConstraint")), None)


def of_resource(call: S3Call, context: Context, resource: str) -> Context:
    """The facts of one of the call's resources: the tags that the object has."""
    bucket, key = parts_of(resource)
    if not key:
        return context
    version = call.version if (bucket, key) == (call.bucket, call.key) else call.source.version if call.source else ""

    def tag(name: str) -> Fact:
        return stores.object_tags(bucket, key, version).get(name)

    return context.plus({}, {"s3:existingobjecttag/": tag})
