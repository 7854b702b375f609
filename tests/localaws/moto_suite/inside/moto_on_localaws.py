"""A pytest plugin for moto's tests: they speak to a server, and wait for what a service does after its answer.

moto does within a request what AWS does after it, and its tests look at once. Here the client waits a little after
such calls, so that a test shows what is done and not how fast.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.client
import botocore.httpsession
import pytest
import requests
from botocore.exceptions import ClientError
from spellings import Spelt  # type: ignore[import-not-found]

_ENDPOINT = os.environ["TEST_SERVER_MODE_ENDPOINT"]
_FIXED = ("http://localhost:5000", "http://127.0.0.1:5000")  # the tests name moto's usual port in places
_PATIENCE = float(os.environ.get("MOTO_SUITE_PATIENCE", "0.4"))
_START = 5 * _PATIENCE  # of a function that has not run yet
_LONGEST = 45  # seconds of one test
#: Operations that AWS answers before their work is done
_GOES_ON = {"PutEvents", "StartReplay"}
_NOTIFIED = {"PutObject", "CopyObject", "DeleteObject", "DeleteObjects", "CompleteMultipartUpload", "RestoreObject"}
_NOTIFIED |= {"PutObjectTagging", "DeleteObjectTagging", "PutObjectAcl"}
_ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}
_asked = [0]
_notifying = [False]
_polling = [False]
_spelt = [Spelt()]


def pytest_configure(config: pytest.Config) -> None:
    """Requests are counted and go to the server; calls whose work goes on are waited for."""
    for mark in ("network", "requires_docker", "aws_verified", "requires_clean_slate"):
        config.addinivalue_line("markers", f"{mark}: moto's own")
    _count_aws()
    _redirect()
    _be_patient()


def _count_aws() -> None:
    plain = botocore.httpsession.URLLib3Session.send

    def send(self: Any, request: Any) -> Any:
        request.url = _here(request.url)
        _asked[0] += request.url.startswith(_ENDPOINT)
        return plain(self, request)

    botocore.httpsession.URLLib3Session.send = send


def _redirect() -> None:
    plain = requests.Session.request

    def request(self: Any, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        url = _here(url)
        if url.endswith("/moto-api/reset-auth"):
            return _authorizes()
        _asked[0] += url.startswith(_ENDPOINT) and "/moto-api" not in url
        return plain(self, method, url, *arguments, **options)

    requests.Session.request = request  # type: ignore[method-assign, assignment]


def _authorizes() -> requests.Response:
    """The tests tell moto when to begin to authorize; localaws always does."""
    answer = requests.Response()
    answer.status_code = 200
    answer._content = b'{"status": "ok", "PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT": "0"}'
    return answer


def _here(url: str) -> str:
    for fixed in _FIXED:
        url = url.replace(fixed, _ENDPOINT)
    return url


def _be_patient() -> None:
    plain = botocore.client.BaseClient._make_api_call

    def call(self: Any, operation: str, parameters: Any) -> Any:
        service = self.meta.service_model.service_name
        if operation == "PutTargets":
            _let_in(self.meta.region_name, parameters)
        if operation == "StartQueryExecution":
            _make_bucket(parameters.get("ResultConfiguration", {}).get("OutputLocation", ""))
        answer = _spelt[0].received(_acknowledged(plain, self, operation, _spelt[0].sent(service, parameters)))
        if operation.startswith("PutBucketNotification"):
            _notifying[0] = True
        if operation == "CreateEventSourceMapping":
            _polling[0] = True
        if operation.startswith("SendMessage") and _polling[0]:
            time.sleep(_START)
        if operation in _GOES_ON or (_notifying[0] and operation in _NOTIFIED):
            time.sleep(_PATIENCE)
        if operation == "StartQueryExecution":
            _await_query(lambda: plain(self, "GetQueryExecution", {"QueryExecutionId": answer["QueryExecutionId"]}))
        return answer

    botocore.client.BaseClient._make_api_call = call


def _acknowledged(plain: Any, client: Any, operation: str, parameters: Any) -> Any:
    """CloudFormation wants IAM resources acknowledged ("Acknowledging IAM resources in CloudFormation templates")."""
    try:
        return plain(client, operation, parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != "InsufficientCapabilitiesException":
            raise type(error)(_spelt[0].received(error.response), operation) from error
        _spelt[0].helped = True
        return plain(client, operation, {**parameters, "Capabilities": ["CAPABILITY_NAMED_IAM"]})


def _let_in(region: str, parameters: Any) -> None:
    """A queue takes events where its policy says so ("Using resource-based policies for Amazon EventBridge")."""
    queues = [target["Arn"] for target in parameters.get("Targets", []) if ":sqs:" in target["Arn"]]
    sqs: Any = boto3.client("sqs", region_name=region) if queues else None
    for arn in queues:
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]}
        with contextlib.suppress(ClientError):  # there are queues that only have a name
            url = sqs.get_queue_url(QueueName=arn.split(":")[5])["QueueUrl"]
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
            _spelt[0].helped = True


def _make_bucket(location: str) -> None:
    """A query's result goes to a bucket that is there ("Specify a query result location")."""
    name = location.removeprefix("s3://").partition("/")[0]
    s3 = boto3.client("s3", region_name="us-east-1")
    if location.startswith("s3://") and name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name)
        _spelt[0].helped = True


def _await_query(look: Any) -> None:
    deadline = time.monotonic() + 20 * _PATIENCE
    while time.monotonic() < deadline and look()["QueryExecution"]["Status"]["State"] not in _ENDED:
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def _one_test() -> Iterator[None]:
    _asked[0] = 0
    _notifying[0] = _polling[0] = False
    _spelt[0] = Spelt()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_LONGEST)
    yield
    signal.alarm(0)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"the test takes longer than {_LONGEST} s")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """One line of JSON for each test, and for each part of it that failed."""
    report = (yield).get_result()
    if report.when == "call" or report.failed or report.skipped:
        outcome = "skipped" if report.skipped else "failed" if report.failed else "passed"
        said = str(call.excinfo.value).strip() if call.excinfo else ""
        kind = call.excinfo.typename if call.excinfo else ""
        line: dict[str, Any] = {"test": item.nodeid, "outcome": outcome, "said": f"{kind}: {said}"[:2000]}
        line |= {"asked": _asked[0], "helped": _spelt[0].helped}
        with Path(os.environ["MOTO_SUITE_REPORT"]).open("a") as file:
            file.write(json.dumps(line) + "\n")
