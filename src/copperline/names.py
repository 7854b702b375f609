"""What things are called in an account: everything derives from the name of the stack."""

from __future__ import annotations

from dataclasses import dataclass

LAYERS = ("copper", "bronze", "silver", "gold", "quarantine", "ops")


@dataclass(frozen=True)
class Names:
    """The names that one stack's resources bear."""

    stack: str

    def database(self, layer: str) -> str:
        """The Glue database of a layer; databases bear no hyphen, as Athena would have to quote it."""
        return f"{self.stack.replace('-', '_')}_{layer}"

    def table(self, contract_id: str) -> str:
        """`database.table` of a contract's id, such as silver.sales."""
        layer, _, stem = contract_id.partition(".")
        return f"{self.database(layer)}.{stem}"

    @property
    def deliveries(self) -> str:
        """The DynamoDB table of deliveries."""
        return f"{self.stack}-deliveries"

    @property
    def leases(self) -> str:
        """The DynamoDB table of leases."""
        return f"{self.stack}-leases"

    @property
    def runs(self) -> str:
        """The DynamoDB table of what executions have done so far."""
        return f"{self.stack}-runs"

    @property
    def hmac_secret(self) -> str:
        """The secret that holds the key for hashes of personal data."""
        return f"{self.stack}/hmac-key"

    def docs_bucket(self, account: str) -> str:
        """The bucket of Data Docs."""
        return f"{self.stack}-docs-{account}"

    def crawler(self, zone: str, feed: str) -> str:
        """The crawler of a zone and feed."""
        return f"{self.stack}-{zone}-{feed}"

    def job(self, contract_id: str) -> str:
        """The Glue job of one table; `batch` is the job that runs many."""
        return f"{self.stack}-{contract_id.replace('.', '-')}"


def page_key(table: str, run_id: str) -> str:
    """Where in the bucket of Data Docs the page of an audit is; `table` is a contract's id."""
    return f"{table.replace('.', '/')}/{run_id}.html"
