"""What one job run has at hand, opened once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from copperline.columns.hashes import PADS, pads
from copperline.contract import Contract, Contracts, load_contracts
from copperline.files.alerts import Alerts
from copperline.files.deliveries import Deliveries
from copperline.files.held import HeldDeliveries
from copperline.files.leases import Leases
from copperline.files.runs import Runs
from copperline.frames.local import local_frame
from copperline.job.arguments import Arguments
from copperline.job.docs import DataDocs
from copperline.job.progress import say, stage
from copperline.job.session import open_session
from copperline.names import Names
from copperline.quality.audit import Auditor
from copperline.tables.ddl import create_table
from copperline.tables.evolve import Evolution, evolve
from copperline.tables.iceberg import CATALOG, IcebergTable


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


@dataclass
class Context:
    """The session, the contracts, the clients and the clock of a job run."""

    arguments: Arguments
    client: Callable[[str], Any]
    clock: Callable[[], datetime] = now

    def __post_init__(self) -> None:
        self.started = self.clock()
        self.contracts: Contracts = load_contracts()
        self.names = Names(self.arguments.stack)
        with stage("job", "session"), ThreadPoolExecutor(1, "while-java-starts") as meanwhile:
            auditor = meanwhile.submit(self._open_clients)
            self.spark: SparkSession = open_session(self.arguments.job)
            self.auditor = auditor.result()

    def _open_clients(self) -> Auditor:
        """What Python takes long to make, in the order in which it is needed; Java takes longer to start."""
        self.client("dynamodb")
        return Auditor()

    @cached_property
    def deliveries(self) -> Deliveries:
        """What was delivered, and what became of it."""
        return Deliveries(self.client("dynamodb"), self.arguments.stack)

    @cached_property
    def held(self) -> HeldDeliveries:
        """What was rolled back, and waits until somebody says that it is to be read again."""
        return HeldDeliveries(self.client("dynamodb"), self.arguments.stack)

    @cached_property
    def leases(self) -> Leases:
        """Who writes which table."""
        return Leases(self.client("dynamodb"), self.arguments.stack, lease_seconds=20, beat_seconds=4)

    @cached_property
    def alerts(self) -> Alerts:
        """Whoever is told when something goes wrong."""
        return Alerts(self.client, self.arguments.topic_arn, self.arguments.runbook)

    @cached_property
    def docs(self) -> DataDocs:
        """Where a page of each audit is kept."""
        return DataDocs(self.client, self.names.docs_bucket(account=self.arguments.topic_arn.split(":")[4]))

    @cached_property
    def runs(self) -> Runs:
        """What runs have done so far."""
        return Runs(self.client("dynamodb"), self.arguments.stack)

    @cached_property
    def pads(self) -> DataFrame:
        """The pads of the key for hashes of personal data: it comes from Secrets Manager and stays in memory."""
        secret = self.client("secretsmanager").get_secret_value(SecretId=self.names.hmac_secret)["SecretString"]
        return local_frame(self.spark, [pads(secret.encode())], PADS)

    def adopt_thread(self) -> None:
        """What the calling thread asks of Spark is asked of this session, and answered by its settings."""
        jvm: Any = self.spark._jvm
        jvm.org.apache.spark.sql.SparkSession.setActiveSession(self.spark._jsparkSession)

    @property
    def run_id(self) -> str:
        """What this run is called in ledgers and logs."""
        return self.arguments.run_id

    def table(self, contract: Contract, size: int = 0) -> IcebergTable:
        """The contract's table; made if it was not there, in partitions if as many bytes as the contract says wait.

        One that an earlier version of the contract made has the columns that are new.

        Raises:
            ContractError: the table cannot be brought up to the contract without making it anew.
        """
        name = self.names.table(contract.id)
        table = self.existing(name)
        if table is None:
            large = bool(contract.partitions) and size >= contract.partition_above_bytes
            return self.create(name, create_table(contract, f"{CATALOG}.{name}", partitioned=large))
        done = evolve(table, contract)
        if done != Evolution():
            say(f"{contract.id:<20} evolves: {done}")
        return table

    def existing(self, name: str) -> IcebergTable | None:
        """The table `database.table`; None if there is none."""
        return IcebergTable(self.spark, name) if self.spark.catalog.tableExists(f"{CATALOG}.{name}") else None

    def create(self, name: str, statement: str) -> IcebergTable:
        """The table `database.table` that the statement makes."""
        self.spark.sql(statement)
        return IcebergTable(self.spark, name)
