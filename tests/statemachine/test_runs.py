from __future__ import annotations

import json
import uuid
from time import monotonic, sleep

import pytest

from copperctl.telling import plain
from copperline.quality.report import Outcome, Report
from tests.statemachine.conftest import STACK, Machines, feed


def test_a_run_with_nothing_new_says_nothing(machines: Machines) -> None:
    run = machines.run(machines.plan())
    assert run["status"] == "SUCCEEDED"
    assert machines.states(run["executionArn"])[-1] == "NothingNew"
    machines.hears(0)


def test_a_run_that_succeeds_is_summed_up_with_its_rows(machines: Machines) -> None:
    run = machines.run(machines.plan(feed("shop", "tells.silver", gold=("tells.gold",))))
    assert run["status"] == "SUCCEEDED"
    (message,) = machines.hears(1)
    assert message["Subject"] == f"{STACK}: a run succeeded"
    rows = ("Rows so far:", "- tells.silver: read 3, inserted 3", "- tells.gold: read 3, inserted 3")
    assert message["Message"] == "\n".join([f"Run {run['executionArn']} succeeded.", "", *rows])


def test_a_failed_feed_fails_the_run_with_one_alert_and_the_others_go_on(machines: Machines) -> None:
    bad = f"needs.{uuid.uuid4().hex}"
    word = machines.plan(feed("good", "fine"), feed("bad", "fine", bad, gold=("later",)))
    run = machines.run(word)
    assert (run["status"], run["error"]) == ("FAILED", "FeedFailed")
    by_status = {child["status"]: child for child in machines.pipelines(run["executionArn"])}
    assert set(by_status) == {"SUCCEEDED", "FAILED"}
    (message,) = machines.hears(1)
    (job_run,) = machines.job_runs(bad)
    for part in (f"bad: job {STACK}-batch", job_run["Id"], "the amount column is missing", "No rows were published."):
        assert part in message["Message"]
    assert f"copperctl redrive {by_status['FAILED']['executionArn']}" in message["Message"]
    assert "good" not in message["Message"]
    assert "\nRunbook: docs/runbook.md#a-feed-failed\n" in message["Message"]


def test_the_alert_of_a_failed_audit_carries_its_sentence(machines: Machines) -> None:
    """With all that the sentence may hold: braces, quotes, percent, an address."""
    asked = {"column": "channel", "value_set": ["Loja 1", "d'água"], "regex": r"^[A-Z]{2}\s\"{}$"}
    counts = {"unexpected_count": 3, "element_count": 9}
    report = Report("silver.sales", (Outcome("expect_column_values_to_be_in_set", asked, False, counts),) * 2)
    page = f"s3://{STACK}-docs-123456789012/silver/sales/jr_1.html"
    sentence = f"silver.sales: {report.sentence()}; nothing was published: look at {page}, 33.3 %"
    audited = f"says.{uuid.uuid4().hex}"
    machines.allow(audited, f"AuditFailed: {sentence}")
    run = machines.run(machines.plan(feed("shop", audited)))
    (message,) = machines.hears(1)
    [line] = [line for line in message["Message"].splitlines() if line.startswith("- shop: ")]
    assert f"ended FAILED: SystemExit: AuditFailed: {sentence}. Resume with: copperctl redrive " in line
    assert "got 3 of 9 rows that break it" in line
    assert plain(run["cause"]) == line.removeprefix("- ")
    machines.allow(audited)


def test_a_redriven_feed_runs_what_was_missing_and_tells(machines: Machines) -> None:
    bad, late = f"needs.{uuid.uuid4().hex}", f"late.{uuid.uuid4().hex}"
    done = f"done.{uuid.uuid4().hex}"
    run = machines.run(machines.plan(feed("bad", done, bad, gold=(late,))))
    (child,) = machines.pipelines(run["executionArn"])
    machines.hears(1)
    machines.allow(bad)
    machines.client("stepfunctions").redrive_execution(executionArn=child["executionArn"])
    assert machines.ended(child["executionArn"])["status"] == "SUCCEEDED"
    assert [len(machines.job_runs(tables)) for tables in (done, bad, late)] == [1, 2, 1]
    (message,) = machines.hears(1)
    assert message["Message"].strip('"').startswith(f"Recovered: {child['executionArn']} succeeded after 1 redrive")
    assert message["Message"].strip('"').endswith(" Runbook: docs/runbook.md#recovered")


@pytest.mark.parametrize("reason", ["LeaseHeld", "LeaseLost", "StaleBranch"])
def test_a_feed_that_another_run_got_ahead_of_runs_again_three_times_and_crawls_once(
    machines: Machines, reason: str
) -> None:
    crawler = f"{STACK}-copper-zoop"
    run = machines.run(machines.plan(feed("waiting", f"beaten.{reason}.{uuid.uuid4().hex}", crawlers=(crawler,))))
    assert run["error"] == "FeedFailed"
    rounds = machines.pipelines(run["executionArn"])
    assert [child["status"] for child in rounds] == ["FAILED"] * 4
    assert [json.loads(child["input"])["crawlers"] for child in rounds] == [[crawler], [], [], []]
    (message,) = machines.hears(1)
    assert f"SystemExit: {reason}: " in message["Message"]


def test_a_job_run_that_somebody_stopped_is_a_failure_and_can_be_redriven(machines: Machines) -> None:
    slow = f"slow.{uuid.uuid4().hex}"
    started = machines.start(machines.plan(feed("stopped", slow)))
    until = monotonic() + 30
    while not any(run["JobRunState"] == "RUNNING" for run in machines.job_runs(slow)):
        assert monotonic() < until
        sleep(0.1)
    (job_run,) = machines.job_runs(slow)
    machines.client("glue").batch_stop_job_run(JobName=f"{STACK}-batch", JobRunIds=[job_run["Id"]])
    assert machines.ended(started)["error"] == "FeedFailed"
    (message,) = machines.hears(1)
    assert f"job {STACK}-batch, run {job_run['Id']}" in message["Message"]
    assert "STOPPED" in message["Message"]
    (child,) = machines.pipelines(started)
    machines.allow(slow)
    machines.client("stepfunctions").redrive_execution(executionArn=child["executionArn"])
    assert machines.ended(child["executionArn"])["status"] == "SUCCEEDED"
    assert sorted(run["JobRunState"] for run in machines.job_runs(slow)) == ["STOPPED", "SUCCEEDED"]
    machines.hears(1)


def test_a_failed_crawl_is_a_failure_and_crawls_again_when_redriven(machines: Machines) -> None:
    name, bucket = f"{STACK}-copper-{uuid.uuid4().hex[:8]}", f"late-{uuid.uuid4().hex}"
    glue = machines.client("glue")
    glue.create_crawler(
        Name=name,
        Role=f"arn:aws:iam::123456789012:role/{STACK}-crawler",
        DatabaseName=machines.outputs["CopperDatabase"],
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/feed/"}]},
    )
    run = machines.run(machines.plan(feed("crawled", "fine", crawlers=(name,))))
    assert run["error"] == "FeedFailed"
    (message,) = machines.hears(1)
    assert f"crawler {name}" in message["Message"]
    (child,) = machines.pipelines(run["executionArn"])
    glue.update_crawler(Name=name, Targets={"S3Targets": [{"Path": f"s3://{machines.outputs['CopperBucket']}/feed/"}]})
    machines.client("stepfunctions").redrive_execution(executionArn=child["executionArn"])
    assert machines.ended(child["executionArn"])["status"] == "SUCCEEDED"
    assert glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]["Status"] == "SUCCEEDED"
    machines.hears(1)


def test_trouble_outside_of_feeds_alerts_once(machines: Machines) -> None:
    run = machines.run("broken")
    assert (run["status"], run["error"]) == ("FAILED", "RunFailed")
    (message,) = machines.hears(1)
    said = f"Run {run['executionArn']} failed outside of its feeds: ValueError: copper cannot be listed"
    assert message["Message"].splitlines()[:2] == [said, "Runbook: docs/runbook.md#a-run-failed-outside-of-its-feeds"]
    assert message["Message"].endswith("start a new run.")


def test_a_run_that_somebody_stopped_alerts_by_a_rule(machines: Machines) -> None:
    started = machines.start(machines.plan(feed("slow", f"slow.{uuid.uuid4().hex}")))
    sleep(1)
    machines.client("stepfunctions").stop_execution(executionArn=started)
    assert machines.ended(started)["status"] == "ABORTED"
    (message,) = machines.hears(1)
    assert f"{started} ended ABORTED" in message["Message"]
    assert message["Message"].strip('"').endswith(" Runbook: docs/runbook.md#a-run-ended-from-outside")


def test_a_scheduled_run_gives_way_to_an_older_one_and_a_manual_one_does_not(machines: Machines) -> None:
    slow = machines.start(machines.plan(feed("slow", f"slow.{uuid.uuid4().hex}")))
    nothing = machines.plan()
    scheduled, manual = machines.run(nothing, scheduled=True), machines.run(nothing)
    machines.client("stepfunctions").stop_execution(executionArn=slow)
    machines.ended(slow)
    alone = machines.run(nothing, scheduled=True)
    last = [machines.states(run["executionArn"])[-1] for run in (scheduled, manual, alone)]
    assert last == ["Skipped", "NothingNew", "NothingNew"]
    assert {run["status"] for run in (scheduled, manual, alone)} == {"SUCCEEDED"}
