"""`make crash`: every point of both scenarios, several at a time; what was done before is not done again."""

from __future__ import annotations

import argparse
import itertools
import pickle
import random
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from copperctl import deployed
from copperctl.checkout import root
from tests.crash.instances import save_first, save_next
from tests.crash.points import Point, points
from tests.crash.record import Record
from tests.crash.running import LAMBDAS, Outcome, Undisturbed, carry_out, undisturbed

HERE = Path(__file__).parent
SCENARIOS = ("first", "next")
_EVERY = 10  # of the Lambdas' points one in so many is run whole


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the points that are asked for and were not run yet; answers 1 where one of them differs."""
    options = _options()
    record, code = Record(options.record), deployed.fingerprint(root())
    saved, bases = prepared(options.folder, code)
    every = [point for name in SCENARIOS for point in points(bases[name].requests, options.fault)]
    _tell(record, bases, every)
    wanted = [point for point in every if _wanted(point, options, record)]
    todo = random.Random(len(every)).sample(wanted, len(wanted))[: options.most]  # so that a part tells of all
    say(f"{len(every)} points, {len(every) - len(todo)} of them done before or not asked for")
    _run(todo, every, bases, saved, code[:12], record, options)
    say(f"{record.counts()} in {options.record}")
    return 1 if record.counts().get("differs") else 0


def prepared(folder: Path, code: str) -> tuple[dict[str, Path], dict[str, Undisturbed]]:
    """The saved instances of this code, and what undisturbed runs of them come to; made unless they are there."""
    saved, known = {name: folder / name for name in SCENARIOS}, folder / "undisturbed.pickle"
    if known.is_file():
        of, bases = pickle.loads(known.read_bytes())
        if of == code:
            return saved, bases
    say(f"deploys, and runs each scenario undisturbed: {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    save_next(save_first(saved["first"]), saved["next"])
    bases = {name: undisturbed(name, saved[name], folder / "state") for name in SCENARIOS}
    known.write_bytes(pickle.dumps((code, bases)))
    return saved, bases


def _tell(record: Record, bases: dict[str, Undisturbed], every: list[Point]) -> None:
    pairs = {(str(request)) for base in bases.values() for request in base.requests}
    record.told.clear()
    record.say(requests=len(pairs))
    others = [name for name in record.points if name.rpartition(" ")[0].rpartition(" ")[2] != every[0].fault]
    record.listed([*map(str, every), *others])


def _wanted(point: Point, options: argparse.Namespace, record: Record) -> bool:
    asked = all(word in str(point) for word in options.only)
    quick = point.request.actor in LAMBDAS or not options.quick
    return asked and quick and (options.again or not record.done(str(point)))


def _run(
    todo: list[Point],
    every: list[Point],
    bases: dict[str, Undisturbed],
    saved: dict[str, Path],
    code: str,
    record: Record,
    options: argparse.Namespace,
) -> None:
    places = {str(point): place for place, point in enumerate(every)}
    count, lock, until = itertools.count(1), threading.Lock(), time.monotonic() + 60 * options.minutes

    def one(point: Point) -> None:
        if time.monotonic() > until:
            return
        place, name = places[str(point)], str(point)
        whole = point.request.actor not in LAMBDAS or (place % _EVERY == 0 and not options.quick)
        own = options.folder / threading.current_thread().name
        scenario = point.request.scenario
        try:
            outcome = carry_out(
                point, bases[scenario], saved[scenario], own, whole=whole, redrive=place % 4 < 2, late=place % 8 == 7
            )
        except Exception as error:  # noqa: BLE001 - the other points go on
            outcome = Outcome(problems=[f"{type(error).__name__}: {error}"])
        record.tell(name, {**outcome.as_dict(), "whole": whole, "code": code})
        with lock:
            say(f"{next(count)}/{len(todo)} {outcome.word:<11} {outcome.seconds:4.0f} s  {name}  {outcome.resumed}")
            for problem in outcome.problems:
                say(f"    {problem}")

    with ThreadPoolExecutor(options.workers, "worker") as pool:
        list(pool.map(one, todo))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make crash ARGS=...", description="Kill every process at every request.")
    parser.add_argument("--workers", type=int, default=2, help="points that run at a time (default: 2)")
    parser.add_argument("--most", type=int, help="so many points at most")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no point after so many minutes")
    parser.add_argument("--only", nargs="*", default=[], help="points in whose names all these words are")
    parser.add_argument("--fault", choices=("kill", "drop"), default="kill", help="what befalls the process")
    parser.add_argument("--again", action="store_true", help="also those that were run before")
    parser.add_argument("--quick", action="store_true", help="points of the Lambdas, without whole executions")
    parser.add_argument("--record", type=Path, default=HERE / "record.json")
    parser.add_argument("--folder", type=Path, default=root() / "build/crash", help="where the instances are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
