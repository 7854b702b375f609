"""A crawler of a test's own: its bucket, database and role, and what one does with it."""

from __future__ import annotations

import json
import time
from typing import Any

from localaws.testing import Server
from tests.localaws.policies import make_role, trust

TRUST = trust("glue")


class Bench:
    """Everything has the same name, but for a role that several share: the server keeps clients for each role."""

    def __init__(self, aws: Server, name: str, role: str | None = None) -> None:
        self.aws, self.name, self.role = aws, name, role or name
        self.s3, self.glue, self.iam = aws.client("s3"), aws.client("glue"), aws.client("iam")
        self.s3.create_bucket(Bucket=name)
        self.glue.create_database(DatabaseInput={"Name": name})
        if role is None:
            self.make_role()

    def make_role(self) -> None:
        make_role(self.iam, self.role, "glue")

    def allow(self, policy: dict[str, Any]) -> None:
        self.iam.put_role_policy(RoleName=self.role, PolicyName="all", PolicyDocument=json.dumps(policy))

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def crawler(
        self,
        path: str = "in/",
        exclusions: list[str] | None = None,
        configuration: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        target = {"Path": f"s3://{self.name}/{path}", "Exclusions": exclusions or []}
        self.glue.create_crawler(
            Name=self.name,
            Role=f"arn:aws:iam::123456789012:role/{self.role}",
            DatabaseName=self.name,
            Configuration=json.dumps({"Version": 1.0, **(configuration or {})}),
            **{"Targets": {"S3Targets": [target]}, **more},
        )

    def crawl(self) -> dict[str, Any]:
        """What the crawl that is started here came to."""
        self.glue.start_crawler(Name=self.name)
        return self.wait()

    def wait(self) -> dict[str, Any]:
        for _ in range(6000):
            crawler = self.glue.get_crawler(Name=self.name)["Crawler"]
            if crawler["State"] == "READY":
                last: dict[str, Any] = crawler["LastCrawl"]
                return last
            time.sleep(0.005)
        raise AssertionError(f"never READY: {crawler}")

    def tables(self) -> dict[str, dict[str, Any]]:
        return {table["Name"]: table for table in self.glue.get_tables(DatabaseName=self.name)["TableList"]}

    def partitions(self, table: str) -> dict[tuple[str, ...], dict[str, Any]]:
        pages = self.glue.get_paginator("get_partitions").paginate(DatabaseName=self.name, TableName=table)
        return {tuple(entry["Values"]): entry for page in pages for entry in page["Partitions"]}

    def partition_values(self, table: str) -> list[list[str]]:
        return sorted(list(values) for values in self.partitions(table))
