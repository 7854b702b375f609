"""Names that moto's interpreter imports into many of its modules."""

from __future__ import annotations

import sys

_ROOT = "moto.stepfunctions.parser"


def rebind(name: str, value: object, *, at_least: int = 1) -> None:
    """Every module of the interpreter that holds the name finds the value under it.

    Raises:
        RuntimeError: fewer modules than expected hold it, so moto is another version than the one mended.
    """
    import moto.stepfunctions.parser.models  # noqa: F401 - loads every module of the interpreter

    holders = [module for key, module in list(sys.modules.items()) if key.startswith(_ROOT) and name in vars(module)]
    if len(holders) < at_least:
        raise RuntimeError(f"moto: {name}: expected in at least {at_least} modules of {_ROOT}, found in {len(holders)}")
    for module in holders:
        setattr(module, name, value)
