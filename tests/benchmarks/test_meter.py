from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from benchmarks.meter import Passed, meter
from localaws.testing import Server

BODY = b"x" * 3_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("metered")) as server:
        server.client("s3").create_bucket(Bucket="bucket")
        yield server


def s3(address: str) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=address, config=config, **keys)


def test_bytes_and_objects_are_counted_each_way(server: Server) -> None:
    with meter(server.endpoint) as (address, passed):
        client = s3(address)
        client.put_object(Bucket="bucket", Key="put", Body=b"12345")
        client.put_object(Bucket="bucket", Key="other", Body=b"123")
        assert client.get_object(Bucket="bucket", Key="put")["Body"].read() == b"12345"
        assert client.get_object(Bucket="bucket", Key="put", Range="bytes=1-2")["Body"].read() == b"23"
        client.head_object(Bucket="bucket", Key="other")
        with pytest.raises(client.exceptions.ClientError):
            client.head_object(Bucket="bucket", Key="nowhere")
        client.close()
    assert passed.read == 7
    assert passed.written >= 8  # with the checksums that a client sends along
    assert passed.touched == {"/bucket/put", "/bucket/other"}


def test_what_a_reader_hangs_up_on_is_not_counted(server: Server) -> None:
    server.client("s3").put_object(Bucket="bucket", Key="large", Body=BODY)
    url = server.client("s3").generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "large"})
    with meter(server.endpoint) as (address, passed):
        place = urlsplit(address)
        connection = HTTPConnection(str(place.hostname), place.port)
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        connection.request("GET", url.removeprefix(server.endpoint))
        assert connection.getresponse().read(1000) == BODY[:1000]
        connection.close()
    assert 1000 <= passed.read < len(BODY)


def test_nothing_passed_nothing_counted(server: Server, tmp_path: Path) -> None:
    with meter(server.endpoint) as (_, passed):
        pass
    assert (passed.read, passed.written, passed.requests, passed.touched) == (0, 0, 0, set())
    assert Passed().touched is not passed.touched


def test_a_body_in_chunks_is_counted_without_its_frames(server: Server) -> None:
    url = server.client("s3").generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "chunked"})
    with meter(server.endpoint) as (address, passed):
        place = urlsplit(address)
        connection = HTTPConnection(str(place.hostname), place.port)
        body = iter([b"12345", b"678"])
        connection.request("PUT", url.removeprefix(server.endpoint), body=body, encode_chunked=True)
        assert connection.getresponse().status == 200
        connection.close()
    assert passed.written == 8
    assert server.client("s3").get_object(Bucket="bucket", Key="chunked")["Body"].read() == b"12345678"
