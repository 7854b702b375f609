"""`make run`: the main job from files to answers, on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from copperctl import accounts, athena, lifecycle, show
from copperctl.aws import Aws
from copperctl.cli import STATE, deliver_folder
from copperctl.execute import execute
from copperctl.samples import make
from copperline.errors import CopperlineError

QUESTIONS = {
    "top_10_products_by_region": "Units sold of the ten best-selling products, by customer region",
    "ten_lowest_stocks": "The ten products with the least stock left",
    "units_sold_by_rating": "Units sold by product and the buyers' rating",
}
_MOST = 12


def demo(data: Path | None, state: Path) -> None:
    """Sample data, or the folder's, has gone from copper to gold, and gold's three questions are answered."""
    clock = show.Clock()
    folder = data or state / "sample"
    if data is None:
        make(folder, rows=10_000, seed=1, days=365, dirt=None)
    instance = lifecycle.up(state, say=lambda text: show.say(f"{clock}  {text}"))
    aws = Aws(instance)
    deliver_folder(aws, folder)
    execute(aws)
    for name, question in QUESTIONS.items():
        show.answer(athena.ask_named(aws, name), title=f"{question} ({name})", most=_MOST)
    show.answer(accounts.ledger(aws), title="Ledger: read = inserted + updated + unchanged + superseded + quarantined")
    _next(state)


def _next(state: Path) -> None:
    option = "" if state == STATE else f" --state {state}"
    show.say("Where to look next:")
    for command, why in (
        (
            'query "SELECT reasons, count(*) AS n FROM sales GROUP BY 1" --database quarantine',
            "what was rejected, and why",
        ),
        ("status", "executions, job runs, pending deliveries"),
        ("logs RUN", "the stages of a job run and their seconds"),
        ("down", "stop; `make run` again finds everything as it was"),
    ):
        show.say(f"  .venv/bin/copperctl {command}{option}   # {why}")


def main() -> int:
    """Run the demonstration; answers the exit code."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--data", type=Path, help="folder of <feed>/<table>/<file>, in place of the sample")
    parser.add_argument("--state", type=Path, default=STATE)
    options = parser.parse_args()
    try:
        demo(options.data, options.state)
    except CopperlineError as error:
        show.note(f"make run: {error}")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
