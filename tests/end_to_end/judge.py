"""The tables of a stack held against the oracle."""

from __future__ import annotations

from pathlib import Path

from copperline.contract import load_contracts
from tests.end_to_end.oracle import TABLES, Oracle
from tests.end_to_end.stack import Stack


def oracle_of(stack: Stack, files: dict[str, Path]) -> Oracle:
    """What the tables must hold, with the key of the stack's own hashes."""
    secret = stack.aws.client("secretsmanager").get_secret_value(SecretId="copperline/hmac-key")["SecretString"]
    return Oracle(files, secret.encode())


def differences(stack: Stack, oracle: Oracle) -> dict[str, str]:
    """The tables that hold something else than they must, with the first row on either side; all columns compared."""
    found = {}
    for table in TABLES:
        columns = oracle.columns(table)
        missing = {column.stored_name for column in load_contracts()[table].columns} - set(columns)
        assert not missing, f"the oracle does not judge {table}.{missing}"
        got, want = set(stack.rows(table, columns)), set(oracle.rows(table))
        if got != want:
            extra, lost = sorted(got - want, key=repr)[:1], sorted(want - got, key=repr)[:1]
            found[table] = f"{len(got)} rows for {len(want)}: not wanted {extra}, wanted {lost}"
    return found
