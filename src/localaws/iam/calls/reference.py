"""Which kinds of resources each action speaks of, as AWS documents it.

(Service Authorization Reference, "Actions, resources, and condition keys for AWS services"; reference.json beside
this file is its part for the services that localaws knows.)
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """The kinds of resources of each action `service:Action`; none where it takes `*` alone."""
    text = json.loads((Path(__file__).parent / "reference.json").read_text())
    return {
        f"{service}:{action}": tuple(group.split())
        for service, groups in text["services"].items()
        for group, actions in groups.items()
        for action in actions.split()
    }


@cache
def services() -> frozenset[str]:
    """The services whose actions `kinds` has."""
    return frozenset(action.partition(":")[0] for action in kinds())
