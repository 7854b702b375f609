"""The public surface: commands, options and exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.exceptions import ClientError

from copperctl import cli, execute, job_runs
from copperctl.aws import Aws
from tests.copperctl.conftest import Command

COMMANDS = {
    "up": {"--state", "--port", "--json"},
    "down": {"--state", "--delete"},
    "run": {"--state", "--data", "--held", "--reprocess", "--from", "--to", "--full-refresh", "--table"},
    "status": {"--state"},
    "query": {"sql", "--state", "--database", "--csv", "--json"},
    "ledger": {"--state", "--run", "--table", "--csv", "--json"},
    "logs": {"run_id", "--state", "--errors"},
    "redrive": {"execution", "--state"},
    "history": {"table", "--state", "--csv", "--json"},
    "rollback": {"table", "--state", "--to", "--run", "--yes"},
    "maintain": {"--state", "--table", "--apply"},
    "generate": {"folder", "--rows", "--seed", "--days", "--dirt"},
    "doctor": set(),
    "deploy": {"--stack", "--email", "--parameter", "--yes"},
    "delete": {"--stack", "--with-data", "--yes"},
    "quarantine list": {"--state", "--table", "--all"},
    "quarantine show": {"row", "--state"},
    "quarantine fix": {"rows", "--state", "--set", "--patch"},
    "quarantine discard": {"rows", "--state", "--reason"},
    "quarantine replay": {"--state", "--table"},
    "contract diff": {"table", "--state", "--against", "--all"},
}


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands by their names, those of a group behind its own."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_commands_and_options_are_what_anyone_may_rely_on() -> None:
    found = {
        name: {
            parameter.opts[0] if parameter.param_type_name == "option" else parameter.name
            for parameter in command.params
            if parameter.name != "help"
        }
        for name, command in commands(typer.main.get_command(cli.app))
    }
    assert found == COMMANDS


#: Arguments, the exit code, and what the one sentence on standard error must say.
MISTAKES = [
    (["nonsense"], 2, "No such command 'nonsense'"),
    (["run", "--nonsense"], 2, "No such option: --nonsense"),
    (["up", "--port", "70000"], 2, "Invalid value for '--port'"),
    (
        ["status", "--state", "{none}"],
        2,
        "a directory in which an instance runs, got none; start it with",
    ),
    (["logs", "jr_1", "--state", "{none}"], 2, "got none; start it with `copperctl up --state {none}`"),
    (["down", "--delete", "--state", "{home}"], 2, "expected a directory that `copperctl up` made"),
    (["generate", "{none}", "--rows", "0"], 2, "generate: --rows: expected at least 1, got 0"),
    (["generate", "{none}", "--dirt", "-1"], 2, "generate: --dirt: expected at least 0, got -1"),
    (["generate", "{file}", "--rows", "1"], 3, "name a place that can be read and written"),
    (["up", "--state", "{file}"], 3, "expected a directory that can be written, got File exists"),
    (["query", "no_such_query", "--state", "{state}"], 2, "expected one of ten_lowest_stocks, top_10_products"),
    (["query", " ", "--state", "{state}"], 2, "expected a statement or the name of a named query, got nothing"),
    (["query", "SELECT 1", "--csv", "--json", "--state", "{state}"], 2, "options: --csv, --json: expected one of them"),
    (["ledger", "--csv", "--json", "--state", "{state}"], 2, "expected one of them, got both; leave one out"),
    (["query", "SELECT * FRM sales", "--state", "{state}"], 3, "Athena: SYNTAX_ERROR: line 1:"),
    (["query", "SELECT 1 FROM nowhere", "--database", "silver", "--state", "{state}"], 3, "copperline_silver.nowhere"),
    (["ledger", "--run", "jr_none", "--state", "{state}"], 2, "expected a run and a table that it has, got none such"),
    (["logs", "jr_none", "--state", "{state}"], 2, "expected the id of a job run, or how one begins, got jr_none"),
    (["history", "nothing", "--state", "{state}"], 2, "TABLE: expected one of silver.sales, for example, once it"),
    (["rollback", "silver.sales", "--yes", "--state", "{state}"], 2, "expected one of silver.sales, for example"),
    (["rollback", "silver.sales", "--to", "1", "--run", "jr", "--state", "{state}"], 2, "got both; leave one out"),
    (["redrive", "nobody", "--state", "{state}"], 2, "expected an ARN or a name, got nobody, which is not there"),
    (["redrive", "arn:aws:nobody", "--state", "{state}"], 2, "expected an ARN or a name, got arn:aws:nobody"),
    (["run", "--data", "{none}", "--state", "{state}"], 2, "expected a folder of <feed>/<table>/<file>, got nothing"),
    (["run", "--data", "{file}", "--state", "{state}"], 2, "expected a folder of <feed>/<table>/<file>, got a file"),
    (["up", "--port", "1", "--state", "{state}"], 2, "where it runs, got 1; leave the port out"),
    (["deploy", "--email", "nobody"], 2, "deploy: --email: expected an address, got nobody"),
    (["deploy", "--parameter", "nothing"], 2, "deploy: --parameter: expected Key=Value, got nothing"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_ends_in_one_sentence(
    copperctl: Command, state: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "file").touch()
    places = {"none": tmp_path / "none", "file": tmp_path / "file", "home": tmp_path, "state": state}
    ended = copperctl(*[argument.format(**places) for argument in arguments])
    told = " ".join(ended.err.replace("│", " ").split())
    assert ended.code == code, ended.err
    assert words.format(**places) in told
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_without_a_command_there_is_help(copperctl: Command) -> None:
    ended = copperctl()
    assert ended.code == 2
    assert "redrive" in ended.out + ended.err


def test_an_answer_comes_as_table_csv_and_json(copperctl: Command, state: Path) -> None:
    sql = "SELECT 1 AS n, DECIMAL '1.50' AS d, 'a,b' AS t, CAST(NULL AS varchar) AS nothing"
    lines = copperctl("query", sql, "--state", state).out.splitlines()
    assert [cell.strip() for cell in lines[3].strip("│").split("│")] == ["1", "1.50", "a,b", ""]
    assert copperctl("query", sql, "--csv", "--state", state).out == 'n,d,t,nothing\n1,1.50,"a,b",\n'
    assert json.loads(copperctl("query", sql, "--json", "--state", state).out) == [
        {"n": 1, "d": "1.50", "t": "a,b", "nothing": None}
    ]


def test_a_ledger_that_was_never_written_is_empty(copperctl: Command, state: Path) -> None:
    ended = copperctl("ledger", "--csv", "--state", state)
    assert (ended.code, len(list(csv.reader(io.StringIO(ended.out))))) == (0, 1)
    assert "Nothing was accounted for yet: `copperctl run" in ended.err


def test_nothing_new_is_said(copperctl: Command, state: Path) -> None:
    ended = copperctl("run", "--state", state)
    assert ended.code == 0
    assert [line.split()[-1] for line in ended.out.splitlines()[:2]] == ["Promote", "Plan"]
    assert "Nothing new was delivered: nothing was run and nothing has changed." in ended.out


def test_who_stops_watching_is_told_that_the_execution_goes_on(
    copperctl: Command, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(execute.Watch, "until_it_ends", interrupted)
    ended = copperctl("run", "--state", state)
    assert ended.code == 130
    assert ended.err == "No longer watched: the execution goes on; `copperctl status` says how far it is.\n"


def test_a_failed_execution_is_shown_with_what_resumes_it(copperctl: Command, state: Path, aws: Aws) -> None:
    told = {"feed": "zoop", "execution": "made-up", "crawlers": [], "gold": [], "warehouses": []}
    silver = [{"job": "copperline-nothing", "tables": "silver.sales"}]
    started = aws.client("stepfunctions").start_execution(
        stateMachineArn=aws.output("PipelineArn"), input=json.dumps(told | {"silver": silver})
    )
    arn = started["executionArn"]
    with pytest.raises(execute.RunFailed):
        execute.follow(aws, arn, began=started["startDate"])
    shown = copperctl("status", "--state", state)
    assert shown.code == 0
    assert f"  copperctl redrive {arn} --state {state}" in shown.out.splitlines()
    for named in ([], [arn], [arn.rpartition(":")[2]]):
        again = copperctl("redrive", *named, "--state", state)
        assert again.code == 1, again.err
        assert "pipeline        redriven" in again.out
        assert again.out.count("BronzeToSilver") <= 1, "what was told before the redrive is not told again"
        assert again.err.startswith("copperctl: Glue.")
        assert again.err.count("\n") == 1


def test_only_what_failed_is_redriven(copperctl: Command, state: Path, aws: Aws) -> None:
    states = aws.client("stepfunctions")
    empty = {"feed": "zoop", "execution": "x", "crawlers": [], "silver": [], "gold": [], "warehouses": []}
    started = states.start_execution(stateMachineArn=aws.output("PipelineArn"), input=json.dumps(empty))
    execute.follow(aws, started["executionArn"], began=started["startDate"])
    ended = copperctl("redrive", started["executionArn"], "--state", state)
    assert (ended.code, "expected an execution that failed, got SUCCEEDED" in ended.err) == (2, True)
    medallion = execute.execute(aws)
    ended = copperctl("redrive", medallion.arn, "--state", state)
    assert (ended.code, "expected an execution with a failed pipeline, got none" in ended.err) == (2, True)


def test_a_job_run_is_found_by_how_its_id_begins_and_its_words_are_shown(
    copperctl: Command, state: Path, aws: Aws
) -> None:
    bucket, glue = aws.output("CopperBucket").replace("copper-", "artifacts-"), aws.client("glue")
    script = b"import sys\nprint('silver.sales  read  1.50 s')\nprint('aside', file=sys.stderr)\n"
    aws.client("s3").put_object(Bucket=bucket, Key="artifacts/told.py", Body=script)
    batch = glue.get_job(JobName="copperline-batch")["Job"]
    kept = ("Role", "GlueVersion", "WorkerType", "NumberOfWorkers")
    glue.create_job(
        Name="copperline-told",
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/artifacts/told.py"},
        DefaultArguments={"--custom-logGroup-prefix": "/aws-glue/copperline"},
        **{name: batch[name] for name in kept},
    )
    run_id = glue.start_job_run(JobName="copperline-told")["JobRunId"]
    while (run := glue.get_job_run(JobName="copperline-told", RunId=run_id)["JobRun"])["JobRunState"] in (
        "STARTING",
        "RUNNING",
    ):
        pass
    assert run["JobRunState"] == "SUCCEEDED", run
    assert copperctl("logs", run_id[:15], "--state", state).out == "silver.sales  read  1.50 s\n"
    assert copperctl("logs", run_id, "--errors", "--state", state).out.splitlines()[-1:] == ["aside"]
    from copperctl.accounts import seconds

    assert seconds(aws, [run_id]) == {(run_id, "silver.sales"): 1.5}
    assert job_runs.latest(aws, 1)[0]["Id"] == run_id
    assert run_id[:15] in copperctl("status", "--state", state).out


def test_what_aws_refuses_is_one_sentence(copperctl: Command, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Aws) -> None:
        raise ClientError({"Error": {"Code": "LimitExceeded", "Message": "too many"}}, "StartExecution")

    monkeypatch.setattr(execute, "execute", refuse)
    ended = copperctl("run", "--state", state)
    assert (ended.code, ended.err) == (1, "copperctl: AWS answered StartExecution with LimitExceeded: too many\n")
