"""What S3 grants and refuses: presigned URLs, conditions, versions, tags and uploads in parts."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws.testing import Server


def read(s3: Any, bucket: str, key: str) -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def versioned(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def test_a_presigned_url_ends(aws: Server, s3: Any, bucket: str) -> None:
    """Page "Download and upload objects with presigned URLs"; both kinds of signatures."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    for version in ("s3", "s3v4"):
        config = Config(signature_version=version, s3={"addressing_style": "path"})
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        signer = boto3.client("s3", endpoint_url=aws.endpoint, config=config, **keys)
        wanted = {"Bucket": bucket, "Key": "k"}
        with urlopen(signer.generate_presigned_url("get_object", Params=wanted)) as answer:
            assert answer.read() == b"1"
        with pytest.raises(HTTPError, match="403") as refused:
            urlopen(signer.generate_presigned_url("get_object", Params=wanted, ExpiresIn=0))
        assert b"<Message>Request has expired</Message>" in refused.value.read()
        of_bucket = signer.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket}, ExpiresIn=0)
        with pytest.raises(HTTPError, match="403"):
            urlopen(of_bucket)


def test_a_presigned_post_works(s3: Any, bucket: str) -> None:
    """Page "POST Object"."""
    import urllib3

    form = s3.generate_presigned_post(bucket, "posted")
    answer = urllib3.PoolManager().request("POST", form["url"], fields={**form["fields"], "file": ("x", b"hello")})
    assert answer.status == 204
    assert read(s3, bucket, "posted") == b"hello"


@pytest.mark.parametrize(
    ("operation", "more", "code"),
    [
        ("put_object", {"Body": b"2", "IfNoneMatch": '"0"'}, "NotImplemented"),
        ("copy_object", {"CopySource": "{}/other", "IfNoneMatch": "*"}, "PreconditionFailed"),
        ("copy_object", {"CopySource": "{}/other", "IfMatch": '"0"'}, "PreconditionFailed"),
        ("delete_object", {"IfMatch": '"0"'}, "PreconditionFailed"),
    ],
    ids=["put if-none-match etag", "copy if-none-match", "copy if-match", "delete if-match"],
)
def test_a_condition_that_fails_changes_nothing(
    s3: Any, bucket: str, operation: str, more: dict[str, Any], code: str
) -> None:
    """Pages "PutObject", "CopyObject", "DeleteObject"."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    s3.put_object(Bucket=bucket, Key="other", Body=b"2")
    if "CopySource" in more:
        more = {**more, "CopySource": f"{bucket}/other"}
    with pytest.raises(ClientError, match=code):
        getattr(s3, operation)(Bucket=bucket, Key="k", **more)
    assert read(s3, bucket, "k") == b"1"


def test_a_condition_on_what_is_not_there(s3: Any, bucket: str) -> None:
    versioned(s3, bucket)
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfMatch='"0"')
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")
    s3.delete_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")  # a delete marker is no object
    assert read(s3, bucket, "k") == b"2"


def test_an_upload_may_be_conditional(s3: Any, bucket: str) -> None:
    """Page "CompleteMultipartUpload": If-None-Match."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"1")
    whole = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload, "MultipartUpload": whole}
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.complete_multipart_upload(**named, IfNoneMatch="*")
    assert read(s3, bucket, "k") == b"2"
    s3.complete_multipart_upload(**named)
    assert read(s3, bucket, "k") == b"1"


def test_parts_are_listed_and_gone_with_their_upload(aws: Server, s3: Any, bucket: str) -> None:
    """Pages "ListParts", "AbortMultipartUpload"."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    for number in (3, 1, 2):
        s3.upload_part(**named, PartNumber=number, Body=b"x" * number)
    pages = list(s3.get_paginator("list_parts").paginate(**named, PaginationConfig={"PageSize": 2}))
    assert [[(p["PartNumber"], p["Size"]) for p in page["Parts"]] for page in pages] == [[(1, 1), (2, 2)], [(3, 3)]]
    (listed,) = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert (listed["Key"], listed["UploadId"]) == ("k", upload)
    s3.abort_multipart_upload(**named)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    whole = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("list_parts", {}),
        ("abort_multipart_upload", {}),
        ("upload_part", {"PartNumber": 1, "Body": b"x"}),
        ("complete_multipart_upload", {"MultipartUpload": whole}),
    ]
    for operation, more in attempts:
        with pytest.raises(ClientError, match="NoSuchUpload"):
            getattr(s3, operation)(**named, **more)


def test_versions_are_listed_newest_first(s3: Any, bucket: str) -> None:
    """Page "ListObjectVersions"."""
    versioned(s3, bucket)
    made = [(key, s3.put_object(Bucket=bucket, Key=key, Body=b"1")["VersionId"]) for key in ("a", "a", "b/1", "b/2")]
    marker = s3.delete_object(Bucket=bucket, Key="a")
    assert marker["DeleteMarker"] is True
    listed = s3.list_object_versions(Bucket=bucket)
    found = [(v["Key"], v["VersionId"], v["IsLatest"]) for v in listed["Versions"]]
    assert found == [(*made[1], False), (*made[0], False), (*made[2], True), (*made[3], True)]
    assert [(m["VersionId"], m["IsLatest"]) for m in listed["DeleteMarkers"]] == [(marker["VersionId"], True)]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    seen = [v["VersionId"] for page in pages for kind in ("Versions", "DeleteMarkers") for v in page.get(kind, [])]
    assert sorted(seen) == sorted([version for _, version in made] + [marker["VersionId"]])
    assert s3.list_object_versions(Bucket=bucket, Delimiter="/")["CommonPrefixes"] == [{"Prefix": "b/"}]


def test_what_was_never_there_gets_a_delete_marker(s3: Any, bucket: str) -> None:
    """Page "DeleteObject"."""
    versioned(s3, bucket)
    answer = s3.delete_object(Bucket=bucket, Key="k")
    assert answer["DeleteMarker"] is True
    with pytest.raises(ClientError, match="NoSuchKey"):
        read(s3, bucket, "k")
    s3.delete_object(Bucket=bucket, Key="k", VersionId=answer["VersionId"])
    assert "DeleteMarkers" not in s3.list_object_versions(Bucket=bucket)


def test_tags_go_along_or_are_replaced(s3: Any, bucket: str) -> None:
    """Page "Categorizing your storage using tags"."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", Tagging="a=1&b=x%20y")
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == len("ab")
    source = f"{bucket}/k"
    s3.copy_object(Bucket=bucket, Key="same", CopySource=source)
    s3.copy_object(Bucket=bucket, Key="new", CopySource=source, TaggingDirective="REPLACE", Tagging="c=3")
    assert tags(s3, bucket, "same") == {"a": "1", "b": "x y"}
    assert tags(s3, bucket, "new") == {"c": "3"}
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert tags(s3, bucket, "k") == {}
    for wrong in ([{"Key": "a", "Value": "1"}] * 2, [{"Key": str(n), "Value": ""} for n in range(11)]):
        with pytest.raises(ClientError, match=r"InvalidTag|BadRequest"):
            s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": wrong})


def tags(s3: Any, bucket: str, key: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}
