"""The crawlers: one a zone and feed, with a classifier for each CSV contract."""

from __future__ import annotations

import json
from typing import Any

from copperctl.render.intrinsics import Ref, Sub, logical_id
from copperline.contract import Contract, Contracts

ZONES = ("copper", "bronze")
#: The bucket is level 1, the feed 2, the table 3
#: (AWS Glue, "How to specify the table location and partitioning level").
CONFIGURATION = {
    "Version": 1.0,
    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
    "Grouping": {"TableLevelConfiguration": 3},
}


def crawlers(contracts: Contracts) -> dict[str, Any]:
    """The resources of all crawlers and classifiers."""
    found: dict[str, Any] = {}
    for feed in contracts.feeds():
        texts = [contract for contract in contracts.bronze() if contract.feed == feed and contract.format == "csv"]
        found |= {_classifier_id(contract): _classifier(contract) for contract in texts}
        found |= {logical_id("Crawler", zone, feed): _crawler(zone, feed, texts) for zone in ZONES}
    return found


def _crawler(zone: str, feed: str, texts: list[Contract]) -> dict[str, Any]:
    # Every crawl looks at everything: to see new folders only, Glue wants schema changes logged and not applied
    # (AWS Glue, "Scheduling incremental crawls for adding new partitions").
    bucket = f"{zone.capitalize()}Bucket"
    target = {"Path": Sub(f"s3://${{{bucket}}}/{feed}/"), "Exclusions": ["_refused/**", "**/_refused/**"]}
    properties: dict[str, Any] = {
        "Name": Sub(f"${{Name}}-{zone}-{feed}"),
        "Description": f"Catalogues what {feed} has in {zone}.",
        "Role": Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Name}-crawler"),
        "DatabaseName": Ref(f"{zone.capitalize()}Database"),
        "TablePrefix": f"{feed}_",
        "Targets": {"S3Targets": [target]},
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "Configuration": json.dumps(CONFIGURATION),
    }
    if texts:
        properties["Classifiers"] = [Ref(_classifier_id(contract)) for contract in texts]
    return {"Type": "AWS::Glue::Crawler", "Properties": properties}


def _classifier_id(contract: Contract) -> str:
    return logical_id("Classifier", contract.table)


def _classifier(contract: Contract) -> dict[str, Any]:
    return {
        "Type": "AWS::Glue::Classifier",
        "Properties": {
            "CsvClassifier": {
                "Name": Sub(f"${{Name}}-{contract.table}"),
                "ContainsHeader": "PRESENT",
                "Delimiter": ",",
                "QuoteSymbol": '"',
                "Header": [column.name for column in contract.columns],
            }
        },
    }
