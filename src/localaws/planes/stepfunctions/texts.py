"""JSON text: what a definition's strings say, and how data is written (AWS: Step Functions API Reference)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from localaws.mend import edit
from localaws.planes.stepfunctions.rebind import rebind


def apply() -> None:
    """Escapes in paths, names and functions mean what JSON says, and data is written without spaces, in UTF-8."""
    from moto.stepfunctions.parser.asl.parse import preprocessor

    rebind("to_json_str", written, at_least=10)
    preprocessor.json_loads = json.loads
    edit(
        preprocessor.Preprocessor,
        "_inner_string_of",
        "inner_str = inner_str[1:-1]",
        "inner_str = json_loads(inner_str)",
    )
    edit(
        preprocessor.Preprocessor,
        "visitString_intrinsic_function",
        "ctx.STRINGINTRINSICFUNC().getText()[1:-1]",
        "json_loads(ctx.STRINGINTRINSICFUNC().getText())",
    )


def written(value: Any, separators: tuple[str, str] | None = None) -> str:
    """The value as JSON."""
    return json.dumps(value, separators=separators or (",", ":"), ensure_ascii=False, default=_default)


def _default(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
