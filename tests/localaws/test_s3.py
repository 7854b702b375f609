from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server


def read(s3: Any, bucket: str, key: str, **options: Any) -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key=key, **options)["Body"].read())


def versioned(s3: Any, bucket: str) -> str:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def files(aws: Server) -> int:
    return sum(len(names) for _, _, names in os.walk(aws.state / "s3"))


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


@pytest.mark.parametrize("size", [0, 1, 300_000, 3 << 20])
def test_what_was_put_is_what_is_read(s3: Any, bucket: str, size: int) -> None:
    data = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=data, Metadata={"a": "b"}, ContentType="text/x")
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == data
    assert got["ETag"] == put["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (size, "text/x", {"a": "b"})


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=2999990-", 2_999_990, 2_999_999),
        ("bytes=-5", 2_999_995, 2_999_999),
        ("bytes=100-99999999", 100, 2_999_999),
        ("bytes=-99999999", 0, 2_999_999),
    ],
)
def test_a_range_reads_the_range(s3: Any, bucket: str, header: str, first: int, last: int) -> None:
    data = os.urandom(3_000_000)
    s3.put_object(Bucket=bucket, Key="k", Body=data)
    got = s3.get_object(Bucket=bucket, Key="k", Range=header)
    assert got["Body"].read() == data[first : last + 1]
    assert got["ContentRange"] == f"bytes {first}-{last}/3000000"
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_behind_the_end_is_refused(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"abc")
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=3-9")


@pytest.mark.parametrize("key", ["a b", "a%20b", "x=1%2F2/é.csv", "a+b", "a//b", "100%", "日本"])
def test_a_key_is_kept_as_it_was_sent(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert read(s3, bucket, key) == key.encode()
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_each_version_keeps_its_bytes(s3: Any, bucket: str) -> None:
    versioned(s3, bucket)
    first, second = (s3.put_object(Bucket=bucket, Key="k", Body=data)["VersionId"] for data in (b"1", b"22"))
    s3.delete_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError, match="NoSuchKey"):
        read(s3, bucket, "k")
    assert read(s3, bucket, "k", VersionId=first) == b"1"
    s3.put_object_tagging(Bucket=bucket, Key="k", VersionId=first, Tagging={"TagSet": [{"Key": "t", "Value": "1"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="k", VersionId=second)["TagSet"] == []
    copied = s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k", "VersionId": first})
    assert copied["CopySourceVersionId"] == first
    assert read(s3, bucket, "c") == b"1"
    listed = s3.list_object_versions(Bucket=bucket, Prefix="k")
    assert {(v["VersionId"], v["Size"]) for v in listed["Versions"]} == {(first, 1), (second, 2)}
    s3.delete_object(Bucket=bucket, Key="k", VersionId=first)
    with pytest.raises(ClientError, match="NoSuchVersion"):
        read(s3, bucket, "k", VersionId=first)
    assert read(s3, bucket, "c") == b"1"
    assert read(s3, bucket, "k", VersionId=second) == b"22"


def test_a_suspended_bucket_keeps_its_versions(s3: Any, bucket: str) -> None:
    versioned(s3, bucket)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    s3.put_object(Bucket=bucket, Key="k", Body=b"3")
    assert read(s3, bucket, "k") == b"3"
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 2
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert read(s3, bucket, "k", VersionId=first) == b"1"


def test_conditions_decide(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch='"0"')
    assert read(s3, bucket, "k", IfMatch=etag) == b"1"
    with pytest.raises(ClientError, match="PreconditionFailed"):
        read(s3, bucket, "k", IfMatch='"0"')
    with pytest.raises(ClientError, match="304"):
        read(s3, bucket, "k", IfNoneMatch=etag)
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=etag)
    assert read(s3, bucket, "k") == b"2"


def test_of_many_conditional_writers_one_wins(s3: Any, bucket: str) -> None:
    def put(number: int) -> int:
        try:
            s3.put_object(Bucket=bucket, Key="k", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError:
            return 0
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(put, range(64))) == 1


def test_no_version_is_lost_to_a_concurrent_writer(s3: Any, bucket: str) -> None:
    versioned(s3, bucket)
    with ThreadPoolExecutor(16) as pool:
        puts = list(pool.map(lambda n: s3.put_object(Bucket=bucket, Key="k", Body=str(n).encode()), range(64)))
    for number, put in enumerate(puts):
        assert read(s3, bucket, "k", VersionId=put["VersionId"]) == str(number).encode()


def test_a_checksum_is_stored_and_survives_a_copy(s3: Any, bucket: str) -> None:
    data = os.urandom(70_000)
    put = s3.put_object(Bucket=bucket, Key="a", Body=data, ChecksumAlgorithm="SHA256")
    copy = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    assert put["ChecksumSHA256"] == copy["CopyObjectResult"]["ChecksumSHA256"] == sha256(data)
    head = s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA256"], head["ChecksumType"]) == (sha256(data), "FULL_OBJECT")
    attributes = s3.get_object_attributes(Bucket=bucket, Key="b", ObjectAttributes=["Checksum", "ObjectSize"])
    assert (attributes["Checksum"]["ChecksumSHA256"], attributes["ObjectSize"]) == (sha256(data), 70_000)


def test_a_copy_may_ask_for_another_checksum(s3: Any, bucket: str) -> None:
    data = os.urandom(70_000)
    s3.put_object(Bucket=bucket, Key="a", Body=data)  # boto3 sends a CRC32
    source = {"Bucket": bucket, "Key": "a"}
    copy = s3.copy_object(Bucket=bucket, Key="b", CopySource=source, ChecksumAlgorithm="SHA256")
    assert copy["CopyObjectResult"]["ChecksumSHA256"] == sha256(data)
    assert s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")["ChecksumSHA256"] == sha256(data)
    crc = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
    assert s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")["ChecksumCRC32"] == crc


def test_bytes_that_are_not_what_their_checksum_says_are_refused(aws: Server, s3: Any, bucket: str) -> None:
    for wrong in ({"ChecksumSHA256": sha256(b"other")}, {"ContentMD5": "rL0Y20zC+Fzt72VPzMSk2A=="}):
        with pytest.raises(ClientError, match="BadDigest"):
            s3.put_object(Bucket=bucket, Key="k", Body=b"this", **wrong)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
def test_an_object_in_parts_is_whole(s3: Any, bucket: str, algorithm: str) -> None:
    parts = [os.urandom(5 << 20), os.urandom(5 << 20), b"end"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", ChecksumAlgorithm=algorithm)["UploadId"]
    name = {"Bucket": bucket, "Key": "m", "UploadId": upload}
    s3.upload_part(**name, PartNumber=9, Body=b"not chosen")
    done = [
        {"PartNumber": n, "ETag": s3.upload_part(**name, PartNumber=n, Body=p, ChecksumAlgorithm=algorithm)["ETag"]}
        for n, p in enumerate(parts, 1)
    ]
    s3.complete_multipart_upload(**name, MultipartUpload={"Parts": done})
    assert read(s3, bucket, "m") == b"".join(parts)
    head = s3.head_object(Bucket=bucket, Key="m", ChecksumMode="ENABLED")
    assert head["ETag"].endswith('-3"')
    assert head[f"Checksum{algorithm}"].endswith("-3")
    assert s3.get_object(Bucket=bucket, Key="m", PartNumber=3)["Body"].read() == b"end"
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "m"}, ChecksumAlgorithm="SHA256")
    s3.delete_object(Bucket=bucket, Key="m")
    assert read(s3, bucket, "c") == b"".join(parts)
    head = s3.head_object(Bucket=bucket, Key="c", ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == sha256(b"".join(parts))


def test_an_object_in_parts_outlives_its_upload(tmp_path: Path) -> None:
    """What is to be thrown away goes with a saved state: the object's own file does not."""
    parts = [os.urandom(5 << 20), b"tail"]
    with Server(tmp_path) as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="mine")
        upload = s3.create_multipart_upload(Bucket="mine", Key="k")["UploadId"]
        made = [put_part(s3, upload, number, part) for number, part in enumerate(parts, 1)]
        s3.complete_multipart_upload(Bucket="mine", Key="k", UploadId=upload, MultipartUpload={"Parts": made})
    with Server(tmp_path) as server:
        s3 = server.client("s3")
        assert read(s3, "mine", "k") == b"".join(parts)
        assert read(s3, "mine", "k", PartNumber=2) == b"tail"
        s3.delete_object(Bucket="mine", Key="k")
    assert files(server) == 0


def put_part(s3: Any, upload: str, number: int, data: bytes) -> dict[str, Any]:
    part = s3.upload_part(Bucket="mine", Key="k", UploadId=upload, PartNumber=number, Body=data)
    return {"PartNumber": number, "ETag": part["ETag"]}


def test_an_object_in_parts_keeps_its_redirect(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", WebsiteRedirectLocation="/other")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"1")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"] == "/other"


def test_a_part_may_be_copied(s3: Any, bucket: str) -> None:
    data = os.urandom(6 << 20)
    s3.put_object(Bucket=bucket, Key="a", Body=data)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")["UploadId"]
    name = {"Bucket": bucket, "Key": "m", "UploadId": upload}
    source = {"Bucket": bucket, "Key": "a"}
    ranged = s3.upload_part_copy(**name, PartNumber=2, CopySource=source, CopySourceRange="bytes=5-14")
    whole = s3.upload_part_copy(**name, PartNumber=1, CopySource=source)
    parts = [{"PartNumber": n, "ETag": part["CopyPartResult"]["ETag"]} for n, part in ((1, whole), (2, ranged))]
    s3.complete_multipart_upload(**name, MultipartUpload={"Parts": parts})
    assert read(s3, bucket, "m") == data + data[5:15]


def test_an_encrypted_bucket_says_so(aws: Server, s3: Any, bucket: str) -> None:
    kms = aws.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/{bucket}", TargetKeyId=arn)
    plain = s3.put_object(Bucket=bucket, Key="plain", Body=b"1")
    assert plain["ServerSideEncryption"] == "AES256"
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f"alias/{bucket}"}
    rules = [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    copy = s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")
    part = s3.upload_part(Bucket=bucket, Key="m", UploadId=upload["UploadId"], PartNumber=1, Body=b"1")
    for answer in (
        put,
        copy,
        upload,
        part,
        s3.head_object(Bucket=bucket, Key="k"),
        s3.get_object(Bucket=bucket, Key="c"),
    ):
        assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", arn)
    assert put["BucketKeyEnabled"] is True
    assert put["ETag"] != plain["ETag"]  # no MD5 where a key encrypts
    with pytest.raises(ClientError, match=r"KMS\.NotFoundException"):
        s3.put_object(Bucket=bucket, Key="x", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId="none")


def test_a_bucket_policy_is_not_judged_here(s3: Any, bucket: str) -> None:
    deny: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    deny["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert read(s3, bucket, "k") == b"1"


def test_a_presigned_url_works(aws: Server, s3: Any, bucket: str) -> None:
    from urllib.request import Request, urlopen

    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "p q"})
    with urlopen(Request(put, data=b"abc", method="PUT")) as answer:
        assert answer.status == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "p q"})
    with urlopen(get) as answer:
        assert answer.read() == b"abc"


def test_many_clients_at_once(s3: Any, bucket: str) -> None:
    def turn(number: int) -> bool:
        data = os.urandom(200_000)
        s3.put_object(Bucket=bucket, Key=f"n/{number}", Body=data)
        return read(s3, bucket, f"n/{number}") == data

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(turn, range(160)))
    assert s3.list_objects_v2(Bucket=bucket, Prefix="n/")["KeyCount"] == 160


def test_hundreds_of_megabytes_pass_through_little_memory(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="big")
        s3.put_object(Bucket="big", Key="warm", Body=b"1")
        before = resident(server)
        data = os.urandom(1 << 20) * 60
        for number in range(5):
            s3.put_object(Bucket="big", Key=f"{number}", Body=data)
            s3.copy_object(Bucket="big", Key=f"c{number}", CopySource={"Bucket": "big", "Key": f"{number}"})
            body = s3.get_object(Bucket="big", Key=f"{number}")["Body"]
            assert sum(len(block) for block in body.iter_chunks(1 << 20)) == len(data)
        assert resident(server) - before < 32 << 20
        assert len(list(Path(f"/proc/{server.pid}/fd").iterdir())) < 60


def resident(server: Server) -> int:
    status = Path(f"/proc/{server.pid}/status")
    if not status.exists():
        pytest.skip("memory is read from /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10
