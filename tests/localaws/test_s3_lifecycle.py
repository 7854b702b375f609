"""Lifecycle rules on a clock whose days take half a second."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.waiting import until

DAY = 0.5


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("fast"), "--time-scale", str(DAY / 86_400)) as server:
        yield server


class Bench:
    """A bucket of a test's own, and what one does with it."""

    def __init__(self, aws: Server) -> None:
        self.s3, self.bucket = aws.client("s3"), f"b-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.bucket)

    def versioned(self, status: str = "Enabled") -> None:
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": status})

    def put(self, key: str, body: bytes = b"x", **more: Any) -> str:
        version: str = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **more).get("VersionId", "")
        return version

    def rules(self, *rules: dict[str, Any]) -> None:
        whole = [{"Status": "Enabled", "Filter": {}, **rule} for rule in rules]
        self.s3.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": whole})

    def keys(self) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    def versions(self) -> list[str]:
        return [v["VersionId"] for v in self.s3.list_object_versions(Bucket=self.bucket).get("Versions", [])]

    def markers(self) -> list[str]:
        return [v["VersionId"] for v in self.s3.list_object_versions(Bucket=self.bucket).get("DeleteMarkers", [])]


@pytest.fixture
def bench(fast: Server) -> Bench:
    return Bench(fast)


FOREVER = {"Days": 10_000}


@pytest.mark.parametrize(
    "where",
    [
        {"Prefix": "old/"},
        {"Tag": {"Key": "keep", "Value": "no"}},
        {"ObjectSizeGreaterThan": 10},
        {"And": {"Prefix": "old/", "Tags": [{"Key": "keep", "Value": "no"}], "ObjectSizeLessThan": 100}},
    ],
    ids=["prefix", "tag", "size", "and"],
)
def test_what_the_filter_selects_expires(bench: Bench, where: dict[str, Any]) -> None:
    """Page "Lifecycle configuration elements": Filter."""
    bench.put("new/a", Tagging="keep=yes")
    bench.put("new/b")
    bench.put("old/c", b"x" * 20, Tagging="keep=no&more=1")
    bench.rules({"Filter": where, "Expiration": {"Days": 1}})
    until(lambda: bench.keys() == ["new/a", "new/b"])


def test_a_rule_that_is_disabled_or_far_off_does_nothing(bench: Bench) -> None:
    bench.put("a")
    bench.put("b")
    bench.put("c")
    prefixes: list[dict[str, Any]] = [{"Filter": {"Prefix": key}} for key in "abc"]
    disabled = {**prefixes[0], "Status": "Disabled", "Expiration": {"Days": 1}}
    bench.rules(disabled, {**prefixes[1], "Expiration": FOREVER}, {**prefixes[2], "Expiration": {"Days": 1}})
    until(lambda: bench.keys() == ["a", "b"])


def test_a_date_that_is_over_goes_on(bench: Bench) -> None:
    """Page "Lifecycle configuration elements": the date-based action is not a one-time action."""
    bench.put("a")
    bench.rules({"Expiration": {"Date": "2020-01-01T00:00:00Z"}})
    until(lambda: bench.keys() == [])
    bench.put("b")
    until(lambda: bench.keys() == [])


def test_the_head_says_when_it_goes(bench: Bench) -> None:
    """Page "Expiring objects": how to find when objects will expire."""
    bench.put("a")
    bench.rules({"ID": "later", "Expiration": FOREVER}, {"ID": "much later", "Expiration": {"Days": 20_000}})
    said = bench.s3.head_object(Bucket=bench.bucket, Key="a")["Expiration"]
    assert said.endswith('rule-id="later"')
    assert said.startswith('expiry-date="')
    assert " 00:00:00 GMT" in said


def test_a_versioned_bucket_keeps_what_expires(bench: Bench) -> None:
    bench.versioned()
    first, second = bench.put("a", b"1"), bench.put("a", b"2")
    bench.rules({"Expiration": {"Days": 1}})
    until(lambda: bench.keys() == [])
    assert set(bench.versions()) == {first, second}
    (marker,) = bench.markers()
    bench.s3.delete_object(Bucket=bench.bucket, Key="a", VersionId=marker)
    assert bench.s3.get_object(Bucket=bench.bucket, Key="a", VersionId=second)["Body"].read() == b"2"


def test_a_suspended_bucket_gets_a_null_marker(bench: Bench) -> None:
    bench.versioned()
    first = bench.put("a", b"1")
    bench.versioned("Suspended")
    bench.put("a", b"2")
    bench.rules({"Expiration": {"Days": 1}})
    until(lambda: bench.keys() == [])
    assert (bench.versions(), bench.markers()) == ([first], ["null"])


def test_a_delete_in_a_suspended_bucket_keeps_the_versions(bench: Bench) -> None:
    """Page "Deleting object versions from a versioning-suspended bucket"."""
    bench.versioned()
    first = bench.put("a", b"1")
    bench.versioned("Suspended")
    bench.put("a", b"2")
    answer = bench.s3.delete_object(Bucket=bench.bucket, Key="a")
    assert (answer["DeleteMarker"], answer["VersionId"]) == (True, "null")
    assert (bench.versions(), bench.markers()) == ([first], ["null"])
    assert bench.s3.get_object(Bucket=bench.bucket, Key="a", VersionId=first)["Body"].read() == b"1"


def test_noncurrent_versions_expire(bench: Bench) -> None:
    bench.versioned()
    bench.put("a", b"1")
    bench.put("a", b"2")
    last = bench.put("a", b"3")
    bench.rules({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
    until(lambda: bench.versions() == [last])


def test_as_many_noncurrent_versions_stay_as_the_rule_says(bench: Bench) -> None:
    bench.versioned()
    made = [bench.put("a", bytes([number])) for number in range(5)]
    bench.rules({"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}})
    until(lambda: set(bench.versions()) == set(made[-3:]))
    until_another_day(bench)
    assert set(bench.versions()) == set(made[-3:])


def until_another_day(bench: Bench) -> None:
    """An object that is newer than all others has expired."""
    other = Bench.__new__(Bench)
    other.s3, other.bucket = bench.s3, f"b-{uuid.uuid4().hex[:12]}"
    other.s3.create_bucket(Bucket=other.bucket)
    other.put("x")
    other.rules({"Expiration": {"Days": 2}})
    until(lambda: other.keys() == [])


def test_a_delete_marker_without_versions_goes(bench: Bench) -> None:
    """Page "Lifecycle configuration elements": the expired object delete marker."""
    bench.versioned()
    for key in ("a", "b"):
        bench.put(key)
        bench.s3.delete_object(Bucket=bench.bucket, Key=key)
    kept = bench.s3.list_object_versions(Bucket=bench.bucket, Prefix="b")["Versions"][0]["VersionId"]
    (gone,) = bench.s3.list_object_versions(Bucket=bench.bucket, Prefix="a")["Versions"]
    bench.s3.delete_object(Bucket=bench.bucket, Key="a", VersionId=gone["VersionId"])
    bench.rules({"Expiration": {"ExpiredObjectDeleteMarker": True}})
    until(lambda: len(bench.markers()) == 1)
    assert bench.versions() == [kept]


def test_an_upload_that_is_never_completed_is_aborted(bench: Bench) -> None:
    uploads = {key: bench.s3.create_multipart_upload(Bucket=bench.bucket, Key=key)["UploadId"] for key in ("a", "b")}
    for key, upload in uploads.items():
        bench.s3.upload_part(Bucket=bench.bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"x")
    abort = {"DaysAfterInitiation": 1}
    bench.rules({"Filter": {"Prefix": "a"}, "AbortIncompleteMultipartUpload": abort})
    until(lambda: len(bench.s3.list_multipart_uploads(Bucket=bench.bucket)["Uploads"]) == 1)
    with pytest.raises(ClientError, match="NoSuchUpload"):
        bench.s3.list_parts(Bucket=bench.bucket, Key="a", UploadId=uploads["a"])
    (part,) = bench.s3.list_parts(Bucket=bench.bucket, Key="b", UploadId=uploads["b"])["Parts"]
    assert part["Size"] == 1


def test_what_is_locked_stays(fast: Server) -> None:
    """Page "How S3 Object Lock works": lifecycle actions do not delete what is locked."""
    bench = Bench.__new__(Bench)
    bench.s3, bench.bucket = fast.client("s3"), f"b-{uuid.uuid4().hex[:12]}"
    bench.s3.create_bucket(Bucket=bench.bucket, ObjectLockEnabledForBucket=True)
    held = bench.put("a", b"1")
    bench.s3.put_object_legal_hold(Bucket=bench.bucket, Key="a", VersionId=held, LegalHold={"Status": "ON"})
    bench.put("a", b"2")
    last = bench.put("a", b"3")
    bench.rules({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
    until(lambda: set(bench.versions()) == {held, last})


def test_a_configuration_is_answered_as_it_was_put(bench: Bench) -> None:
    rules = [
        {
            "ID": "one",
            "Status": "Enabled",
            "Filter": {
                "And": {
                    "Prefix": "x/",
                    "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
                    "ObjectSizeGreaterThan": 5,
                    "ObjectSizeLessThan": 50,
                }
            },
            "Expiration": {"Days": 10_000},
            "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
        },
        {
            "ID": "two",
            "Status": "Disabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 4},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
    ]
    bench.s3.put_bucket_lifecycle_configuration(Bucket=bench.bucket, LifecycleConfiguration={"Rules": rules})
    assert bench.s3.get_bucket_lifecycle_configuration(Bucket=bench.bucket)["Rules"] == rules
    bench.s3.delete_bucket_lifecycle(Bucket=bench.bucket)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        bench.s3.get_bucket_lifecycle_configuration(Bucket=bench.bucket)


TAGGED = {"Tag": {"Key": "a", "Value": "1"}}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([{"Expiration": {"Days": 0}}], "InvalidArgument"),
        ([{"Expiration": {"Date": "2026-01-01T10:00:00Z"}}], "InvalidArgument"),
        ([{}], "InvalidRequest"),
        ([{"ID": "x", "Expiration": FOREVER}] * 2, "InvalidArgument"),
        ([{"Filter": TAGGED, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}], "InvalidRequest"),
        ([{"Filter": TAGGED, "Expiration": {"ExpiredObjectDeleteMarker": True}}], "InvalidRequest"),
    ],
    ids=["no days", "not midnight", "no action", "same id", "abort by tag", "marker by tag"],
)
def test_a_configuration_that_s3_would_not_take_is_refused(bench: Bench, rules: Any, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        bench.rules(*rules)


def test_rules_survive_a_restart(tmp_path: Any) -> None:
    scale = ("--time-scale", str(DAY / 86_400))
    with Server(tmp_path, *scale) as server:
        bench = Bench(server)
        bench.rules({"Filter": {"Prefix": "a"}, "Expiration": {"Days": 1}})
    with Server(tmp_path, *scale) as server:
        bench.s3 = server.client("s3")
        bench.put("a")
        bench.put("b")
        until(lambda: bench.keys() == ["b"])
