"""One delivery: read it, decide on it, copy it, say so, tag it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from copperline.contract import CORRECTIONS, Contract, Contracts
from copperline.errors import CopperlineError
from copperline.files.claims import Claims
from copperline.files.copies import GONE, Blob, Digest, Vanished, copy_verified, is_there, read_through, split_uri
from copperline.files.corrected import inspect_corrections
from copperline.files.discovery import sightings
from copperline.files.findings import Finding, Refusal
from copperline.files.header import inspect
from copperline.files.records import ACCEPTED, CLAIMED, REFUSED, Claim
from copperline.files.route import Route, bronze_key, refused_key, route, unknown_table
from copperline.files.source import Source

log = logging.getLogger(__name__)

#: Publishes a subject and a message.
Alert: TypeAlias = Callable[[str, str], None]

TAG = {"Key": "promoted", "Value": "true"}
#: An object has at most ten (Amazon S3 user guide, "Categorizing your objects using tags").
MOST_TAGS = 10
ATTEMPTS = 3
#: What a Lambda reads three times within its 15 minutes.
LARGEST_FILE = 10 * 1000**3


class Unsettled(CopperlineError):
    """Others kept moving what the file depends on: run promote again."""


@dataclass(frozen=True)
class Buckets:
    """The three buckets that promote knows."""

    copper: str
    bronze: str
    archive: str

    @classmethod
    def of(cls, stack: str, account: str) -> Buckets:
        """Those of a stack."""
        return cls(*(f"{stack}-{zone}-{account}" for zone in ("copper", "bronze", "archive")))


@dataclass(frozen=True)
class Judge:
    """Brings claims to their end; each step may be repeated."""

    s3: Any
    claims: Claims
    contracts: Contracts
    alert: Alert
    buckets: Buckets

    def settle(self, claim: Claim) -> Claim:
        """The delivery is accepted, repeated or refused; its bytes are in the archive; its copper object is tagged.

        Raises:
            CopperlineError: it could not be brought to its end now.
        """
        for _ in range(ATTEMPTS):
            if claim.state == CLAIMED:
                claim = self._finish(claim, again=True) if claim.reserved else self._decide(claim)
        if claim.state == CLAIMED:
            raise Unsettled(f"{claim.key}: another promote decides on it otherwise; run promote again")
        if claim.state == REFUSED:
            self.alert("Copperline refused a file", refusal_text(claim))
        if not claim.uri.startswith(f"s3://{self.buckets.copper}/"):
            self._tag(claim)
        return self.claims.close(claim)

    def _decide(self, claim: Claim) -> Claim:
        where = route(claim.key, self.contracts)
        if claim.size > LARGEST_FILE:
            return self._too_large(claim, where)
        try:
            digest = read_through(self.s3, self.buckets.copper, claim.key, claim.version_id)
        except Vanished:
            return self._vanished(claim, where)
        if where.contract is None:
            return self._refuse(claim, where, digest, unknown_table(where, self.contracts))
        finding = self._inspect(digest.source, where.contract)
        if isinstance(finding, Refusal):
            return self._refuse(claim, where, digest, finding)
        uri = f"s3://{self.buckets.bronze}/{bronze_key(where, claim.ingest_date, digest.sha256)}"
        wanted = replace(claim, sha256=digest.sha256, uri=uri, table=where.contract.id, found=finding)
        return self._reserve(wanted, where)

    def _inspect(self, source: Source, contract: Contract) -> Finding | Refusal:
        if contract.feed != CORRECTIONS:
            return inspect(source, contract)
        [silver] = self.contracts.readers(contract.id)
        return inspect_corrections(source, self.contracts[silver], self.contracts, self.claims.accepted)

    def _reserve(self, wanted: Claim, where: Route) -> Claim:
        """Its content is the delivery's own, or an earlier one's, which is brought to its end first."""
        assert where.contract is not None
        for _ in range(ATTEMPTS):
            claim, owner = self.claims.reserve(wanted, where.contract)
            if owner is None:
                return self._finish(claim, again=False) if claim.reserved else claim
            if owner.state == CLAIMED:
                owner = self.settle(owner)
            if owner.state == ACCEPTED:
                return self.claims.repeat(wanted, owner, self._readers(where))
        raise Unsettled(f"{wanted.key}: its content belongs to a delivery that is not accepted; run promote again")

    def _finish(self, claim: Claim, *, again: bool) -> Claim:
        """The reserved delivery is copied, and accepted.

        Its bronze name is only taken once its content is its own, so no second copy of any bytes is ever there.
        """
        where = route(claim.key, self.contracts)
        _, key = split_uri(claim.uri)
        try:
            self._copy(claim, key, again=again)
        except Vanished:
            return self._vanished(claim, where)
        readers = self.contracts.readers(claim.table)
        feed = key.partition("/")[0]
        seen = sightings(feed, claim.key, key, claim.found.columns) if feed != CORRECTIONS else ()
        return self.claims.accept(claim, readers, seen)

    def _refuse(self, claim: Claim, where: Route, digest: Digest, refusal: Refusal) -> Claim:
        key = refused_key(where, claim.ingest_date, digest.sha256)
        refused = replace(
            claim,
            sha256=digest.sha256,
            uri=f"s3://{self.buckets.bronze}/{key}",
            table=where.contract.id if where.contract else "",
            reason=refusal.reason,
            detail=refusal.detail,
            remedy=refusal.remedy,
        )
        try:
            self._copy(refused, key, again=False)
        except Vanished:
            return self._vanished(claim, where)
        return self.claims.refuse(refused, self._readers(where))

    def _too_large(self, claim: Claim, where: Route) -> Claim:
        """Its bytes cannot be proven within one Lambda, so they stay in copper alone, where no rule deletes them."""
        huge = replace(
            claim,
            uri=f"s3://{self.buckets.copper}/{claim.key}",
            reason="too_large",
            detail=f"expected at most {LARGEST_FILE} bytes, got {claim.size}",
            remedy="deliver it in parts, then delete it from copper, where it stays until somebody does",
            table=where.contract.id if where.contract else "",
        )
        return self.claims.refuse(huge, self._readers(where))

    def _vanished(self, claim: Claim, where: Route) -> Claim:
        """Somebody deleted the version before it was promoted: all that is left is to say so."""
        gone = replace(
            claim,
            reason="vanished",
            detail="its version was deleted from copper before it was promoted",
            remedy="deliver the file again",
            table=claim.table or (where.contract.id if where.contract else ""),
        )
        return self.claims.refuse(gone, self._readers(where), release=claim.reserved)

    def _copy(self, claim: Claim, key: str, *, again: bool) -> None:
        blob = Blob(self.buckets.copper, claim.key, claim.size, claim.sha256, claim.version_id)
        for bucket in (self.buckets.archive, self.buckets.bronze):
            if not (again and is_there(self.s3, blob, bucket, key)):
                copy_verified(self.s3, blob, bucket, key)

    def _readers(self, where: Route) -> tuple[str, ...]:
        return self.contracts.readers(where.contract.id) if where.contract else ()

    def _tag(self, claim: Claim) -> None:
        """A lifecycle rule may delete the version; the tags it had stay."""
        at = {"Bucket": self.buckets.copper, "Key": claim.key, "VersionId": claim.version_id}
        try:
            tags = self.s3.get_object_tagging(**at)["TagSet"]
            if TAG in tags:
                return
            if len(tags) >= MOST_TAGS:
                log.warning("%s: has %s tags already, so no rule will ever delete it", claim.key, len(tags))
                return
            self.s3.put_object_tagging(**at, Tagging={"TagSet": [*tags, TAG]})
        except self.s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


def refusal_text(claim: Claim) -> str:
    """What people are told of a refused file: which, why, and what to do; never a value out of it."""
    kept = f"\nIt is kept at {claim.uri}" if claim.uri else ""
    return (
        f"{claim.key}, version {claim.version_id}, {claim.size} bytes, delivered {claim.delivered_at.isoformat()}\n"
        f"Refused: {claim.reason}. {claim.detail}.\nWhat to do: {claim.remedy}.{kept}"
    )
