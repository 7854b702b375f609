"""`docs/localaws/operations.json` has every operation of these services, and what it says is refused is refused.

What is real and what is moto's is a judgement, which no request can tell: these two are not compared with anything,
and how a request that makes no sense is answered, with a failure of the server even, is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from localaws.testing import Server
from tests.localaws import operations

#: Refused only where the thing is there that they are asked for; else that is what is said.
LATER = {("stepfunctions", "StartSyncExecution")}
KEYS = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws"}
ANY = Config(
    parameter_validation=False,
    inject_host_prefix=False,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    max_pool_connections=8,
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may be asked anything: it is thrown away."""
    with Server(tmp_path_factory.mktemp("asked-everything")) as server:
        yield server


@pytest.mark.parametrize("service", operations.services())
def test_no_operation_is_missing(service: str) -> None:
    assert sorted(operations.listed(service)) == sorted(operations.model(service).operation_names)


@pytest.mark.slow("each of some 1,200 operations is asked for once")
@pytest.mark.parametrize("service", operations.services())
def test_what_is_refused_answers_so_and_nothing_else_does(own: Server, service: str) -> None:
    client = boto3.client(service, "us-east-1", endpoint_url=own.endpoint, config=ANY, **KEYS)
    listed = operations.listed(service)
    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip(listed, pool.map(lambda name: answer(client, service, name), listed), strict=True))
    refused = {name for name, code in answers.items() if code == "NotImplemented"}
    expected = {name for name, status in listed.items() if status == "refused" and (service, name) not in LATER}
    assert refused == expected


def answer(client: Any, service: str, name: str) -> str:
    """The code of the error that the least is answered with that the operation can be asked for, if any."""
    shape = operations.model(service).operation_model(name).input_shape
    given = operations.smallest(shape, name.lower())  # no operation is about what another has made
    try:
        getattr(client, xform_name(name))(**given)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except (BotoCoreError, ResponseParserError):
        return ""  # an answer that botocore cannot read, to a question that makes no sense
    return ""


def test_the_pages_show_the_table() -> None:
    """Otherwise: `python -m tests.localaws.operations`."""
    assert [path.name for path, text in operations.pages() if path.read_text() != text] == []
