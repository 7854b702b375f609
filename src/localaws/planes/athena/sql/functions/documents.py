"""Functions on JSON kept as text."""

from __future__ import annotations

import re

from localaws.planes.athena.sql.functions.call import Call, function
from localaws.planes.athena.sql.functions.strings import text_argument
from localaws.planes.athena.sql.typed import Typed
from localaws.planes.athena.sql.types import text

_PATH = re.compile(r"""\$(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]|\["[^"\\*]+"\])*""")


@function("json_extract_scalar")
def _json_extract_scalar(call: Call) -> Typed:
    """The scalar at a plain path; a number with a fraction is refused, since its spelling would be lost."""
    call.count(2)
    value, path = text_argument(call, 0), call.literal(1, "path")
    if not _PATH.fullmatch(path):
        raise call.refuse(f"with the path {path}")
    quoted = re.sub(r'\["([^"]+)"\]', r'."\1"', path)
    return Typed(f"athena_json_scalar({value.sql}, {text(quoted)})", value.type)
