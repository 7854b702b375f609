"""The record after a run: what passes is out of it, what is new in it waits for its reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.localaws.moto_suite.record import RECORD, raw, raw_excuses
from tests.localaws.moto_suite.run import Result

REFUSED = "asks for what localaws refuses by name"
Group = dict[str, Any]


def rewrite(found: Mapping[str, Mapping[str, Result]], path: Path = RECORD) -> None:
    """The file says of these services what their runs have shown; a reason that is missing is to be filled in."""
    services = raw(path)
    services.update({service: groups_after(services.get(service, []), results) for service, results in found.items()})
    kept = {service: groups for service, groups in sorted(services.items()) if groups}
    whole = {"over": raw_excuses(path), "differences": kept}
    path.write_text(yaml.safe_dump(whole, sort_keys=False, width=119, allow_unicode=True))


def groups_after(groups: list[Group], results: Mapping[str, Result]) -> list[Group]:
    """The groups with the tests that end so still, and new ones for those that no group has."""
    left = {test: result.outcome for test, result in results.items() if result.outcome in ("failed", "refused")}
    after = []
    for group in groups:
        outcome, sometimes = group.get("outcome", "failed"), group.get("sometimes", False)
        tests = [test for test in group["tests"] if left.get(test) == outcome or (sometimes and test in results)]
        for test in tests:
            left.pop(test, None)
        after.append({**group, "tests": tests})
    for outcome, why in (("refused", REFUSED), ("failed", "")):
        _add(after, {"why": why, "outcome": outcome}, sorted(test for test, how in left.items() if how == outcome))
    return [group for group in after if group["tests"]]


def _add(groups: list[Group], like: Group, tests: list[str]) -> None:
    for group in groups:
        if all(group.get(name) == value for name, value in like.items()):
            group["tests"] = sorted([*group["tests"], *tests])
            return
    groups.append({**like, "tests": tests})
