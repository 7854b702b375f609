from __future__ import annotations

from localaws.testing import Server


def test_a_client_of_aws_reaches_it(aws: Server) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="hello")
    s3.put_object(Bucket="hello", Key="a/b", Body=b"1")
    assert s3.get_object(Bucket="hello", Key="a/b")["Body"].read() == b"1"
