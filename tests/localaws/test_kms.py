from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server


def test_a_data_key_can_be_decrypted_again(aws: Server) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"a": "b"})
    assert len(made["Plaintext"]) == 32
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == made["Plaintext"]
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "c"})


def test_a_disabled_key_neither_encrypts_nor_decrypts(aws: Server) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secret = kms.encrypt(KeyId=key, Plaintext=b"hush")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError, match="DisabledException"):
        kms.encrypt(KeyId=key, Plaintext=b"hush")
    with pytest.raises(ClientError, match="DisabledException"):
        kms.decrypt(CiphertextBlob=secret)
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"hush"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with pytest.raises(ClientError, match="KMSInvalidStateException"):
        kms.decrypt(CiphertextBlob=secret)


def test_a_policy_that_is_none_is_refused(aws: Server) -> None:
    kms = aws.client("kms")
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        kms.create_key(Policy="mine")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy='{"foo": "bar"}')
    assert "kms:*" in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
