"""Rejected rows corrected and given up by hand, through the whole product: the commands, promote, a job, Athena."""

from __future__ import annotations

from pathlib import Path

import pytest

from copperctl import quarantine, rejected
from copperctl.generate import generate
from copperline.contract import load_contracts
from tests.end_to_end.stack import Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.proof, pytest.mark.slow("runs the product twice")]


def names(stack: Stack, *, everything: bool = False) -> dict[str, tuple[str, ...]]:
    """The rows of quarantine by their names, with their reasons."""
    rows = rejected.latest(stack.aws, load_contracts()["silver.sales"], everything=everything, most=1000)
    return {row.id: row.reasons for row in rows}


def test_a_corrected_row_is_in_gold_and_a_discarded_one_keeps_its_reason(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate(tmp_path, rows=600, seed=3, days=30, dirt=1)
    stack.deliver(tmp_path)
    assert stack.run()["status"] == "SUCCEEDED"
    first = names(stack)
    by_reason = {reasons: name for name, reasons in first.items()}
    rated, nameless = by_reason["rating_out_of_range",], by_reason["customer_name_missing",]
    orders = "SELECT sum(orders) FROM sales"
    before = stack.ask(orders)[0][0]

    quarantine.fix(stack.aws, [rated], ["Avaliacao=5"], None)
    quarantine.discard(stack.aws, [nameless], "nobody knows who it was")
    quarantine.replay(stack.aws, "sales")

    assert "corrections/sales/discard-" in capsys.readouterr().out
    assert names(stack) == {name: why for name, why in first.items() if name not in (rated, nameless)}
    everything = names(stack, everything=True)
    assert rated not in everything
    assert everything[nameless] == ("customer_name_missing", "discarded: nobody knows who it was")
    assert stack.ask(orders)[0][0] == before + 1
    refused = stack.ask("SELECT file FROM files WHERE status = 'refused'", "Ops")
    assert refused == []
    quarantine.replay(stack.aws, "")
    assert "No correction waits" in capsys.readouterr().out
