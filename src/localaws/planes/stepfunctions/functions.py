"""The 18 intrinsic functions, over plain data (AWS: "Intrinsics for JSONPath states in Step Functions")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import random
import re
import uuid
from collections.abc import Callable
from typing import Any

#: AWS: States.ArrayPartition and ArrayRange: at most so many items; States.Base64*, Hash: so many characters.
MOST_ITEMS, MOST_CHARACTERS = 1000, 10_000
_ALGORITHMS = {name: name.lower().replace("-", "") for name in ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")}


#: What is not itself in a template: an escaped character, or the place of a value.
_PIECE = re.compile(r"\\(?P<escaped>[{}'\\])|\{\}")


class IntrinsicError(Exception):
    """A function cannot be applied to its arguments."""


def _of(kind: type, name: str, value: Any) -> Any:
    right = isinstance(value, kind) and not (kind is not bool and isinstance(value, bool))
    if not right:
        raise IntrinsicError(f"{name}: expected {_KIND_NAMES[kind]}, got {json.dumps(value, default=str)}")
    return value


_KIND_NAMES: dict[type, str] = {str: "a string", list: "an array", dict: "an object", bool: "a boolean"}


def _integer(name: str, value: Any) -> int:
    """The number rounded to the nearest integer, halves upwards, as AWS rounds them."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise IntrinsicError(f"{name}: expected a number, got {json.dumps(value, default=str)}")
    return value if isinstance(value, int) else math.floor(value + 0.5)


def array(*values: Any) -> list[Any]:
    """States.Array."""
    return list(values)


def array_partition(values: Any, size: Any) -> list[list[Any]]:
    """States.ArrayPartition."""
    items, step = _of(list, "the first argument", values), _integer("the chunk size", size)
    if step <= 0:
        raise IntrinsicError(f"the chunk size: expected a positive number, got {step}")
    return [items[at : at + step] for at in range(0, len(items), step)]


def array_contains(values: Any, wanted: Any) -> bool:
    """States.ArrayContains."""
    return any(_same(item, wanted) for item in _of(list, "the first argument", values))


def array_range(first: Any, last: Any, step: Any) -> list[int]:
    """States.ArrayRange."""
    begin, end, by = (_integer("an argument", value) for value in (first, last, step))
    if by == 0:
        raise IntrinsicError("the increment: expected a number other than 0, got 0")
    items = range(begin, end + (1 if by > 0 else -1), by)
    if len(items) > MOST_ITEMS:
        raise IntrinsicError(f"expected at most {MOST_ITEMS} items, got {len(items)}")
    return list(items)


def array_get_item(values: Any, index: Any) -> Any:
    """States.ArrayGetItem."""
    items = _of(list, "the first argument", values)
    if isinstance(index, bool) or not isinstance(index, int):
        raise IntrinsicError(f"the index: expected an integer, got {json.dumps(index, default=str)}")
    if not 0 <= index < len(items):
        raise IntrinsicError(f"the index: expected 0 to {len(items) - 1}, got {index}")
    return items[index]


def array_length(values: Any) -> int:
    """States.ArrayLength."""
    return len(_of(list, "the argument", values))


def array_unique(values: Any) -> list[Any]:
    """States.ArrayUnique: the first of each, in order."""
    found: dict[str, Any] = {}
    for item in _of(list, "the argument", values):
        found.setdefault(_key(item), item)
    return list(found.values())


def base64_encode(text: Any) -> str:
    """States.Base64Encode."""
    return base64.b64encode(_short(text).encode()).decode()


def base64_decode(text: Any) -> str:
    """States.Base64Decode."""
    try:
        return base64.b64decode(_short(text), validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise IntrinsicError(f"the argument is not Base64: {error}") from error


def hash_of(data: Any, algorithm: Any) -> str:
    """States.Hash: of text as it is, of anything else as its JSON."""
    if _of(str, "the algorithm", algorithm) not in _ALGORITHMS:
        raise IntrinsicError(f"the algorithm: expected one of {', '.join(_ALGORITHMS)}, got {algorithm}")
    text = _short(data if isinstance(data, str) else _json(data))
    return hashlib.new(_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def json_merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    """States.JsonMerge: shallow; AWS has no deep merge yet either."""
    if _of(bool, "the third argument", deep):
        raise IntrinsicError("the third argument: expected false (a shallow merge), got true")
    return {**_of(dict, "the first argument", first), **_of(dict, "the second argument", second)}


def string_to_json(text: Any) -> Any:
    """States.StringToJson."""
    try:
        return json.loads(_of(str, "the argument", text))
    except ValueError as error:
        raise IntrinsicError(f"the argument is not JSON: {error}") from error


def json_to_string(value: Any) -> str:
    """States.JsonToString."""
    return _json(value)


def math_random(first: Any, last: Any, seed: Any = None) -> int:
    """States.MathRandom: from the first, inclusive, to the last, exclusive; the same seed gives the same number."""
    begin, end = _integer("the start", first), _integer("the end", last)
    if begin >= end:
        raise IntrinsicError(f"expected a start below the end, got {begin} and {end}")
    source = random.Random(None if seed is None else _integer("the seed", seed))  # noqa: S311 - it is no secret
    return source.randrange(begin, end)


def math_add(first: Any, second: Any) -> int:
    """States.MathAdd."""
    return _integer("the first argument", first) + _integer("the second argument", second)


def string_split(text: Any, splitters: Any) -> list[str]:
    """States.StringSplit: each character of the second argument splits; what is empty is left out."""
    characters = _of(str, "the splitter", splitters)
    if not characters:
        raise IntrinsicError("the splitter: expected at least one character, got none")
    parts = re.split(f"[{re.escape(characters)}]", _of(str, "the first argument", text))
    return [part for part in parts if part]


def uuid4() -> str:
    """States.UUID."""
    return str(uuid.uuid4())


def format_text(template: Any, *values: Any) -> str:
    """States.Format: each `{}` in turn gives way to a value; `\\{`, `\\}` and `\\\\` stand for themselves."""
    text = _of(str, "the template", template)
    places = sum(1 for piece in _PIECE.finditer(text) if piece["escaped"] is None)
    if places != len(values):
        raise IntrinsicError(f"expected as many values as {{}} in the template, {places}, got {len(values)}")
    shown = map(_shown, values)
    return _PIECE.sub(lambda piece: next(shown) if piece["escaped"] is None else piece["escaped"], text)


def _shown(value: Any) -> str:
    """Arrays and objects are shown without quotes, as in a recording of AWS by LocalStack.

    (intrinsic_functions/test_generic, February 9, 2023)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_shown(item)}' for key, item in value.items())}}}"
    return json.dumps(value)


def _short(text: Any) -> str:
    if len(_of(str, "the argument", text)) > MOST_CHARACTERS:
        raise IntrinsicError(f"expected at most {MOST_CHARACTERS} characters, got {len(text)}")
    return str(text)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _same(left: Any, right: Any) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Array": array,
    "ArrayPartition": array_partition,
    "ArrayContains": array_contains,
    "ArrayRange": array_range,
    "ArrayGetItem": array_get_item,
    "ArrayLength": array_length,
    "ArrayUnique": array_unique,
    "Base64Encode": base64_encode,
    "Base64Decode": base64_decode,
    "Hash": hash_of,
    "JsonMerge": json_merge,
    "StringToJson": string_to_json,
    "JsonToString": json_to_string,
    "MathRandom": math_random,
    "MathAdd": math_add,
    "StringSplit": string_split,
    "UUID": uuid4,
    "Format": format_text,
}
_ANY = float("inf")
#: How many arguments each takes.
ARITY: dict[str, tuple[int, float]] = {
    "Array": (0, _ANY),
    "ArrayPartition": (2, 2),
    "ArrayContains": (2, 2),
    "ArrayRange": (3, 3),
    "ArrayGetItem": (2, 2),
    "ArrayLength": (1, 1),
    "ArrayUnique": (1, 1),
    "Base64Encode": (1, 1),
    "Base64Decode": (1, 1),
    "Hash": (2, 2),
    "JsonMerge": (3, 3),
    "StringToJson": (1, 1),
    "JsonToString": (1, 1),
    "MathRandom": (2, 3),
    "MathAdd": (2, 2),
    "StringSplit": (2, 2),
    "UUID": (0, 0),
    "Format": (1, _ANY),
}
