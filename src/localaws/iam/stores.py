"""What moto keeps and decisions need: read only, and None where moto has nothing."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

_GLOBAL = "aws"


@cache
def _backends(module: str) -> Any:
    models: Any = importlib.import_module(f"moto.{module}.models")
    return getattr(models, {"awslambda": "lambda_backends"}.get(module, f"{module}_backends"))


def backend(module: str, account: str, region: str = _GLOBAL) -> Any:
    """The service's backend of the account and region."""
    try:
        return _backends(module)[account][region]
    except KeyError:  # no such region
        return None


def _named(things: Iterable[Any], attribute: str, value: str) -> Any:
    """The thing of that name; a copy is searched, since other threads add to the original."""
    return next((thing for thing in list(things) if getattr(thing, attribute) == value), None)


def role(account: str, name: str) -> Any:
    """The account's role of the name."""
    return _named(backend("iam", account).roles.values(), "name", name)


def role_of(arn: str) -> Any:
    """The role of the ARN."""
    found = role(arn.split(":")[4], arn.rpartition("/")[2]) if arn.count(":") == 5 else None
    return found if found is not None and found.arn == arn else None


def managed_policy(account: str, arn: str) -> Any:
    """The managed policy of the ARN, AWS's own included."""
    return backend("iam", account).managed_policies.get(arn)


def bucket(name: str) -> Any:
    """The bucket of the name, whichever account has it."""
    backends = _backends("s3")
    owner = backends.bucket_accounts.get(name)
    return backends[owner[1]][owner[0]].buckets.get(name) if owner else None


def stored_object(bucket_name: str, key: str, version: str = "") -> Any:
    """The object, at its version or the current one; None for a delete marker."""
    found = bucket(bucket_name)
    if found is None:
        return None
    versions = found.keys.getlist(key, []) if version else [found.keys.get(key)]
    wanted = (item for item in versions if item is not None and (not version or str(item.version_id) == version))
    stored = next(wanted, None)
    return stored if hasattr(stored, "etag") else None


def object_tags(bucket_name: str, key: str, version: str = "") -> dict[str, str]:
    """The tags of the object."""
    stored = stored_object(bucket_name, key, version)
    if stored is None:
        return {}
    partition, account = _backends("s3").bucket_accounts[bucket_name]
    tags: dict[str, str] = backend("s3", account, partition).tagger.get_tag_dict_for_resource(stored.arn)
    return tags


def upload(bucket_name: str, upload_id: str) -> Any:
    """The multipart upload under way."""
    found = bucket(bucket_name)
    return found.multiparts.get(upload_id) if found is not None else None


def kms_key(account: str, region: str, name: str) -> Any:
    """The key that an id, an ARN or an alias (or its ARN) names."""
    if name.startswith("arn:") and name.count(":") >= 5:
        _, _, _, region, account, name = name.split(":", 5)
    found = backend("kms", account, region)
    if found is None:
        return None
    if name.startswith("alias/"):
        return next((key for key in list(found.keys.values()) if name in key.aliases), None)
    return found.keys.get(name.removeprefix("key/"))


def ciphertext_key(blob: bytes) -> str:
    """The id of the key that the ciphertext was made with."""
    from moto.kms.utils import _deserialize_ciphertext_blob

    with suppress(Exception):  # not ours: KMS will say so
        return str(_deserialize_ciphertext_blob(ciphertext_blob=blob).key_id)
    return ""


def secret(account: str, region: str, name: str) -> Any:
    """The secret of a name, an ARN or an ARN without its random end."""
    found = backend("secretsmanager", account, region)
    return found.secrets.get(name) if found is not None else None


def topic(account: str, region: str, arn: str) -> Any:
    """The topic of the ARN."""
    found = backend("sns", account, region)
    return found.topics.get(arn) if found is not None else None


def queue(account: str, region: str, name: str) -> Any:
    """The queue of the name."""
    found = backend("sqs", account, region)
    return found.queues.get(name) if found is not None else None


def function(account: str, region: str, name: str) -> Any:
    """The Lambda function of the name."""
    found = backend("awslambda", account, region)
    versions = found._lambdas._functions.get(name) if found is not None else None
    return versions["latest"] if versions else None


def athena_workgroup(account: str, region: str, query_id: str) -> str:
    """The workgroup of a query's execution or of a named query; nothing if there is no such query."""
    found = backend("athena", account, region)
    query = (found.executions.get(query_id) or found.named_queries.get(query_id)) if found is not None else None
    if query is None:
        return ""
    workgroup = query.workgroup
    return workgroup if isinstance(workgroup, str) else str(getattr(workgroup, "name", "primary"))


def stack_arn(account: str, region: str, name: str) -> str:
    """The ARN of the stack of the name; nothing if there is none."""
    found = backend("cloudformation", account, region)
    stack = _named(found.stacks.values(), "name", name) if found is not None else None
    return str(stack.stack_id) if stack is not None else ""
