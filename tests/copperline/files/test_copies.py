"""A copy is proven by its hash, whatever the service answers."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from copperline.files import copies
from copperline.files.copies import Blob, CopyDiffers, Vanished, copy_verified, is_there, read_through
from tests.copperline.files.world import BUCKETS, S3, Tapped, deliver, keys

BODY = bytes(range(256)) * 50_000  # 12.8 MB


class Answering:
    """A client that changes what the service answers."""

    def __init__(self, **changes: Any) -> None:
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        found = getattr(S3, name)
        change = self._changes.get(name)
        return (lambda **parameters: change(found(**parameters))) if change else found


def blob(body: bytes = BODY, key: str = "a", version: str = "") -> Blob:
    return Blob(BUCKETS.copper, key, len(body), hashlib.sha256(body).hexdigest(), version)


def without_checksum(answer: dict[str, Any]) -> dict[str, Any]:
    answer.get("CopyObjectResult", answer).pop("ChecksumSHA256", None)
    return answer


def with_checksum(text: str) -> Any:
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        answer["CopyObjectResult"]["ChecksumSHA256"] = text
        return answer

    return change


@pytest.mark.usefixtures("aws")
class TestACopy:
    def test_is_of_the_version_asked_for_and_has_no_tags(self) -> None:
        version = deliver("a", BODY, Tagging="x=1", ContentType="text/csv")
        deliver("a", b"newer")
        copy_verified(S3, blob(version=version), BUCKETS.bronze, "b")
        found = S3.get_object(Bucket=BUCKETS.bronze, Key="b")
        assert (found["Body"].read(), found["ContentType"]) == (BODY, "text/csv")
        assert S3.get_object_tagging(Bucket=BUCKETS.bronze, Key="b")["TagSet"] == []

    @pytest.mark.parametrize("change", [without_checksum, with_checksum("abc=-2")])
    def test_is_read_again_where_the_service_gives_no_checksum_of_the_whole(self, change: Any) -> None:
        deliver("a", BODY)
        copy_verified(Answering(copy_object=change), blob(), BUCKETS.bronze, "b")
        wrong = Blob(BUCKETS.copper, "a", len(BODY), "00" * 32)
        with pytest.raises(CopyDiffers, match=r"s3://shop-bronze-\d+/b: SHA-256: expected 0000"):
            copy_verified(Answering(copy_object=change), wrong, BUCKETS.bronze, "b")

    def test_with_another_checksum_is_an_error(self) -> None:
        deliver("a", BODY)
        with pytest.raises(CopyDiffers):
            copy_verified(Answering(copy_object=with_checksum("AAAA")), blob(), BUCKETS.bronze, "b")

    def test_of_a_large_object_is_made_in_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(copies, "LARGEST_COPY", 6_000_000)
        monkeypatch.setattr(copies, "PART", 5_500_000)
        version, calls = deliver("a", BODY), list[str]()
        tapped = Tapped(S3, lambda name, after: calls.append(name) if after else None)
        copy_verified(tapped, blob(version=version), BUCKETS.bronze, "b")
        assert calls == [
            "create_multipart_upload",
            *["upload_part_copy"] * 3,
            "complete_multipart_upload",
            "get_object",
        ]
        assert S3.get_object(Bucket=BUCKETS.bronze, Key="b")["Body"].read() == BODY

    def test_in_parts_that_fails_leaves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(copies, "LARGEST_COPY", 6_000_000)
        deliver("a", BODY)

        def fail(name: str, after: bool) -> None:
            if name == "upload_part_copy" and after:
                raise OSError("the network is down")

        with pytest.raises(OSError, match="network"):
            copy_verified(Tapped(S3, fail), blob(), BUCKETS.bronze, "b")
        assert S3.list_multipart_uploads(Bucket=BUCKETS.bronze).get("Uploads", []) == []
        assert keys(BUCKETS.bronze) == []

    def test_of_what_is_gone_says_so(self) -> None:
        with pytest.raises(Vanished, match="a: its version is gone; deliver the file again"):
            copy_verified(S3, blob(), BUCKETS.bronze, "b")
        with pytest.raises(Vanished):
            read_through(S3, BUCKETS.copper, "a", "")

    def test_other_errors_stay_what_they_are(self) -> None:
        deliver("a", BODY)
        with pytest.raises(S3.exceptions.ClientError, match="NoSuchBucket"):
            copy_verified(S3, blob(), "no-such-bucket", "b")
        with pytest.raises(S3.exceptions.ClientError, match="NoSuchBucket"):
            read_through(S3, "no-such-bucket", "a", "")


@pytest.mark.usefixtures("aws")
class TestWhatIsThereAlready:
    def test_is_known_by_size_and_hash(self) -> None:
        assert not is_there(S3, blob(), BUCKETS.copper, "a")
        deliver("a", BODY)
        assert is_there(S3, blob(), BUCKETS.copper, "a")
        assert not is_there(S3, blob(BODY[:-1] + b"x"), BUCKETS.copper, "a")
        assert not is_there(S3, blob(BODY[:-1]), BUCKETS.copper, "a")
        assert is_there(Answering(head_object=without_checksum), blob(), BUCKETS.copper, "a")


@pytest.mark.usefixtures("aws")
def test_reading_through_keeps_the_ends_and_fetches_the_middle() -> None:
    deliver("folder/a", BODY)
    digest = read_through(S3, BUCKETS.copper, "folder/a", "")
    source = digest.source
    assert (digest.sha256, source.name, source.size) == (hashlib.sha256(BODY).hexdigest(), "a", len(BODY))
    for start, length in ((0, 4), (len(BODY) - 4, 4), (5_000_000, 10), (len(BODY) - 2_000_000, 1_500_000)):
        assert source.read(start, length) == BODY[start : start + length]
    assert source.read(len(BODY) - 2, 10) == BODY[-2:]
    assert len(source.head) + len(source.tail) < 2_000_000
