from __future__ import annotations

import json
from typing import Any

import pytest

from copperline.contract import load_contracts
from tests.support.templates import of_type, template, text


@pytest.fixture(scope="module")
def room() -> dict[str, Any]:
    return template("crawlers")


def test_there_is_a_crawler_a_zone_and_feed(room: dict[str, Any]) -> None:
    names = {text(crawler["Name"]) for crawler in of_type(room, "AWS::Glue::Crawler").values()}
    assert names == {f"${{Name}}-{zone}-{feed}" for zone in ("copper", "bronze") for feed in load_contracts().feeds()}


def test_a_folder_below_the_feed_is_a_table(room: dict[str, Any]) -> None:
    for crawler in of_type(room, "AWS::Glue::Crawler").values():
        (target,) = crawler["Targets"]["S3Targets"]
        bucket, feed, rest = text(target["Path"]).removeprefix("s3://").split("/")
        assert (crawler["TablePrefix"], rest) == (f"{feed}_", "")
        assert json.loads(crawler["Configuration"])["Grouping"] == {
            "TableLevelConfiguration": len([bucket, feed, "table"])
        }


def test_refused_files_are_not_catalogued(room: dict[str, Any]) -> None:
    for crawler in of_type(room, "AWS::Glue::Crawler").values():
        assert "**/_refused/**" in crawler["Targets"]["S3Targets"][0]["Exclusions"]


def test_a_crawl_changes_tables_and_deletes_none(room: dict[str, Any]) -> None:
    for crawler in of_type(room, "AWS::Glue::Crawler").values():
        assert crawler["SchemaChangePolicy"] == {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        ("copper", "s3://${CopperBucket}/"),
        ("bronze", "s3://${BronzeBucket}/"),
        ("silver", "s3://${SilverBucket}/silver"),
        ("gold", "s3://${GoldBucket}/gold"),
        ("quarantine", "s3://${SilverBucket}/quarantine"),
        ("ops", "s3://${SilverBucket}/ops"),
    ],
)
def test_every_layer_has_its_database(room: dict[str, Any], layer: str, place: str) -> None:
    database = of_type(room, "AWS::Glue::Database")[f"{layer.capitalize()}Database"]["DatabaseInput"]
    assert (text(database["Name"]), text(database["LocationUri"])) == (f"${{DatabasePrefix}}_{layer}", place)
