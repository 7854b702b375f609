"""What one delivery comes to when another promote, or a person, is at work on the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from copperline.errors import CopperlineError
from copperline.files.claims import Claims
from copperline.files.records import Claim
from copperline.files.verdict import Judge, Unsettled
from tests.copperline.files.world import (
    BUCKETS,
    CONTRACTS,
    DYNAMODB,
    S3,
    STACK,
    FakeClock,
    Tapped,
    bodies,
    claims,
    deliver,
    deliveries,
    parquet,
    promote,
    waiting,
)

A, B = parquet(1), parquet(2)
CLAIMS = Claims(DYNAMODB, STACK, FakeClock())


def judge(s3: object = S3) -> Judge:
    return Judge(s3, CLAIMS, CONTRACTS, lambda _subject, _message: None, BUCKETS)


def claimed(key: str, body: bytes) -> Claim:
    return CLAIMS.claim(key, deliver(key, body), len(body))


def reserved(key: str, body: bytes) -> Claim:
    """A promote died after it had reserved the content, before any copy."""
    claim = claimed(key, body)
    uri = f"s3://{BUCKETS.bronze}/shop/sales/ingest_date=2026-03-01/{hashlib.sha256(body).hexdigest()[:16]}-x.parquet"
    wanted = replace(claim, sha256=hashlib.sha256(body).hexdigest(), uri=uri, table="bronze.sales")
    found, owner = CLAIMS.reserve(wanted, CONTRACTS["bronze.sales"])
    assert owner is None
    return found


@pytest.mark.usefixtures("aws")
class TestContentThatAnotherReserved:
    def test_is_brought_to_its_end_first(self) -> None:
        first, second = reserved("shop/sales/1.parquet", A), claimed("shop/sales/2.parquet", A)
        assert judge().settle(second).state == "repeated"
        assert waiting("silver.sales") == [("shop/sales/1.parquet", "accepted"), ("shop/sales/2.parquet", "repeated")]
        assert bodies(BUCKETS.bronze) == bodies(BUCKETS.archive) == {first.uri.split("/", 3)[3]: A}

    def test_is_free_again_when_that_version_is_gone(self) -> None:
        first, second = reserved("shop/sales/1.parquet", A), claimed("shop/sales/2.parquet", A)
        S3.delete_object(Bucket=BUCKETS.copper, Key=first.key, VersionId=first.version_id)
        assert judge().settle(second).state == "accepted"
        assert sorted(claims().values()) == ["accepted*", "refused*"]

    def test_needs_no_source_once_both_copies_are_there(self) -> None:
        first = reserved("shop/sales/1.parquet", A)
        for bucket in (BUCKETS.bronze, BUCKETS.archive):
            S3.put_object(Bucket=bucket, Key=first.uri.split("/", 3)[3], Body=A)
        S3.delete_object(Bucket=BUCKETS.copper, Key=first.key, VersionId=first.version_id)
        assert judge().settle(CLAIMS.get(first.key, first.version_id)).state == "accepted"


@pytest.mark.usefixtures("aws")
class TestAnotherPromote:
    def test_that_was_faster_is_right(self) -> None:
        claim = claimed("shop/sales/1.parquet", A)
        promote()
        for stale in (claim, replace(claim)):
            assert judge().settle(stale).state == "accepted"
        assert waiting("silver.sales") == [("shop/sales/1.parquet", "accepted")]

    def test_that_accepted_while_we_copied_is_right(self) -> None:
        claim = claimed("shop/sales/1.parquet", A)
        others = iter([True])

        def hurry(name: str, after: bool) -> None:
            if name == "copy_object" and after and next(others, False):
                promote()

        assert judge(Tapped(S3, hurry)).settle(claim).state == "accepted"
        assert waiting("silver.sales") == [("shop/sales/1.parquet", "accepted")]

    def test_that_took_a_later_snapshot_leaves_it_the_latest(self) -> None:
        early = claimed("shop/stock/1.parquet", A)
        late = claimed("shop/stock/2.parquet", B)
        assert judge().settle(late).state == "accepted"
        assert judge().settle(early).state == "accepted"
        assert [key for key, _ in waiting("silver.stock")] == ["shop/stock/1.parquet", "shop/stock/2.parquet"]
        assert judge().settle(claimed("shop/stock/3.parquet", B)).state == "repeated"


@pytest.mark.usefixtures("aws")
class TestWhatCannotBeDecided:
    def test_a_refusal_whose_source_goes_before_its_copy_vanished(self) -> None:
        claim = claimed("shop/sales/1.parquet", b"bad")

        def delete(name: str, after: bool) -> None:
            if name == "copy_object" and not after:
                S3.delete_object(Bucket=BUCKETS.copper, Key=claim.key, VersionId=claim.version_id)

        settled = judge(Tapped(S3, delete)).settle(claim)
        assert (settled.state, settled.reason) == ("refused", "vanished")

    def test_content_whose_owner_stays_undecided_waits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reserved("shop/sales/1.parquet", A)
        second = claimed("shop/sales/2.parquet", A)
        settle = Judge.settle
        monkeypatch.setattr(Judge, "settle", lambda self, claim: settle(self, claim) if claim == second else claim)
        with pytest.raises(Unsettled, match="its content belongs to a delivery that is not accepted"):
            judge().settle(second)

    def test_a_tag_that_may_not_be_set_is_an_error(self) -> None:
        claim = claimed("shop/sales/1.parquet", A)

        class Forbidding:
            exceptions = S3.exceptions

            def __getattr__(self, name: str) -> object:
                if name == "put_object_tagging":
                    raise S3.exceptions.ClientError({"Error": {"Code": "AccessDenied"}}, "PutObjectTagging")
                return getattr(S3, name)

        with pytest.raises(S3.exceptions.ClientError, match="AccessDenied"):
            judge(Forbidding()).settle(claim)
        assert list(claims().values()) == ["accepted"]

    def test_nobody_claimed_it(self) -> None:
        with pytest.raises(CopperlineError, match="x: nobody claimed version 1; run promote"):
            CLAIMS.get("x", "1")


@pytest.mark.usefixtures("aws")
def test_moments_rise_over_processes_whose_clocks_differ() -> None:
    ahead, behind = FakeClock(), FakeClock()
    ahead.at = ahead.at.replace(hour=13)
    first = Claims(DYNAMODB, STACK, ahead).claim("shop/sales/1.parquet", "1", 1)
    other = Claims(DYNAMODB, STACK, behind)
    assert other.finished([("shop/sales/1.parquet", "1"), ("shop/sales/2.parquet", "1")]) == {
        ("shop/sales/1.parquet", "1"): False
    }
    second = other.claim("shop/sales/2.parquet", "1", 1)
    assert second.delivery > first.delivery
    assert deliveries().pending("silver.sales") == []
