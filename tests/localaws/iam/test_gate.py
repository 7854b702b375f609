from __future__ import annotations

from localaws.testing import Server
from tests.localaws.iam.conftest import ACCOUNT, NewActor, allow, denied, deny, unique

REGION = f"us-east-1:{ACCOUNT}"


def test_s3(aws: Server, actor: NewActor, bucket: str) -> None:
    role = actor(
        allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*"),
        allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition={"StringLike": {"s3:prefix": ["in/*"]}}),
        deny("s3:*", f"arn:aws:s3:::{bucket}/secret/*"),
    )
    admin = aws.client("s3")
    for key in ("in/a", "secret/a"):
        admin.put_object(Bucket=bucket, Key=key, Body=b"1")
    other = unique("iam-other")
    admin.create_bucket(Bucket=other)
    s3 = role.client("s3")
    s3.get_object(Bucket=bucket, Key="in/a")
    s3.put_object(Bucket=bucket, Key="in/b", Body=b"")
    s3.list_objects_v2(Bucket=bucket, Prefix="in/")
    message = denied(s3.get_object, Bucket=other, Key="x")
    assert message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{role.name}/session is not authorized to perform: s3:GetObject "
        f"on resource: arn:aws:s3:::{other}/x because no identity-based policy allows the s3:GetObject action"
    )
    assert denied(s3.get_object, Bucket=bucket, Key="secret/a").endswith(
        "with an explicit deny in an identity-based policy"
    )
    denied(s3.list_objects_v2, Bucket=bucket)
    denied(s3.delete_object, Bucket=bucket, Key="in/a")
    assert denied(s3.head_object, Bucket=bucket, Key="secret/a") == "Forbidden"


def test_json_services(aws: Server, actor: NewActor) -> None:
    ok, no, topic, machine = unique("ok"), unique("no"), unique("topic"), unique("machine")
    role = actor(
        allow("glue:GetJob", f"arn:aws:glue:{REGION}:job/{ok}"),
        allow("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:workgroup/primary"),
        allow("sns:Publish", f"arn:aws:sns:{REGION}:{topic}"),
        allow("states:StartExecution", f"arn:aws:states:{REGION}:stateMachine:{machine}"),
    )
    glue, sns = role.client("glue"), role.client("sns")
    for name in (ok, no):
        aws.client("glue").create_job(
            Name=name, Role=role.arn, Command={"Name": "glueetl", "ScriptLocation": "s3://a/b"}
        )
    glue.get_job(JobName=ok)
    message = denied(glue.get_job, JobName=no)
    assert f"glue:GetJob on resource: arn:aws:glue:{REGION}:job/{no} because no identity-based policy" in message
    arn = aws.client("sns").create_topic(Name=topic)["TopicArn"]
    sns.publish(TopicArn=arn, Message="m")
    assert "SNS:Publish on resource" in denied(sns.publish, TopicArn=arn + "x", Message="m")
    denied(role.client("stepfunctions").start_execution, stateMachineArn=f"arn:aws:states:{REGION}:stateMachine:other")
