"""What may have become of properties where an update failed half-way: some of what it was about is done."""

from __future__ import annotations

from localaws.planes.cloudformation.rows.base import Props
from localaws.planes.cloudformation.stacks import Resource


def attempt(saved: Resource, new: Props) -> Props:
    """What an update to `new` may make of the properties, beside what an earlier one that failed may have made."""
    before, earlier = saved.effective, saved.attempted
    if earlier is None:
        return new
    sides = {name: new if new.get(name) != before.get(name) else earlier for name in {*before, *new, *earlier}}
    return {name: side[name] for name, side in sides.items() if name in side}


def in_flux(before: Props, attempted: Props | None, new: Props) -> Props:
    """What to take for the old properties where an earlier update failed: none of what it was about counts as done."""
    if attempted is None:
        return before
    touched = {name for name in {*before, *attempted} if before.get(name) != attempted.get(name)}
    sides = {name: attempted if new.get(name) == before.get(name) else before for name in touched}
    kept = {name: value for name, value in before.items() if name not in touched}
    return {**kept, **{name: side[name] for name, side in sides.items() if name in side}}
