"""`python -m tests.localaws.moto_suite [service …]`: moto's own tests against localaws, compared with the record."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.localaws.moto_suite import record, run
from tests.localaws.moto_suite.fetch import Unavailable, fetched
from tests.localaws.moto_suite.record import Reason, Tally
from tests.localaws.moto_suite.rewrite import rewrite
from tests.localaws.moto_suite.run import Result

#: Service → folders of its tests
SERVICES = {
    "s3": ("test_s3", "test_s3bucket_path"),
    "kms": ("test_kms",),
    "lambda": ("test_awslambda",),
    "sns": ("test_sns",),
    "sqs": ("test_sqs",),
    "glue": ("test_glue",),
    "athena": ("test_athena",),
    "stepfunctions": ("test_stepfunctions",),
    "events": ("test_events",),
    "scheduler": ("test_scheduler",),
    "cloudformation": ("test_cloudformation",),
    "dynamodb": ("test_dynamodb", "test_dynamodb_v20111205"),
    "secretsmanager": ("test_secretsmanager",),
    "iam": ("test_iam",),
    "sts": ("test_sts",),
    "logs": ("test_logs",),
}


def main() -> int:
    """0 where nothing differs but what is on record, else 1; 4 where moto's tests cannot be had."""
    options = _options()
    try:
        home = fetched()
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 4
    known = {} if options.stock or options.write else record.load()
    tallies, said, found = [], [], {}
    for service in options.services or SERVICES:
        reasons = known.get(service, {})
        results = _results(home, service, reasons, stock=options.stock)
        tallies.append(record.tally(service, results, reasons))
        said += record.complaints(service, results, reasons) + record.unexplained(service, reasons)
        found[service] = results
        if options.keep:
            _keep(options.keep, service, results)
    if options.write:
        rewrite(found)
    tallies.append(together(tallies))
    said += record.over(tallies[:-1] if options.services else tallies, record.excused())
    sys.stdout.write("\n".join([table(tallies), *said]) + "\n")
    return 1 if said else 0


def _results(home: Path, service: str, known: Mapping[str, Reason], *, stock: bool) -> dict[str, Result]:
    """What differs and is not on record is tried again, with more patience: the machine may have been busy."""
    folders = [f"tests/{folder}" for folder in SERVICES[service]]
    with run.stock() if stock else run.localaws() as endpoint:
        results = run.run(home, endpoint, folders, _teller(service))
        ends = {"failed", "refused"}
        strange = [test for test, result in results.items() if result.outcome in ends and test not in known]
        if strange and not stock:
            results |= run.run(home, endpoint, strange, _teller(f"{service}, again"), patience=1.5)
    sys.stderr.write(f"\r{service}: {len(results)} tests\n")
    return results


def _teller(name: str) -> Callable[[int], None]:
    begun = time.monotonic()

    def tell(count: int) -> None:
        if not sys.stderr.isatty():
            return
        sys.stderr.write(f"\r{name}: {count} tests in {time.monotonic() - begun:.0f} s   ")
        sys.stderr.flush()

    return tell


def table(tallies: Sequence[Tally]) -> str:
    """Services, one a line."""
    lines = [f"{'service':<16}" + "".join(f"{name:>11}" for name in ("tests", *_NUMBERS, "share"))]
    for each in tallies:
        numbers = [each.counted, *(getattr(each, name) for name in _NUMBERS)]
        lines.append(f"{each.service:<16}" + "".join(f"{n:>11}" for n in numbers) + f"{each.share:>11.1%}")
    return "\n".join(lines)


def together(tallies: Sequence[Tally]) -> Tally:
    """All services as one."""
    return Tally("together", *(sum(getattr(each, name) for each in tallies) for name in _NUMBERS))


_NUMBERS = ("passed", "helped", "differing", "refused", "skipped", "aside")


def _keep(folder: Path, service: str, results: Mapping[str, Result]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(vars(result)) for _, result in sorted(results.items())]
    (folder / f"{service}.jsonl").write_text("\n".join(lines) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.localaws.moto_suite", description=__doc__)
    parser.add_argument("services", nargs="*", metavar="service", choices=[[], *SERVICES], help=", ".join(SERVICES))
    parser.add_argument("--stock", action="store_true", help="against moto's own server, without the record")
    parser.add_argument("--write", action="store_true", help="put on record what is found; say why yourself")
    parser.add_argument("--keep", type=Path, help="folder for every test's result")
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
