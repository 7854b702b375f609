"""Which worker runs which test, where several share a run (pytest-xdist, `--dist loadgroup --no-loadscope-reorder`)."""

from __future__ import annotations

import pytest

#: Longest first: each is one worker's alone, as one session of Spark is enough, and one instance of the whole product.
LONG = ("spark", "end_to_end")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Work comes in groups: the long ones, which begin at once, and a file each of all others."""
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: LONG.index(groups[item]) if groups[item] in LONG else len(LONG))


def _group(item: pytest.Item) -> str:
    return next((name for name in LONG if item.get_closest_marker(name)), item.nodeid.partition("::")[0])
