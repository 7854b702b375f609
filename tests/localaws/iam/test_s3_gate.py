from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.iam.conftest import ACCOUNT, NewActor, allow, denied, deny, document


def put_policy(aws: Server, bucket: str, *statements: dict[str, Any]) -> None:
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(*statements))


def every(bucket: str) -> list[str]:
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]


def test_a_loopback_connection_is_secure_transport(aws: Server, actor: NewActor, bucket: str) -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    put_policy(aws, bucket, deny("s3:*", every(bucket), Principal="*", Condition=insecure))
    role = actor(allow("s3:*"))
    role.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    aws.client("s3").get_object(Bucket=bucket, Key="a")


def test_an_explicit_deny_of_the_bucket_holds_for_the_administrator(aws: Server, bucket: str) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    put_policy(aws, bucket, deny(["s3:GetObject", "s3:*BucketPolicy"], every(bucket), Principal="*"))
    assert denied(s3.get_object, Bucket=bucket, Key="a").endswith("with an explicit deny in a resource-based policy")
    assert denied(s3.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    s3.delete_bucket_policy(Bucket=bucket)
    s3.get_object(Bucket=bucket, Key="a")


def test_a_bucket_grants(aws: Server, actor: NewActor, bucket: str) -> None:
    role = actor()
    s3 = role.client("s3")
    put_policy(aws, bucket, allow("s3:PutObject", every(bucket), Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    denied(s3.put_object, Bucket=bucket, Key="a", Body=b"1")
    put_policy(aws, bucket, allow("s3:PutObject", every(bucket), Principal={"AWS": role.arn}))
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    denied(s3.get_object, Bucket=bucket, Key="a")


def test_encryption_can_be_required(actor: NewActor, bucket: str) -> None:
    kms = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    role = actor(allow("s3:PutObject"), deny("s3:PutObject", Condition=kms))
    s3 = role.client("s3")
    denied(s3.put_object, Bucket=bucket, Key="a", Body=b"1")
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", ServerSideEncryption="aws:kms")


def test_tags_of_objects_and_of_requests(aws: Server, actor: NewActor, bucket: str) -> None:
    promoted = {"StringEquals": {"s3:ExistingObjectTag/promoted": "yes"}}
    asked = {"StringEquals": {"s3:RequestObjectTag/team": "data"}}
    role = actor(
        allow("s3:GetObject*", Condition=promoted),
        allow(["s3:PutObject", "s3:PutObjectTagging"], Condition=asked),
    )
    admin, s3 = aws.client("s3"), role.client("s3")
    for key, tag in (("a", "yes"), ("b", "no")):
        admin.put_object(Bucket=bucket, Key=key, Body=b"1", Tagging=f"promoted={tag}")
    s3.get_object(Bucket=bucket, Key="a")
    denied(s3.get_object, Bucket=bucket, Key="b")
    s3.put_object(Bucket=bucket, Key="c", Body=b"1", Tagging="team=data")
    denied(s3.put_object, Bucket=bucket, Key="c", Body=b"1", Tagging="team=other")
    denied(s3.put_object, Bucket=bucket, Key="c", Body=b"1")


def test_only_who_may_list_is_told_that_nothing_is_there(actor: NewActor, bucket: str) -> None:
    role = actor(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    s3 = role.client("s3")
    assert "s3:ListBucket" in denied(s3.get_object, Bucket=bucket, Key="none")
    denied(s3.head_object, Bucket=bucket, Key="none")
    role.may(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="none")
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=bucket, Key="none")


def test_a_copy_takes_tags_along_by_permission(aws: Server, actor: NewActor, bucket: str) -> None:
    read, write = f"arn:aws:s3:::{bucket}/in/*", f"arn:aws:s3:::{bucket}/out/*"
    role = actor(allow("s3:GetObject", read), allow("s3:PutObject", write))
    admin, s3 = aws.client("s3"), role.client("s3")
    admin.put_object(Bucket=bucket, Key="in/plain", Body=b"1")
    admin.put_object(Bucket=bucket, Key="in/tagged", Body=b"1", Tagging="a=b")
    s3.copy_object(Bucket=bucket, Key="out/plain", CopySource=f"{bucket}/in/plain")
    assert "s3:GetObjectTagging" in denied(s3.copy_object, Bucket=bucket, Key="out/t", CopySource=f"{bucket}/in/tagged")
    s3.copy_object(Bucket=bucket, Key="out/t", CopySource=f"{bucket}/in/tagged", TaggingDirective="REPLACE")
    denied(s3.copy_object, Bucket=bucket, Key="in/other", CopySource=f"{bucket}/in/plain")
    denied(s3.copy_object, Bucket=bucket, Key="out/other", CopySource=f"{bucket}/elsewhere")


def test_each_key_of_a_deletion_is_weighed_by_itself(aws: Server, actor: NewActor, bucket: str) -> None:
    admin = aws.client("s3")
    for key in ("mine/a", "mine/b", "yours/ü & <c>"):
        admin.put_object(Bucket=bucket, Key=key, Body=b"1")
    s3 = actor(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/mine/*")).client("s3")

    def delete(*keys: str) -> Any:
        return s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})

    answer = delete("mine/a", "yours/ü & <c>")
    assert [item["Key"] for item in answer["Deleted"]] == ["mine/a"]
    assert [(item["Key"], item["Code"]) for item in answer["Errors"]] == [("yours/ü & <c>", "AccessDenied")]
    answer = delete("yours/ü & <c>")
    assert "Deleted" not in answer
    assert "not authorized to perform: s3:DeleteObject" in answer["Errors"][0]["Message"]
    assert "Errors" not in delete("mine/b")
    assert [item["Key"] for item in admin.list_objects_v2(Bucket=bucket)["Contents"]] == ["yours/ü & <c>"]


def test_who_did_not_sign_may_read_what_is_public(aws: Server, bucket: str) -> None:
    s3 = aws.client("s3")
    for key in ("open/a", "closed/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    put_policy(aws, bucket, allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*", Principal="*"))
    assert fetch(f"{aws.endpoint}/{bucket}/open/a") == 200
    assert fetch(f"{aws.endpoint}/{bucket}/closed/a") == 403
    assert fetch(f"{aws.endpoint}/{bucket}?list-type=2") == 403


def test_a_presigned_request_is_its_signers(aws: Server, actor: NewActor, bucket: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    role = actor(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/a"))
    s3 = role.client("s3")

    def sign(operation: str, key: str) -> str:
        url: str = s3.generate_presigned_url(operation, Params={"Bucket": bucket, "Key": key})
        return url

    assert fetch(sign("get_object", "a")) == 200
    assert fetch(sign("get_object", "b")) == 403
    assert fetch(aws.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})) == 200


def test_a_browsers_form_is_its_signers(aws: Server, actor: NewActor, bucket: str) -> None:
    role = actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/in/*"))
    assert post_form(role.client("s3").generate_presigned_post(bucket, "in/a")) in (200, 204)
    assert post_form(role.client("s3").generate_presigned_post(bucket, "out/a")) == 403
    assert post_form(aws.client("s3").generate_presigned_post(bucket, "out/a")) in (200, 204)


def fetch(request: str | urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def post_form(form: dict[str, Any]) -> int:
    lines = []
    for name, value in [*form["fields"].items(), ("file", "content")]:
        more = '; filename="f"' if name == "file" else ""
        lines += ["--edge", f'Content-Disposition: form-data; name="{name}"{more}', "", value]
    body = "\r\n".join([*lines, "--edge--", ""]).encode()
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    return fetch(urllib.request.Request(form["url"], data=body, headers=headers))


def kms_key(aws: Server) -> str:
    arn: str = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def test_an_encrypted_bucket_needs_its_key(aws: Server, actor: NewActor, bucket: str) -> None:
    key = kms_key(aws)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    admin = aws.client("s3")
    admin.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    admin.put_object(Bucket=bucket, Key="a", Body=b"1")
    objects = allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*")
    role = actor(objects)
    s3 = role.client("s3")
    assert f"kms:GenerateDataKey on resource: {key}" in denied(s3.put_object, Bucket=bucket, Key="b", Body=b"1")
    assert f"kms:Decrypt on resource: {key}" in denied(s3.get_object, Bucket=bucket, Key="a")
    s3.head_object(Bucket=bucket, Key="a")
    via = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    role.may(objects, allow("kms:GenerateDataKey*", key, Condition=via))
    s3.put_object(Bucket=bucket, Key="b", Body=b"1")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    part = {"Bucket": bucket, "Key": "c", "UploadId": upload, "PartNumber": 1}
    assert "kms:Decrypt" in denied(s3.upload_part, Body=b"1", **part)
    where = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/c"}}
    role.may(objects, allow("kms:GenerateDataKey*", key), allow("kms:Decrypt", key, Condition=where))
    tag = s3.upload_part(Body=b"1", **part)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="c", UploadId=upload, MultipartUpload=parts)
    s3.get_object(Bucket=bucket, Key="c")
    denied(s3.get_object, Bucket=bucket, Key="a")
    assert ("kms:Decrypt", key) in role.used()


def test_a_key_that_trusts_nobody_stays_closed(aws: Server, actor: NewActor, bucket: str) -> None:
    nobody = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow("kms:*", Principal=nobody)]})
    key = aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    role = actor(allow("*"))
    message = denied(role.client("kms").encrypt, KeyId=key, Plaintext=b"x")
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")
    put = {"Bucket": bucket, "Key": "a", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    assert "no resource-based policy" in denied(role.client("s3").put_object, Body=b"1", **put)
