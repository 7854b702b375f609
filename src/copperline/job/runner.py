"""A job run from its arguments to its ledger."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from copperline.errors import CopperlineError, TableFailed, UsageError, expected
from copperline.files.leases import Held
from copperline.files.records import UNROUTED
from copperline.job.arguments import Arguments, resolve
from copperline.job.context import Context
from copperline.job.declare import GoldJob, Job, SilverJob
from copperline.job.failure import FAILURES, failure
from copperline.job.gold import prepare_gold
from copperline.job.prepared import Prepared, seal
from copperline.job.progress import say, stage
from copperline.job.publish import account, account_cost, account_run, mark, publish
from copperline.job.settle import settle
from copperline.job.silver import prepare_silver

FOLDERS = {"silver": "bronze_to_silver", "gold": "silver_to_gold"}
AT_ONCE = 3  # tables: planning one keeps a single core busy, and each may hold a batch in the cache


def run(*jobs: Job) -> None:
    """The jobs' tables hold what is new, or the process has ended with the reason."""
    _guarded(lambda: execute(Context(resolve(), _client_factory()), jobs))


def run_tables(package: str) -> None:
    """The tables that `--tables` names hold what is new; their jobs are found in the package by their names."""

    def work() -> None:
        arguments = resolve()
        execute(Context(arguments, _client_factory()), find_jobs(package, arguments))

    _guarded(work)


def find_jobs(package: str, arguments: Arguments) -> list[Job]:
    """The declarations of the tables that the arguments name.

    Raises:
        UsageError: one of them has no job.
    """
    jobs: list[Job] = []
    for table in arguments.tables:
        layer, _, stem = table.partition(".")
        if table == UNROUTED:
            continue
        try:
            jobs.append(importlib.import_module(f"{package}.{FOLDERS[layer]}.{stem}").JOB)
        except (KeyError, ModuleNotFoundError) as error:
            raise UsageError(
                expected("job arguments", "--tables", "tables that have a job", table, "mend it")
            ) from error
    return jobs


def execute(context: Context, jobs: Sequence[Job]) -> None:
    """Silver is published before gold is prepared, each under the leases of its tables.

    Raises:
        CopperlineError: a table was held back; those that stand in no group with it are published.
    """
    _check_arguments(context.arguments, jobs)
    tables = sorted({job.writes for job in jobs} | ({UNROUTED} & set(context.arguments.tables)))
    silver = [job for job in jobs if isinstance(job, SilverJob)]
    gold = [job for job in jobs if isinstance(job, GoldJob)]
    with context.leases.hold(tables, context.run_id) as held:
        with stage("job", "settle"):
            for job in jobs:
                settle(context, context.contracts[job.writes], held.token(job.writes))
        spent = _phase(context, silver, held, _unrouted(context, tables))
        if _phase(context, gold, held, []) or spent:
            account_cost(context)


def _check_arguments(arguments: Arguments, jobs: Sequence[Job]) -> None:
    """Nobody asks for what would be passed over in silence."""
    if arguments.full_refresh and jobs and not any(isinstance(job, GoldJob) for job in jobs):
        raise UsageError(expected("job arguments", "--full_refresh", "a gold table", "none", "use --reprocess"))
    if arguments.replays and jobs and not any(isinstance(job, SilverJob) for job in jobs):
        raise UsageError(expected("job arguments", "--reprocess", "a silver table", "none", "use --full_refresh"))


def _unrouted(context: Context, tables: Sequence[str]) -> list[Prepared]:
    """What was delivered for no table at all: refused by name, and accounted for."""
    if UNROUTED not in tables:
        return []
    return [Prepared(UNROUTED, deliveries=context.deliveries.pending(UNROUTED), run_id=context.run_id)]


def _phase(context: Context, jobs: Sequence[Job], held: Held, accounted: list[Prepared]) -> bool:
    """The jobs' tables are prepared, sealed, published, accounted for and marked; whether there was anything to do.

    A publication group is sealed only when all of it has passed its audits. The leases are looked at before
    publication and before the account: whoever took one over settles what is left.
    """
    if not jobs and not accounted:
        return False
    prepared, failed = _prepare(context, jobs, held.tokens)
    held_back = {context.contracts[table].group for table in failed}
    ready = [part for part in prepared if context.contracts[part.table_id].group not in held_back]
    _seal(ready, held)
    for part in ready:
        publish(part)
    done = [*ready, *accounted]
    held.check()
    did = account(context, done)
    if did:
        account_run(context, _run(context, held, "failed" if failed else "succeeded"))
    mark(context, done, held.tokens)
    if failed:
        raise next(iter(failed.values()))
    return did


def _seal(ready: Sequence[Prepared], held: Held) -> None:
    held.check()
    for part in ready:
        if part.branch:
            with stage(part.table_id, "seal"):
                seal(part, held.token(part.table_id))


def _run(context: Context, held: Held, status: str) -> dict[str, str]:
    run = {"run_id": context.run_id, "job": context.arguments.job, "execution": context.arguments.execution}
    return {**run, "tables": ",".join(sorted(held.tokens)), "status": status}


def _prepare(
    context: Context, jobs: Sequence[Job], tokens: Mapping[str, int]
) -> tuple[list[Prepared], dict[str, CopperlineError]]:
    """What each job has prepared, in their order, and why the others have not; some at a time."""

    def attempt(job: Job) -> Prepared | CopperlineError:
        try:
            if isinstance(job, SilverJob):
                return prepare_silver(context, job, tokens[job.writes])
            return prepare_gold(context, job, tokens[job.writes])
        except CopperlineError as error:
            say(f"{job.writes:<20} held back: {error}")
            return error
        except FAILURES as error:
            say(f"{job.writes:<20} held back: {failure(error)}")
            return TableFailed(f"{job.writes}: Spark raised {failure(error)}; see the run's error log")
        except BaseException as error:
            say(f"{job.writes:<20} broke off: {type(error).__name__}")
            raise

    with ThreadPoolExecutor(AT_ONCE, "table", initializer=context.adopt_thread) as pool:
        ended = dict(zip([job.writes for job in jobs], pool.map(attempt, jobs), strict=True))
    failed = {table: end for table, end in ended.items() if isinstance(end, CopperlineError)}
    return [end for end in ended.values() if isinstance(end, Prepared)], failed


def _guarded(work: Callable[[], None]) -> None:
    """A mistake that a person can mend ends in its sentence, without a stack trace.

    The sentence is the run's ErrorMessage, in which the state machine looks for LeaseHeld.
    """
    try:
        work()
    except CopperlineError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def _client_factory() -> Callable[[str], Any]:
    import boto3  # noqa: PLC0415 - here alone

    session, one_at_a_time = boto3.session.Session(), Lock()
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        with one_at_a_time:  # a client is thread-safe, making one is not (boto3, "Session reference")
            if service not in made:
                made[service] = session.client(service)
            return made[service]

    return client
