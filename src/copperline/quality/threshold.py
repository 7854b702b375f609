"""How many rows of a run may be rejected."""

from __future__ import annotations

from copperline.contract import Contract
from copperline.errors import TooManyRejected, expected


def check_rejected(contract: Contract, *, read: int, rejected: int, most: float | None = None) -> None:
    """No greater share of a run's rows was rejected than the contract's `maxRejectedPercent`, or than `most`.

    `rejectedRowsTolerated` rows are no matter, whatever their share.

    Raises:
        TooManyRejected: more were; call it before anything of the run can be published.
    """
    limit = contract.max_rejected_percent if most is None else most
    if limit is None or rejected <= contract.rejected_rows_tolerated or 100 * rejected <= limit * read:
        return
    found = f"{100 * rejected / read:.1f} %, {rejected} of {read}"
    remedy = (
        "nothing was published: look at the reasons on the run's branch of quarantine; have the source deliver again, "
        "mend the rule, or take the rows as they are with --max_rejected_percent 100"
    )
    raise TooManyRejected(expected(contract.id, "rejected rows", f"at most {limit:g} %", found, remedy))
