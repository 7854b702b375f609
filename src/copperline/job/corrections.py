"""The corrections of a silver table, as its job needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pyspark.sql import functions as F

from copperline.contract import Contract
from copperline.errors import ContractError
from copperline.files.copies import split_uri
from copperline.files.corrected import place_of
from copperline.files.corrections import Change, Correction, NoCorrection, changes, correction_id, parse
from copperline.files.records import ACCEPTED, REFUSED, Pending
from copperline.job.context import Context
from copperline.job.progress import say
from copperline.job.quarantine import existing_quarantine
from copperline.job.refuse import PASSED, set_aside


def changes_for(context: Context, contract: Contract, files: Sequence[Pending]) -> dict[tuple[str, int], Change]:
    """What every accepted correction wants of the rows of these files; one query where there is none.

    One that a rollback holds wants nothing. A correction comes after the file that it is about, so only the later ones
    are looked into.

    Raises:
        ContractError: a correction does not fit the contract any more.
    """
    if not files:
        return {}
    first = min(files, key=lambda one: one.delivery)
    uris = {one.uri for one in files}
    accepted = context.deliveries.history([correction_id(contract.id)], first.ingest_date)
    held = {one.delivery for one in context.held.of(contract.id)} if accepted else set()
    said = [
        (one, correction)
        for one in accepted
        if one.delivery > first.delivery and one.delivery not in held
        for correction in read_corrections(context, one)
        if correction.source_file in uris
    ]
    return changes(list(_with_contracts(context, contract, said)))


def _with_contracts(
    context: Context, contract: Contract, said: Sequence[tuple[Pending, Correction]]
) -> Iterator[tuple[Correction, Contract]]:
    for one, correction in said:
        place = place_of(correction.source_file, contract, context.contracts)
        if place is None:
            continue
        try:
            changes([(correction, place.contract)])
        except NoCorrection as error:
            remedy = f"mend {place.contract.file}, or put a column of that name and type back"
            raise ContractError(f"{one.key}: {error}; the contract has changed since: {remedy}") from error
        yield correction, place.contract


def read_corrections(context: Context, delivery: Pending) -> list[Correction]:
    """What the file says; promote has looked at it."""
    bucket, key = split_uri(delivery.uri)
    body = context.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return parse(body.decode("utf-8-sig"))


def first_corrected(context: Context, contract: Contract, found: Sequence[Pending]) -> Pending | None:
    """The earliest published delivery whose rows new corrections are about: it and what came after is read again.

    None where there are no new corrections, or what they are about waits itself, is held, or accepted no more.
    """
    said = [correction.place for one in _new(found) for correction in read_corrections(context, one)]
    return min(_published(context, contract, said), key=lambda one: one.delivery, default=None)


def _published(context: Context, contract: Contract, places: Iterable[tuple[str, int]]) -> list[Pending]:
    """The deliveries that the places are in, as far as a run has published them for the table."""
    files = {file for file, _ in places}
    days = [place.day for file in files if (place := place_of(file, contract, context.contracts))]
    if not days:
        return []
    done = context.deliveries.done(contract.id)
    there = context.deliveries.history(contract.reads, min(days), max(days))
    return [one for one in there if one.uri in files and one.delivery in done]


def _new(found: Sequence[Pending]) -> list[Pending]:
    return [one for one in found if one.corrects and one.state == ACCEPTED]


def refuse_late_corrections(context: Context, contract: Contract, found: Sequence[Pending]) -> list[Pending]:
    """New corrections of rows that have passed are refused by name: only a row in quarantine can be corrected.

    A row that has passed may have moved others out of the table; taking it back would need all that came before it.
    """
    said = {one.delivery: {correction.place for correction in read_corrections(context, one)} for one in _new(found)}
    late = _late(context, contract, set().union(*said.values())) if said else set()
    return [_refused(context, one) if said.get(one.delivery, set()) & late else one for one in found]


def _late(context: Context, contract: Contract, places: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the places whose file was published for the table, and that are not in its quarantine."""
    read = {one.uri for one in _published(context, contract, places)}
    table = existing_quarantine(context, contract)
    rows = table.read().where(F.col("source_file").isin(sorted(read))) if table is not None and read else None
    there = {(row["source_file"], row["source_row"]) for row in rows.collect()} if rows is not None else set()
    return {place for place in places - there if place[0] in read}


def _refused(context: Context, one: Pending) -> Pending:
    say(f"{one.bronze:<20} refuses {one.key}: {PASSED}")
    told = f"{one.key}: a row that it is about is not in quarantine any more. Deliver a newer version of the row."
    context.alerts.send("Copperline refused a file", told)
    set_aside(context, one, PASSED)
    return replace(one, state=REFUSED, reason=PASSED)
