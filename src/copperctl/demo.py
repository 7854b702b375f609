"""`make run`: the main job from files to answers, on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from copperctl import accounts, athena, deliver, lifecycle, show
from copperctl.aws import Aws
from copperctl.doctor import need_disk, need_spark
from copperctl.execute import execute
from copperctl.instance import forget_accounts
from copperctl.options import STATE
from copperctl.samples import make
from copperctl.trouble import end

QUESTIONS = {
    "top_10_products_by_region": "Units sold of the ten best-selling products, by customer region",
    "ten_lowest_stocks": "The ten products with the least stock left",
    "units_sold_by_rating": "Units sold by product and the buyers' rating",
}
_MOST = 12


def demo(data: Path | None, state: Path) -> None:
    """Sample data, or the folder's, has gone from copper to gold, and gold's three questions are answered."""
    clock = show.Clock()
    forget_accounts()
    if data is not None:
        deliver.look(data)
    need_disk(state)
    need_spark()
    folder = data or state / "sample"
    if data is None:
        make(folder, rows=10_000, seed=1, days=365, dirt=None)
    _head("An account on this machine")
    instance = lifecycle.up(state, say=lambda text: show.say(f"{clock}  {text}"))
    show.say(f"{clock}  stack {instance.stack} is ready at {instance.endpoint}, process {instance.pid}")
    aws = Aws(instance)
    _head("Copper: files as a source delivers them")
    deliver.tell(aws, folder)
    _head("Copper to gold: one execution of the state machine")
    execute(aws)
    _head("Gold: three questions, asked of Athena")
    for name, question in QUESTIONS.items():
        show.answer(athena.ask_named(aws, name), title=f"\n{question} ({name})", most=_MOST)
    _head("Ledger: read = inserted + updated + unchanged + superseded + quarantined")
    show.answer(accounts.ledger(aws))
    _next(state)
    show.say(f"Done in {clock.seconds:.0f} s.")


def _head(title: str) -> None:
    show.say(f"\n== {title} ==")


def _next(state: Path) -> None:
    option = "" if state == STATE else f" --state {state}"
    _head("Where to look next")
    for command, why in (
        ('query "SELECT reasons, count(*) AS n FROM sales GROUP BY 1" --database quarantine', "what was rejected"),
        ("status", "executions, job runs, pending deliveries"),
        ("logs RUN", "the stages of a job run and their seconds"),
        ("down", "stop; `make run` again finds everything as it was"),
    ):
        show.say(f"# {why}\n.venv/bin/copperctl {command}{option}")


def main() -> int:
    """Run the demonstration; answers the exit code."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--data", type=Path, help="folder of <feed>/<table>/<file>, in place of the sample")
    parser.add_argument("--state", type=Path, default=STATE)
    options = parser.parse_args()
    return end("make run", lambda: demo(options.data, options.state))


if __name__ == "__main__":
    sys.exit(main())
