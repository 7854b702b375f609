"""Values that people write, against the types of contracts."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copperline.files.values import Misfit, canonical, looks, written_as

FITS = [
    ("string", "Zé", "Zé"),
    ("string", "", ""),
    ("boolean", True, "true"),
    ("int", -(2**31), "-2147483648"),
    ("bigint", 2**63 - 1, "9223372036854775807"),
    ("float", 1, "1.0"),
    ("double", Decimal("0.1"), "0.1"),
    ("double", 1e300, "1e+300"),
    ("decimal(12,2)", 3, "3.00"),
    ("decimal(12,2)", Decimal("-1234567890.12"), "-1234567890.12"),
    ("decimal(38,10)", "1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789"),
    ("decimal(3, 3)", "0.125", "0.125"),
    ("date", "2026-01-31", "2026-01-31"),
    ("timestamp", "2026-01-31T08:15:00Z", "2026-01-31T08:15:00+00:00"),
    ("timestamp", "2026-01-31 08:15:00.5", "2026-01-31T08:15:00.500000+00:00"),
    ("timestamp", "2026-01-31T08:15:00-03:00", "2026-01-31T11:15:00+00:00"),
    ("binary", "AP8=", "AP8="),
]
MISFITS = [
    ("string", 1),
    ("string", "half of a pair \ud800"),
    ("boolean", "true"),
    ("boolean", 1),
    ("int", True),
    ("int", 2**31),
    ("int", Decimal("1.0")),
    ("bigint", "12"),
    ("bigint", -(2**63) - 1),
    ("double", "1.5"),
    ("double", Decimal("1e999")),
    ("double", True),
    ("decimal(12,2)", Decimal("0.001")),
    ("decimal(12,2)", 10**10),
    ("decimal(12,2)", "NaN"),
    ("decimal(12,2)", "a"),
    ("decimal(12,2)", 1.5),
    ("date", "31.01.2026"),
    ("date", "2026-02-30"),
    ("timestamp", "noon"),
    ("timestamp", 12),
    ("binary", "no base64!"),
    ("string", ["a"]),
    ("bigint", {}),
]


@pytest.mark.parametrize(("kind", "value", "text"), FITS)
def test_a_value_that_fits_has_one_text(kind: str, value: Any, text: str) -> None:
    assert canonical(value, kind) == text


@pytest.mark.parametrize(("kind", "value"), MISFITS)
def test_a_value_that_does_not_fit_is_told_without_the_value(kind: str, value: Any) -> None:
    with pytest.raises(Misfit) as raised:
        canonical(value, kind)
    assert str(raised.value) == f"expected {looks(kind)}"


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in FITS}))
def test_null_fits_every_type(kind: str) -> None:
    assert canonical(None, kind) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(5, 38))
def test_a_decimal_loses_nothing_or_is_refused(number: Decimal, precision: int) -> None:
    try:
        text = canonical(number, f"decimal({precision},4)")
    except Misfit:
        assert abs(number) >= Decimal(10) ** (precision - 4)
    else:
        assert text is not None
        assert Decimal(text) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_comes_back(number: float) -> None:
    assert float(canonical(number, "double") or "") == number


@given(st.binary(max_size=20))
def test_bytes_come_back(body: bytes) -> None:
    text = base64.b64encode(body).decode()
    assert canonical(text, "binary") == text


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "12", "12"),
        ("string", "", ""),
        ("bigint", "-12", -12),
        ("double", "1.5", 1.5),
        ("boolean", "true", True),
        ("decimal(12,2)", "1.50", "1.50"),
        ("date", "2026-01-31", "2026-01-31"),
    ],
)
def test_plain_text_becomes_json_of_the_type(kind: str, text: str, value: Any) -> None:
    found = written_as(text, kind)
    assert (found, type(found)) == (value, type(value))
    assert canonical(json.loads(json.dumps(found), parse_float=Decimal), kind) is not None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bigint", "a"),
        ("bigint", "1.5"),
        ("double", "nan"),
        ("boolean", "True"),
        ("decimal(3,1)", "100.0"),
        ("date", "x"),
    ],
)
def test_plain_text_of_another_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(Misfit, match=r"^expected "):
        written_as(text, kind)
