from __future__ import annotations

from pathlib import Path

import pytest

from copperline.contract import place, reference
from copperline.contract import reference as by_name
from copperline.errors import ContractError


def test_a_list_is_read_in_the_order_of_its_file() -> None:
    states = reference("states", "name", "state")
    assert list(states.items())[:2] == [("Acre", "AC"), ("Alagoas", "AL")]
    assert len(states) == 27


@pytest.mark.parametrize(
    ("name", "key", "says"),
    [
        ("planets", "name", "reference list: expected one of products, states, got planets; add the file or mend"),
        ("states", "capital", "column: expected one of state, name, region, got capital; mend the name"),
    ],
)
def test_what_a_list_does_not_have_is_named(name: str, key: str, says: str) -> None:
    with pytest.raises(ContractError, match=says):
        by_name(name, key, key)


def test_a_package_without_contracts_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(place, "__file__", str(tmp_path / "site" / "copperline" / "contract" / "place.py"))
    with pytest.raises(ContractError, match=r"no contracts beside .*copperline: build the wheel"):
        place.contracts_folder.__wrapped__()
