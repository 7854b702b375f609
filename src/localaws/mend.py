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
    source = textwrap.dedent(inspect.getsource(function))
    found = source.count(old)
    if found != 1:
        raise RuntimeError(
            f"moto: {owner.__module__}.{owner.__name__}.{name}: expected {old!r} once, found it {found} times; "
            "look at this mend again before using another version of moto"
        )
    namespace: dict[str, Any] = {}
    code = compile("from __future__ import annotations\n" + source.replace(old, new), f"<mended {name}>", "exec")
    exec(code, sys.modules[owner.__module__].__dict__, namespace)  # noqa: S102 - the text is moto's own
    setattr(owner, name, namespace[name])
