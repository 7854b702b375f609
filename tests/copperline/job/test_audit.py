from __future__ import annotations

import pytest
from pyspark.sql import functions as F

from copperline.errors import AuditFailed
from copperline.job.audit import audit
from copperline.tables.iceberg import IcebergTable
from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
SILVER = "silver.sales"


@pytest.fixture
def published(lake: Lake) -> IcebergTable:
    """A table of two sales, and a branch on which a second run has written."""
    lake.deliver("bronze.zoop_sales", [sale(1), sale(2)])
    lake.run(sales.JOB)
    table = IcebergTable(lake.spark, lake.names.table(SILVER))
    table.create_branch("run_x_9")
    return table


def test_the_rows_of_the_run_are_judged_and_a_key_must_not_be_there_twice(lake: Lake, published: IcebergTable) -> None:
    context = lake.context()
    contract = context.contracts[SILVER]

    def write(number: int, **changed: object) -> None:
        rows = (
            published.read()
            .where("sale_id = 1")
            .withColumns(
                {"sale_id": F.lit(number).cast("bigint"), "_run": F.lit(context.run_id)}
                | {name: F.lit(value).cast("int") for name, value in changed.items()}
            )
        )
        rows.writeTo(published.branch_identifier("run_x_9")).append()
        published.refresh()

    write(3)
    audit(context, contract, published, "run_x_9", (1, 9))
    write(2)
    with pytest.raises(AuditFailed) as caught:
        audit(context, contract, published, "run_x_9", (1, 9))
    told = "silver.sales: branch run_x_9: sale_id: expected one row a key, got 1 keys with more; report this"
    assert str(caught.value) == told
    write(4, rating=6)
    with pytest.raises(AuditFailed, match="rating: expected expect_column_values_to_be_between"):
        audit(context, contract, published, "run_x_9", (1, 9))
