"""`python -m benchmarks`: measure, show, and keep a page and a picture."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import growth, machine, processes, report, rounds, scale, throughput
from benchmarks.data import sample
from benchmarks.picture import picture
from benchmarks.results import Results
from benchmarks.warm import warm
from copperctl import show
from copperctl.deliver import look
from copperctl.doctor import need_spark
from copperctl.instance import forget_accounts
from copperctl.trouble import end

COMPARED = (rounds.EXECUTION, rounds.BASELINE, rounds.UNTUNED, rounds.JOBS, rounds.ONE_PROCESS, rounds.SESSION)
PARTS = (*COMPARED, "scale", "growth", "s3")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What is to be measured."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Copperline and localaws.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all unless named")
    parser.add_argument("--pairs", type=_positive, default=3, help="rounds in which ours and the others take turns")
    parser.add_argument("--sales", type=_positive, default=10_000, help="generated sales of an execution")
    parser.add_argument("--data", type=Path, help="folder of <feed>/<table>/<file>, in place of generated files")
    many = [1_000_000, 10_000_000]
    parser.add_argument("--rows", type=_positive, nargs="+", default=many, help="sales of the part `scale`")
    parser.add_argument("--scale-pairs", type=_positive, default=1, help="rounds of the part `scale`")
    grown = [1_000_000, 20_000_000]
    parser.add_argument("--grown", type=_positive, nargs="+", default=grown, help="existing sales of the part `growth`")
    parser.add_argument("--out", type=Path, help="where page and picture go; benchmarks/ if all parts are measured")
    options = parser.parse_args(given)
    if strange := [part for part in options.parts if part not in PARTS]:
        parser.error(f"no part is called {', '.join(strange)}: choose from {', '.join(PARTS)}")
    if options.out is None and set(options.parts or PARTS) == set(PARTS):
        options.out = Path(__file__).parent
    options.parts = [part for part in PARTS if part in (options.parts or PARTS)]
    return options


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text}")
    return int(text)


def bench(options: argparse.Namespace) -> None:
    """Everything that was asked for is measured, shown and, where there is a place for it, kept."""
    clock = show.Clock()

    def say(text: str) -> None:
        show.say(f"{clock}  {text}")

    forget_accounts()
    need_spark()
    processes.adopt()
    if options.data is not None:
        look(options.data)
    results = Results(machine.description())
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        _measure(options, results, Path(scratch), say)
    results.minutes = clock.seconds / 60
    _show(results)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "results.md").write_text(report.page(results), encoding="utf-8")
        (options.out / "results.svg").write_text(picture(results), encoding="utf-8")
        say(f"kept in {options.out}: results.md, results.svg")


def _measure(options: argparse.Namespace, results: Results, scratch: Path, say: Callable[[str], None]) -> None:
    compared = [part for part in options.parts if part in COMPARED]
    if compared or "scale" in options.parts:
        data = options.data or sample(scratch / "sample", options.sales)
        results.data = f"the files of {options.data.name}" if options.data else f"{options.sales:,} generated sales"
        results.shared = warm(data, scratch, say)
    if compared:
        with _watched(results, "the executions"):
            results.execution = rounds.compare(compared, data, options.pairs, scratch / "rounds", say)
    if "scale" in options.parts:
        with _watched(results, "the many sales"):
            for many in options.rows:
                results.scale[many] = scale.compare(many, options.scale_pairs, scratch / f"scale-{many}", say)
    if "growth" in options.parts:
        with _watched(results, "the growing tables"):
            results.growth = growth.compare(sorted(options.grown), scratch / "growth", say)
    if "s3" in options.parts:
        say("localaws by itself")
        with _watched(results, "the requests"):
            results.figures = throughput.measure(scratch / "s3", say)


@contextmanager
def _watched(results: Results, part: str) -> Iterator[None]:
    others = machine.Others()
    yield
    cores = others.cores()
    if cores is not None:
        results.others[part] = cores


def _show(results: Results) -> None:
    for title, columns, rows in report.tables(results):
        show.table(columns, rows, title=f"\n{title}", right=columns[1:])
    for verdict in results.verdicts():
        show.say(verdict)


def main() -> int:
    """Measure; answers the exit code."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what runs is taken down as ever
    return end("make bench", lambda: bench(options))


if __name__ == "__main__":
    sys.exit(main())
