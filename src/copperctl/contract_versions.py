"""Two versions of the contracts, column by column: what goes on as before, and what breaks.

Of a bronze contract, sources must still be able to deliver: asking for more breaks. Of a silver or gold contract,
readers must find what they found: promising less breaks.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copperctl import show
from copperctl.checkout import root
from copperline.contract import Column, Contract, Contracts, load_contracts
from copperline.contract.model import Rule
from copperline.errors import UsageError, expected
from copperline.files.compare import promotes, readable

ADDITIVE, BREAKING = "additive", "breaking"


@dataclass(frozen=True)
class Change:
    """One difference between two versions of a contract."""

    contract: str
    column: str
    before: str
    now: str
    follows: str
    why: str


def tell(name: str, against: str) -> bool:
    """What changed from the other contracts to those of this checkout is printed; whether something breaks.

    Raises:
        UsageError: the other contracts are neither a folder nor a commit that has some.
    """
    folder = Path(against)
    if folder.is_dir():
        found = _from(folder, against)
    else:
        with tempfile.TemporaryDirectory() as place:
            found = _from(_at_commit(against, Path(place)), against)
    now = load_contracts(root() / "contracts")
    changes = [one for one in compare(found, now) if name in ("", one.contract, one.contract.partition(".")[2])]
    if not changes:
        show.say("no difference")
        return False
    columns = ["contract", "column", "before", "now", "follows"]
    cells = [[one.contract, one.column, one.before, one.now, f"{one.follows}: {one.why}"] for one in changes]
    show.table(columns, cells, title=f"from {against} to this checkout")
    return any(one.follows == BREAKING for one in changes)


def _from(folder: Path, against: str) -> Contracts:
    top = folder / "contracts" if (folder / "contracts").is_dir() else folder
    found = load_contracts(top.resolve())
    if not found:
        raise UsageError(
            expected("contract diff", "--against", "a folder or commit with contracts", against, "mend it")
        )
    return found


def _at_commit(reference: str, place: Path) -> Path:
    """The folder, with the contracts of that commit in it."""
    command = ["git", "-C", str(root()), "archive", "--format=tar", reference, "contracts"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        got = f"{reference} ({said[0]})" if said else reference
        raise UsageError(
            expected("contract diff", "--against", "a commit of this checkout, or a folder", got, "mend it")
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(place, filter="data")
    return place


def compare(before: Contracts, now: Contracts) -> list[Change]:
    """Every difference, contract by contract."""
    return [change for name in sorted({*before, *now}) for change in _of(name, before.get(name), now.get(name))]


def _of(name: str, before: Contract | None, now: Contract | None) -> Iterator[Change]:
    if before is None:
        yield Change(name, "", "", "a contract", ADDITIVE, "a table that is new")
    elif now is None:
        yield Change(name, "", "a contract", "", BREAKING, "nobody takes its files or fills its table any more")
    else:
        yield from _whole(before, now)
        old, new = _by_name(before), _by_name(now)
        for key in dict.fromkeys([*new, *old]):
            yield from _column(now, old.get(key), new.get(key))


def _by_name(contract: Contract) -> dict[str, Column]:
    """The columns by the names that files or readers know them by."""
    bronze = contract.layer == "bronze"
    return {(column.name if bronze else column.stored_name).lower(): column for column in contract.columns}


def _whole(before: Contract, now: Contract) -> Iterator[Change]:
    if before.primary_key != now.primary_key:
        keys = (", ".join(before.primary_key), ", ".join(now.primary_key))
        yield Change(now.id, "(primary key)", *keys, BREAKING, "rows are merged by another key")
    if (before.feed, before.folder, before.format) != (now.feed, now.folder, now.format):
        places = (_delivered(before), _delivered(now))
        yield Change(now.id, "(files)", *places, BREAKING, "files that come as before are refused")


def _delivered(contract: Contract) -> str:
    return f"{contract.feed}/{contract.folder}/ {contract.format}"


def _column(contract: Contract, before: Column | None, now: Column | None) -> Iterator[Change]:
    bronze = contract.layer == "bronze"
    column = now or before
    assert column is not None
    name = column.name if bronze else column.stored_name
    told = ("" if before is None else _text(before, bronze), "" if now is None else _text(now, bronze))
    for follows, why in _verdicts(before, now, bronze=bronze):
        yield Change(contract.id, name, *told, follows, why)


def _text(column: Column, bronze: bool) -> str:
    words = [column.type if bronze else column.stored_type, "required" if column.required else ""]
    words.append("personal" if column.personal else "")
    return ", ".join(word for word in words if word)


def _verdicts(before: Column | None, now: Column | None, *, bronze: bool) -> Iterator[tuple[str, str]]:
    if before is None:
        assert now is not None
        if bronze and now.required:
            yield BREAKING, "files without the column are refused"
        elif bronze or now.kept:
            yield (
                ADDITIVE,
                "a column that is new" if bronze else "a column that is new: the next run adds it to the table",
            )
        return
    if now is None or (not bronze and before.kept and not now.kept):
        yield BREAKING, "jobs and readers no longer find the column"
        return
    yield from _type(before, now, bronze=bronze)
    yield from _demand(before, now, bronze=bronze)
    if before.personal and not now.personal:
        yield BREAKING, "what was personal is kept in clear from now on"
    elif now.personal and not before.personal:
        yield ADDITIVE, "quarantine hashes it from now on"
    yield from _rules(before, now, bronze=bronze)


def _type(before: Column, now: Column, *, bronze: bool) -> Iterator[tuple[str, str]]:
    old, new = (before.type, now.type) if bronze else (before.stored_type, now.stored_type)
    if old == new:
        return
    if bronze and readable(old, new):
        yield ADDITIVE, "files of the type before are read as the new one"
    elif not bronze and promotes(old, new):
        yield ADDITIVE, "the next run widens the table's column"
    else:
        yield BREAKING, "files of the type before are refused" if bronze else "readers find another type"


def _demand(before: Column, now: Column, *, bronze: bool) -> Iterator[tuple[str, str]]:
    if before.required == now.required:
        return
    if bronze:
        yield (BREAKING, "files without it are refused") if now.required else (ADDITIVE, "files may leave it out")
    else:
        yield (ADDITIVE, "rows without it are rejected") if now.required else (BREAKING, "readers may find NULL")


def _rules(before: Column, now: Column, *, bronze: bool) -> Iterator[tuple[str, str]]:
    """Of rules but `required`: what a table newly promises, and what it promises no longer."""
    old, new = (_without_required(column) for column in (before, now))
    gained = [rule.reason for rule in new if rule not in old]
    lost = [rule.reason for rule in old if rule not in new]
    more, less = (BREAKING, ADDITIVE) if bronze else (ADDITIVE, BREAKING)
    if gained:
        yield more, f"rows are rejected for {', '.join(dict.fromkeys(gained))} as it is now"
    if lost:
        yield less, f"rows are no longer rejected for {', '.join(dict.fromkeys(lost))} as it was"


def _without_required(column: Column) -> tuple[Rule, ...]:
    return tuple(rule for rule in column.rules if rule.check != "required")
