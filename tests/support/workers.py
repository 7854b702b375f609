"""Which worker runs which test, where several share a run (pytest-xdist, `--dist loadgroup --no-loadscope-reorder`)."""

from __future__ import annotations

from pathlib import Path

import pytest

#: Longest first. One session of Spark is enough; of what runs the whole product, a folder shares its instances.
LONG = ("spark", "end_to_end")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Work comes in groups: the long ones, which begin at once, and a file each of all others."""
    kinds = {item: next((name for name in LONG if item.get_closest_marker(name)), "") for item in items}
    for item, kind in kinds.items():
        item.add_marker(pytest.mark.xdist_group(_group(item, kind)))
    items.sort(key=lambda item: LONG.index(kinds[item]) if kinds[item] else len(LONG))


def _group(item: pytest.Item, kind: str) -> str:
    if kind == "end_to_end":
        folder = item.path.parent.relative_to(item.config.rootpath)
        return f"{kind} {item.path.stem if folder == Path('tests') else folder.name}"
    return kind or item.nodeid.partition("::")[0]
