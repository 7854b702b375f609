"""Mends of single methods of moto that stop loudly when moto changes."""

from __future__ import annotations

import inspect
import sys
import textwrap
from typing import Any


def edit(owner: type, name: str, old: str, new: str) -> None:
    """The method `owner.name` reads `new` where its source read `old`, and nothing else of it has changed.

    Raises:
        RuntimeError: the text is not there exactly once, so moto is another version than the one mended.
    """
    function = getattr(owner, name)
    source: str = getattr(function, "mended_source", None) or textwrap.dedent(inspect.getsource(function))
    found = source.count(old)
    if found != 1:
        raise RuntimeError(
            f"{owner.__module__}.{owner.__name__}.{name}: expected {old!r} once, found it {found} times; "
            "look at this mend again before using another version"
        )
    namespace: dict[str, Any] = {}
    source = source.replace(old, new)
    code = compile("from __future__ import annotations\n" + source, f"<mended {name}>", "exec")
    exec(code, sys.modules[owner.__module__].__dict__, namespace)  # noqa: S102 - the text is moto's own
    if inspect.isfunction(namespace[name]):
        namespace[name].mended_source = source  # a method may be mended more than once
    setattr(owner, name, namespace[name])
