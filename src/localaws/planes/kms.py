"""KMS: a key that is disabled or about to be deleted neither encrypts nor decrypts, for other services too."""

from __future__ import annotations

from typing import Any

from localaws.iam.language.documents import read
from localaws.settings import Settings


class UnusableKeyError(Exception):
    """No service can use the key; `problem` is NotFound, Disabled or InvalidState."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def apply(settings: Settings) -> None:
    """Encrypt, Decrypt and GenerateDataKey refuse a key in the wrong state ("Key states of AWS KMS keys")."""
    from moto.core.exceptions import JsonRESTError
    from moto.kms.models import KmsBackend

    encrypt, decrypt = KmsBackend.encrypt, KmsBackend.decrypt

    def check(key: Any) -> None:
        try:
            _check(key)
        except UnusableKeyError as error:
            code = "DisabledException" if error.problem == "Disabled" else "KMSInvalidStateException"
            raise JsonRESTError(code, str(error)) from error

    def checked_encrypt(self: Any, key_id: str, *arguments: Any, **options: Any) -> Any:
        key = self.keys.get(self.any_id_to_key_id(key_id))
        if key is not None:
            check(key)
        return encrypt(self, key_id, *arguments, **options)

    def checked_decrypt(self: Any, *arguments: Any, **options: Any) -> Any:
        plaintext, arn = decrypt(self, *arguments, **options)
        check(self.keys[self.any_id_to_key_id(arn)])
        return plaintext, arn

    KmsBackend.encrypt, KmsBackend.decrypt = checked_encrypt, checked_decrypt
    _apply_to_policies(KmsBackend)


def _apply_to_policies(backend: Any) -> None:
    """A key's policy is one ("CreateKey", "PutKeyPolicy", MalformedPolicyDocumentException)."""
    from moto.core.exceptions import JsonRESTError

    create, put = backend.create_key, backend.put_key_policy

    def check(policy: str | None) -> None:
        if policy and (problem := read(policy, "Policy").problem):
            raise JsonRESTError("MalformedPolicyDocumentException", problem)

    def create_key(self: Any, policy: str | None, *arguments: Any, **options: Any) -> Any:
        check(policy)
        return create(self, policy, *arguments, **options)

    def put_key_policy(self: Any, key_id: str, policy: str) -> None:
        check(policy)
        put(self, key_id, policy)

    backend.create_key, backend.put_key_policy = create_key, put_key_policy


def usable_arn(account: str, region: str, key: str) -> str:
    """The ARN of the key that the id, ARN or alias names, in the account and region unless an ARN says others.

    Raises:
        UnusableKeyError: there is none, or it is disabled or to be deleted.
    """
    from moto.kms.models import kms_backends

    if key.startswith("arn:"):
        region, account = key.split(":")[3:5]
    backend = kms_backends[account][region]
    name = key.rpartition(":")[2]
    key_id = backend.get_key_id_from_alias(name) if name.startswith("alias/") else name.removeprefix("key/")
    if key_id not in backend.keys:
        raise UnusableKeyError("NotFound", f"Key '{key}' does not exist")
    _check(backend.keys[key_id])
    return str(backend.keys[key_id].arn)


def _check(key: Any) -> None:
    if key.key_state == "PendingDeletion":
        raise UnusableKeyError("InvalidState", f"{key.arn} is pending deletion.")
    if not key.enabled:
        raise UnusableKeyError("Disabled", f"{key.arn} is disabled.")
