"""A job run from its arguments to its ledger."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from copperline.contract.order import publication_order
from copperline.errors import CopperlineError, TableFailed, UsageError, expected
from copperline.files.leases import Held
from copperline.files.records import UNROUTED
from copperline.job.arguments import Arguments, resolve
from copperline.job.context import Context
from copperline.job.declare import GoldJob, Job, SilverJob
from copperline.job.failure import FAILURES
from copperline.job.failure import failure as kind_of
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
    guarded(lambda: execute(Context(resolve(), client_factory()), jobs))


def run_tables(package: str) -> None:
    """The tables that `--tables` names hold what is new; their jobs are found in the package by their names."""

    def work() -> None:
        arguments = resolve()
        execute(Context(arguments, client_factory()), find_jobs(package, arguments))

    guarded(work)


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
    try:
        with context.leases.hold(tables, context.run_id) as held:
            _work(context, jobs, held)
    except Exception as error:
        _account_failure(context, tables, error)
        raise
    finally:
        context.docs.finish()


def _work(context: Context, jobs: Sequence[Job], held: Held) -> None:
    silver = [job for job in jobs if isinstance(job, SilverJob)]
    gold = [job for job in jobs if isinstance(job, GoldJob)]
    with stage("job", "settle"):
        for table in publication_order(context.contracts, [job.writes for job in jobs]):
            settle(context, context.contracts[table], held.token(table))
    spent = _phase(context, silver, held, _unrouted(context, held.tokens))
    if _phase(context, gold, held, []) or spent:
        account_cost(context)


def _account_failure(context: Context, tables: Sequence[str], error: Exception) -> None:
    """The ledger of runs has the run that failed, with its sentence, if the ledger can be written at all."""
    try:
        account_run(context, _run(context, tables, error))
    except Exception as other:  # noqa: BLE001 - what went wrong first is what is raised
        say(f"{'ops':<20} has no row of this run: {kind_of(other)}")


def _check_arguments(arguments: Arguments, jobs: Sequence[Job]) -> None:
    """Nobody asks for what would be passed over in silence."""
    if arguments.full_refresh and jobs and not any(isinstance(job, GoldJob) for job in jobs):
        raise UsageError(expected("job arguments", "--full_refresh", "a gold table", "none", "use --reprocess"))
    if arguments.replays and jobs and not any(isinstance(job, SilverJob) for job in jobs):
        raise UsageError(expected("job arguments", "--reprocess", "a silver table", "none", "use --full_refresh"))


def _unrouted(context: Context, tables: Collection[str]) -> list[Prepared]:
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
    order = publication_order(context.contracts, [part.table_id for part in ready])
    ready.sort(key=lambda part: order.index(part.table_id))
    _seal(context, ready, held)
    for part in ready:
        publish(part)
    done = [*ready, *accounted]
    held.check()
    did = account(context, done)
    failure = _together(list(failed.values())) if failed else None
    if did:
        tables = sorted([*(job.writes for job in jobs), *(part.table_id for part in accounted)])
        account_run(context, _run(context, tables, failure))
    mark(context, done, held.tokens)
    if failure:
        raise failure
    return did


def _together(failures: Sequence[CopperlineError]) -> CopperlineError:
    """The first failure, with the sentences of the others."""
    first, *others = failures
    told = [str(first), *(f"{type(other).__name__}: {other}" for other in others)]
    return type(first)("; and ".join(told)) if others else first


def _seal(context: Context, ready: Sequence[Prepared], held: Held) -> None:
    """Each branch is sealed, and names what is published with it: whoever finds one looks for the others."""
    held.check()
    groups: dict[str, list[Prepared]] = {}
    for part in ready:
        if part.branch:
            groups.setdefault(context.contracts[part.table_id].group, []).append(part)
    for parts in groups.values():
        for part in parts:
            part.together = [other.table_id for other in parts]
            with stage(part.table_id, "seal"):
                seal(part, held.token(part.table_id))


def _run(context: Context, tables: Sequence[str], error: Exception | None) -> dict[str, str | None]:
    run = {"run_id": context.run_id, "job": context.arguments.job, "execution": context.arguments.execution}
    told = {**run, "tables": ",".join(tables), "status": "failed" if error else "succeeded"}
    if isinstance(error, CopperlineError):
        return {**told, "reason": f"{type(error).__name__}: {error}"}
    return {**told, "reason": kind_of(error) if error else None}


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
            say(f"{job.writes:<20} held back: {kind_of(error)}")
            return TableFailed(f"{job.writes}: Spark raised {kind_of(error)}; see the run's error log")
        except BaseException as error:
            say(f"{job.writes:<20} broke off: {type(error).__name__}")
            raise

    with ThreadPoolExecutor(AT_ONCE, "table", initializer=context.adopt_thread) as pool:
        ended = dict(zip([job.writes for job in jobs], pool.map(attempt, jobs), strict=True))
    failed = {table: end for table, end in ended.items() if isinstance(end, CopperlineError)}
    return [end for end in ended.values() if isinstance(end, Prepared)], failed


def guarded(work: Callable[[], None]) -> None:
    """A mistake that a person can mend ends in its sentence, without a stack trace.

    The sentence is the run's ErrorMessage, in which the state machine looks for LeaseHeld.
    """
    try:
        work()
    except CopperlineError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def client_factory() -> Callable[[str], Any]:
    """Clients of AWS by the names of their services, each made once."""
    import boto3  # noqa: PLC0415 - here alone

    session, one_at_a_time = boto3.session.Session(), Lock()
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        with one_at_a_time:  # a client is thread-safe, making one is not (boto3, "Session reference")
            if service not in made:
                made[service] = session.client(service)
            return made[service]

    return client
