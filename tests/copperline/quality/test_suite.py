from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copperline.quality.suite import Expectation, expectations
from tests.support.contracts import document, key, load, prop

BETWEEN, LENGTHS = "ExpectColumnValuesToBeBetween", "ExpectColumnValueLengthsToBeBetween"
ASKED: list[tuple[dict[str, Any], Expectation]] = [
    ({"required": True}, Expectation("ExpectColumnValuesToNotBeNull", {"column": "x"})),
    ({"logicalTypeOptions": {"minimum": 1}}, Expectation(BETWEEN, {"column": "x", "min_value": 1})),
    ({"logicalTypeOptions": {"maximum": 5}}, Expectation(BETWEEN, {"column": "x", "max_value": 5})),
    ({"logicalTypeOptions": {"minLength": 1}}, Expectation(LENGTHS, {"column": "x", "min_value": 1})),
    ({"logicalTypeOptions": {"maxLength": 5}}, Expectation(LENGTHS, {"column": "x", "max_value": 5})),
    (
        {"logicalTypeOptions": {"pattern": "^a"}},
        Expectation("ExpectColumnValuesToMatchRegex", {"column": "x", "regex": "^a"}),
    ),
]


@pytest.mark.parametrize(("words", "want"), ASKED)
def test_a_rule_is_an_expectation(tmp_path: Path, words: dict[str, Any], want: Expectation) -> None:
    contract = load(tmp_path, document("gold.things", prop("x", **words)))
    assert expectations(contract) == (want,)


def test_a_key_of_one_column_is_unique_and_one_of_several_is_as_a_whole(tmp_path: Path) -> None:
    one = load(tmp_path, document("gold.things", key("a")))
    several = load(tmp_path, document("gold.things", key("a", 2), key("b", 1)))
    assert expectations(one)[-1] == Expectation("ExpectColumnValuesToBeUnique", {"column": "a"})
    assert expectations(several)[-1] == Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": ["b", "a"]})


def test_what_is_unique_beside_the_key_is_unique_too(tmp_path: Path) -> None:
    words: dict[str, Any] = {"classification": "personal", "unique": True}
    tax, phone = prop("tax", encryptedName="tax_hash", **words), prop("phone", **words)
    one = load(tmp_path, document("gold.things", key("a") | {"unique": True}, prop("code", unique=True), tax, phone))
    several = load(tmp_path, document("gold.things", key("a", 1) | {"unique": True}, key("b", 2)))
    asked = [[expectation for expectation in expectations(it) if "Unique" in expectation.type] for it in (one, several)]
    alone = [Expectation("ExpectColumnValuesToBeUnique", {"column": name}) for name in ("code", "tax_hash", "a")]
    assert asked[0] == alone
    assert asked[1] == [alone[-1], Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": ["a", "b"]})]


def test_of_a_hash_only_its_presence_is_expected(tmp_path: Path) -> None:
    words: dict[str, Any] = {"classification": "personal", "required": True, "logicalTypeOptions": {"maxLength": 20}}
    hashed = load(tmp_path, document("gold.things", prop("mail", encryptedName="mail_hash", **words)))
    absent = load(tmp_path, document("gold.things", prop("mail", **words)))
    assert expectations(hashed) == (Expectation("ExpectColumnValuesToNotBeNull", {"column": "mail_hash"}),)
    assert expectations(absent) == ()


def test_a_row_of_a_history_is_unique_by_when_it_begins(tmp_path: Path) -> None:
    contract = load(tmp_path, document("silver.things", key("a") | {"unique": True}, history=True))
    assert expectations(contract) == (
        Expectation("ExpectColumnValuesToNotBeNull", {"column": "a"}),
        Expectation("ExpectColumnValuesToNotBeNull", {"column": "valid_from"}),
        Expectation("ExpectColumnValuesToNotBeNull", {"column": "current"}),
        Expectation(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {"column_A": "valid_to", "column_B": "valid_from", "ignore_row_if": "either_value_is_missing"},
        ),
        Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": ["a", "valid_from"]}),
    )
