"""Everything that Copperline raises on purpose, with the exit code that tells a scheduler the cause."""

from __future__ import annotations


class CopperlineError(Exception):
    """Something failed in a way that a person can mend; the message says place, field, expected, got, what to do."""

    exit_code = 1


class UsageError(CopperlineError):
    """The arguments are not what the program takes: call it again as its message says."""

    exit_code = 2


class ContractError(CopperlineError):
    """A contract is not what the standard or the house asks for: mend the named place of the named file."""

    exit_code = 3


class MissingPart(CopperlineError):
    """The machine lacks something: install what the message names."""

    exit_code = 4


class AuditFailed(CopperlineError):
    """Rows on a run's branch break an expectation: nothing was published, the branch is there to look at."""


class TooManyRejected(CopperlineError):
    """More of a run's rows break rules than the contract allows: nothing was published, mend the source or the rule."""


class TableFailed(CopperlineError):
    """Spark failed while a table was prepared: nothing of it was published, the run's error log has the trace."""


class LedgerMismatch(CopperlineError):
    """What was read is not what was written, quarantined or set aside: nothing was published; report this as a bug."""


class LeaseHeld(CopperlineError):
    """Another run writes the table: wait for it, or start again later."""


class StaleBranch(CopperlineError):
    """Another run published first: what this one prepared is dropped, and the next run does it again."""


def expected(place: str, field: str, want: object, got: object, remedy: str) -> str:
    """The sentence in which every message of the house is written."""
    return f"{place}: {field}: expected {want}, got {got}; {remedy}"
