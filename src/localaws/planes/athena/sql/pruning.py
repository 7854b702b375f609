"""Which conditions of WHERE can be answered from the values of partitions alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from localaws.planes.athena.sql.block import Block, unquoted


def remember(block: Block, node: Any) -> None:
    """Every scan knows the conditions that only its partition keys decide.

    A condition is left out where an outer join could still bring back what it excludes.
    """
    joins = node.args.get("joins") or []
    if any(join.side in ("RIGHT", "FULL") for join in joins):
        return
    weak = {id(table) for join in joins if join.side for table in join.find_all(exp.Table)}
    if weak:
        return
    for condition in _conjuncts(node.args["where"].this):
        _offer(block, condition)


def _conjuncts(node: Any) -> Iterator[Any]:
    node = unquoted(node)
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _offer(block: Block, condition: Any) -> None:
    if condition.find(exp.Query, exp.Lambda) is not None:
        return
    reads = [block.typed(column).reads for column in condition.find_all(exp.Column)]
    scans = {scan for read in reads for scan, _ in read}
    if len(scans) != 1 or not all(reads):
        return
    scan = block.analysis.scans[scans.pop()]
    if all(name in scan.source.partition_keys for read in reads for _, name in read):
        scan.conditions.append(block.typed(condition).sql)
