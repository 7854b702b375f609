"""The KMS key behind a resource: who reads or writes an encrypted one uses its key as well.

AWS's own keys (`alias/aws/…`) are open to whoever may use the service; only customer managed keys are asked for.
(S3, "Using server-side encryption with AWS KMS keys"; SNS, "Configuring AWS KMS permissions"; SQS, "Configure KMS
permissions"; Secrets Manager, "Secret encryption and decryption")
"""

from __future__ import annotations

from typing import Any

from localaws.iam import stores
from localaws.iam.calls.call import Call
from localaws.iam.calls.s3 import S3Call, bucket_arn, object_arn
from localaws.iam.language.context import Context, Source
from localaws.iam.language.documents import Ask

#: The service that uses a key for the caller, with its region and account.
By = tuple[str, str, str]

_WRITE = ("kms:GenerateDataKey",)
_READ = ("kms:Decrypt",)
_BOTH = ("kms:GenerateDataKey", "kms:Decrypt")

_SNS = {"Publish": _BOTH, "PublishBatch": _BOTH}
_SQS = {"SendMessage": _BOTH, "SendMessageBatch": _BOTH, "ReceiveMessage": _READ}
_SECRETS = {
    "GetSecretValue": _READ,
    "BatchGetSecretValue": _READ,
    "PutSecretValue": _BOTH,
    "UpdateSecret": _BOTH,
    "CreateSecret": _BOTH,
}


def of_call(call: Call, context: Context) -> list[Ask]:
    """The keys that the call uses, but for S3's."""
    if call.service == "sns" and (arn := call.text("TopicArn", "TargetArn")):
        topic = stores.topic(call.account, call.region, arn)
        named = {"aws:sns:topicArn": arn}
        return _asks(call, _SNS.get(call.operation, ()), getattr(topic, "kms_master_key_id", None), named, context)
    if call.service == "sqs" and (url := call.text("QueueUrl")):
        queue = stores.queue(call.account, call.region, url.rstrip("/").rpartition("/")[2])
        named = {"aws:sqs:arn": str(getattr(queue, "queue_arn", ""))}
        return _asks(call, _SQS.get(call.operation, ()), getattr(queue, "kms_master_key_id", None), named, context)
    return _of_secrets(call, context) if call.service == "secretsmanager" else []


def _of_secrets(call: Call, context: Context) -> list[Ask]:
    actions = _SECRETS.get(call.operation, ())
    out = []
    for name in call.texts("SecretId", "SecretIdList", "Name") if actions else ():
        secret = stores.secret(call.account, call.region, name)
        key = call.text("KmsKeyId") or getattr(secret, "kms_key_id", None)
        out += _asks(call, actions, key, {"SecretARN": str(getattr(secret, "arn", name))}, context)
    return out


def _asks(call: Call, actions: tuple[str, ...], key: str | None, named: dict[str, str], context: Context) -> list[Ask]:
    return _uses(actions, key, (call.service, call.region, call.account), named, context)


def _uses(actions: tuple[str, ...], key: str | None, by: By, named: dict[str, str], context: Context) -> list[Ask]:
    """The asks for a customer's key, made by the service on behalf of the caller."""
    service, region, account = by
    if not actions or not key or "alias/aws/" in key:
        return []
    found = stores.kms_key(account, region, key)
    if found is not None and any(alias.startswith("alias/aws/") for alias in found.aliases):
        return []
    unknown = key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"
    resource = str(found.arn) if found is not None else unknown
    facts: dict[str, Source] = {
        "kms:viaservice": f"{service}.{region}.amazonaws.com",
        "kms:calleraccount": account,
        "kms:encryptioncontextkeys": list(named),
        "kms:requestalias": None,
        "aws:viaawsservice": "true",
    }
    lowered = {name.lower(): value for name, value in named.items()}
    inner = context.plus(facts, {"kms:encryptioncontext:": lambda name: lowered.get(name.lower())})
    return [Ask(action, resource, inner) for action in actions]


_PUTS = {
    "PutObject": _WRITE,
    "PostObject": _WRITE,
    "CopyObject": _WRITE,
    "CreateMultipartUpload": _WRITE,
    "UploadPart": _BOTH,
    "UploadPartCopy": _BOTH,
    "CompleteMultipartUpload": _READ,
}
_GETS = ("GetObject", "SelectObjectContent", "GetObjectTorrent")


def of_s3(call: S3Call, account: str, context: Context) -> list[Ask]:
    """The keys of what is read, copied from and written; HEAD needs one only where it asks for the checksum."""
    out: list[Ask] = []
    source = call.source
    if source is not None:
        out += _read(source.bucket, source.key, source.version, account, context)
    if call.operation in _GETS or (call.operation == "HeadObject" and call.header("x-amz-checksum-mode")):
        out += _read(call.bucket, call.key, call.version, account, context)
    if actions := _PUTS.get(call.operation, ()):
        named = {"aws:s3:arn": _bound(call.bucket, call.key)}
        out += _uses(actions, _key_of_put(call), _s3(call.bucket, account), named, context)
    return out


def _read(bucket: str, key: str, version: str, account: str, context: Context) -> list[Ask]:
    stored = stores.stored_object(bucket, key, version)
    if stored is None or not str(stored.encryption or "").startswith("aws:kms"):
        return []
    return _uses(_READ, stored.kms_key_id, _s3(bucket, account), {"aws:s3:arn": _bound(bucket, key)}, context)


def _s3(bucket: str, account: str) -> By:
    """S3 uses keys of the bucket's region."""
    return "s3", str(getattr(stores.bucket(bucket), "region_name", "us-east-1")), account


def _key_of_put(call: S3Call) -> str | None:
    """The key of the upload, of the headers, or of the bucket; none where AWS's own key is used."""
    if upload_id := call.query.get("uploadId"):
        upload = stores.upload(call.bucket, upload_id)
        kms = upload is not None and str(upload.sse_encryption or "").startswith("aws:kms")
        return upload.kms_key_id if kms else None
    if algorithm := call.header("x-amz-server-side-encryption"):
        key = call.header("x-amz-server-side-encryption-aws-kms-key-id")
        return key if algorithm.startswith("aws:kms") else None
    default = _default(call.bucket).get("ApplyServerSideEncryptionByDefault") or {}
    return default.get("KMSMasterKeyID") if str(default.get("SSEAlgorithm", "")).startswith("aws:kms") else None


def _bound(bucket: str, key: str) -> str:
    """The ARN in the encryption context: with a bucket key, the bucket's. (S3, "Amazon S3 Bucket Keys")"""
    enabled = str(_default(bucket).get("BucketKeyEnabled", "")).lower() == "true"
    return bucket_arn(bucket) if enabled else object_arn(bucket, key)


def _default(bucket: str) -> dict[str, Any]:
    """The bucket's encryption rule."""
    found = stores.bucket(bucket)
    rule = (found.encryption or {}).get("Rule", {}) if found is not None else {}
    return (rule[0] if isinstance(rule, list) else rule) or {}
