"""How much memory the server takes: at rest, while a large object passes, and after queries."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection as Connection
from pathlib import Path
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.athena.conftest import PARQUET, Lake

MOST = 300 << 20
PART, PARTS = 32 << 20, 32
#: nobody looks at the signature
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=localaws/20260101/us-east-1/s3/aws4_request, Signature=0"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("state")) as server:
        yield server


class Peak:
    """The most memory that the process had at once since this was made."""

    def __init__(self, server: Server) -> None:
        self._folder = Path(f"/proc/{server.pid}")
        (self._folder / "clear_refs").write_text("5")  # proc_pid_clear_refs(5): the peak begins anew

    def bytes(self) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


@contextlib.contextmanager
def connected(server: Server) -> Iterator[Connection]:
    """A client without checksums of its own: those of boto3 take longer than all the rest."""
    host, port = server.endpoint.removeprefix("http://").split(":")
    with contextlib.closing(Connection(host, int(port), timeout=60)) as connection:
        yield connection


def part(number: int) -> bytes:
    """Bytes that are no other part's."""
    return sha256(str(number).encode()).digest() * (PART // 32)


@pytest.mark.slow("moves 1 GB in and out, and the server joins the parts between")
def test_a_gigabyte_passes_through_little_memory(server: Server) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="large")
    peak = Peak(server)
    with connected(server) as connection:
        upload(s3, connection)
        check(connection, "/large/k")
    assert peak.bytes() <= MOST


def upload(s3: Any, connection: Connection) -> None:
    """The object of 1 GB is there."""
    begun, parts = s3.create_multipart_upload(Bucket="large", Key="k")["UploadId"], []
    for number in range(1, PARTS + 1):
        connection.request("PUT", f"/large/k?partNumber={number}&uploadId={begun}", part(number), SIGNED)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        parts.append({"PartNumber": number, "ETag": answer.headers["ETag"]})
    s3.complete_multipart_upload(Bucket="large", Key="k", UploadId=begun, MultipartUpload={"Parts": parts})


def check(connection: Connection, path: str) -> None:
    """The object is the one that was uploaded."""
    connection.request("GET", path, headers=SIGNED)
    answer = connection.getresponse()
    for number in range(1, PARTS + 1):
        same = answer.read(PART) == part(number)
        assert same, number  # pytest would show the bytes
    assert answer.read() == b""


def test_an_object_put_at_once_and_copied_passes_too(server: Server) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="whole")
    peak = Peak(server)
    with connected(server) as connection:
        headers = {**SIGNED, "Content-Length": str(PART * 10)}
        connection.request("PUT", "/whole/k", (part(number) for number in range(10)), headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    s3.copy_object(Bucket="whole", Key="copy", CopySource="whole/k")
    assert s3.head_object(Bucket="whole", Key="copy")["ContentLength"] == PART * 10
    assert peak.bytes() <= MOST


def test_little_is_taken_at_rest_and_after_many_queries(server: Server) -> None:
    lake = Lake(server)
    peak = Peak(server)
    assert peak.bytes() <= MOST, "at rest"
    lake.put_parquet("t/a.parquet", {"id": list(range(100_000)), "name": [f"n{i % 100}" for i in range(100_000)]})
    lake.table("t", "id bigint, name string", PARQUET)
    for number in range(30):
        rows = lake.rows(f"SELECT name, count(*) AS n, sum(id) AS s FROM t WHERE id > {number} GROUP BY name")
        assert len(rows) == 101
    assert peak.bytes() <= MOST
