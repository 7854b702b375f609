from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.iam.conftest import ACCOUNT, NewActor, allow, denied, deny, document, trust, unique


def test_the_keys_of_a_user_are_held_to_its_policies(aws: Server) -> None:
    iam, name, group = aws.client("iam"), unique("user"), unique("group")
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    pair = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
    mine = aws.client("sqs", **pair)
    message = denied(mine.create_queue, QueueName=unique("q"))
    assert message.startswith(f"User: arn:aws:iam::{ACCOUNT}:user/{name} is not authorized to perform: sqs:createqueue")
    own = "arn:aws:sqs:*:*:${aws:username}"
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(allow("sqs:CreateQueue", own)))
    mine.create_queue(QueueName=name)
    iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName=group, PolicyName="p", PolicyDocument=document(allow("sqs:ListQueues")))
    denied(mine.list_queues)
    iam.add_user_to_group(UserName=name, GroupName=group)
    mine.list_queues()
    iam.update_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        mine.list_queues()
    iam.delete_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"])
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        mine.list_queues()
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        aws.client("s3", **pair).list_buckets()


def test_managed_policies_and_what_changes_about_them(aws: Server, actor: NewActor) -> None:
    iam, role = aws.client("iam"), actor()
    glue = role.client("glue")
    denied(glue.get_jobs)
    policy = iam.create_policy(PolicyName=unique("policy"), PolicyDocument=document(allow("glue:GetJobs")))["Policy"]
    iam.attach_role_policy(RoleName=role.name, PolicyArn=policy["Arn"])
    glue.get_jobs()
    iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=document(deny("glue:*")), SetAsDefault=True)
    assert "explicit deny" in denied(glue.get_jobs)
    iam.detach_role_policy(RoleName=role.name, PolicyArn=policy["Arn"])
    role.may(allow("glue:*"))
    glue.get_jobs()


def test_a_boundary_bounds(aws: Server, actor: NewActor) -> None:
    iam, role = aws.client("iam"), actor(allow("*"))
    edge = iam.create_policy(PolicyName=unique("edge"), PolicyDocument=document(allow("glue:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=edge)
    role.client("glue").get_jobs()
    message = denied(role.client("athena").list_work_groups)
    assert message.endswith("because no permissions boundary allows the athena:ListWorkGroups action")


def session(aws: Server, arn: str, sts: Any = None, **more: Any) -> dict[str, str]:
    keys = (sts or aws.client("sts")).assume_role(RoleArn=arn, RoleSessionName="session", **more)["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def test_a_session_policy_bounds(aws: Server, actor: NewActor) -> None:
    keys = session(aws, actor(allow("*")).arn, Policy=document(allow("glue:*")))
    aws.client("glue", **keys).get_jobs()
    assert "because no session policy allows" in denied(aws.client("athena", **keys).list_work_groups)
    with pytest.raises(ClientError, match="NotImplemented"):
        session(aws, actor().arn, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])


def make_role(aws: Server, trusted: str) -> str:
    arn: str = aws.client("iam").create_role(RoleName=unique("target"), AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    return arn


def test_a_role_is_taken_by_whom_it_trusts(aws: Server, actor: NewActor) -> None:
    role = actor()
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    by_name, by_account = make_role(aws, trust(AWS=role.arn)), make_role(aws, trust(**root))
    of_glue = make_role(aws, trust(Service="glue.amazonaws.com"))
    sts = role.client("sts")
    session(aws, by_name, sts)
    assert "no identity-based policy" in denied(sts.assume_role, RoleArn=by_account, RoleSessionName="session")
    assert "no role trust policy" in denied(sts.assume_role, RoleArn=of_glue, RoleSessionName="session")
    role.may(allow("sts:AssumeRole"))
    session(aws, by_account, sts)
    denied(sts.assume_role, RoleArn=of_glue, RoleSessionName="session")
    denied(sts.assume_role, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/none", RoleSessionName="session")


def test_an_external_id_is_looked_at(aws: Server, actor: NewActor) -> None:
    role = actor()
    wanted = {"StringEquals": {"sts:ExternalId": "x1"}}
    body = {"Effect": "Allow", "Principal": {"AWS": role.arn}, "Action": "sts:AssumeRole", "Condition": wanted}
    target = make_role(aws, document(body))
    session(aws, target, role.client("sts"), ExternalId="x1")
    denied(role.client("sts").assume_role, RoleArn=target, RoleSessionName="session", ExternalId="x2")


def test_the_administrator_takes_any_role_that_there_is(aws: Server) -> None:
    session(aws, make_role(aws, trust(Service="glue.amazonaws.com")))
    message = denied(
        aws.client("sts").assume_role, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/none", RoleSessionName="session"
    )
    assert message.endswith("because there is no such role")


def test_a_session_of_a_role_that_is_gone_may_nothing(aws: Server, actor: NewActor) -> None:
    role = actor(allow("*"))
    glue = role.client("glue")
    glue.get_jobs()
    aws.client("iam").delete_role_policy(RoleName=role.name, PolicyName="policy")
    aws.client("iam").delete_role(RoleName=role.name)
    assert f"(there is no role {role.arn})" in denied(glue.get_jobs)


def test_sessions_of_sessions_are_not_emulated(actor: NewActor) -> None:
    with pytest.raises(ClientError, match="does not emulate GetSessionToken"):
        actor(allow("*")).client("sts").get_session_token()


def test_a_topic_and_its_key(aws: Server, actor: NewActor) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    topic = aws.client("sns").create_topic(Name=unique("topic"), Attributes={"KmsMasterKeyId": key})["TopicArn"]
    role = actor(allow("sns:Publish", topic))
    sns = role.client("sns")
    assert "kms:GenerateDataKey" in denied(sns.publish, TopicArn=topic, Message="m")
    role.may(allow("sns:Publish", topic), allow(["kms:GenerateDataKey", "kms:Decrypt"], key))
    sns.publish(TopicArn=topic, Message="m")
    closed = document({"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic})
    aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=closed)
    assert "explicit deny in a resource-based policy" in denied(sns.publish, TopicArn=topic, Message="m")
    assert "explicit deny in a resource-based policy" in denied(aws.client("sns").publish, TopicArn=topic, Message="m")


def test_a_queue_grants(aws: Server, actor: NewActor) -> None:
    role, admin = actor(), aws.client("sqs")
    url = admin.create_queue(QueueName=unique("queue"))["QueueUrl"]
    denied(role.client("sqs").send_message, QueueUrl=url, MessageBody="m")
    body = {"Effect": "Allow", "Principal": {"AWS": role.arn}, "Action": "sqs:SendMessage", "Resource": "*"}
    admin.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(body)})
    role.client("sqs").send_message(QueueUrl=url, MessageBody="m")
    denied(role.client("sqs").receive_message, QueueUrl=url)


def test_a_secret_and_its_key(aws: Server, actor: NewActor) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    made = aws.client("secretsmanager").create_secret(Name=unique("a/secret"), SecretString="x", KmsKeyId=key)
    role = actor(allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:*:*:secret:{made['Name']}-??????"))
    secrets = role.client("secretsmanager")
    assert "kms:Decrypt" in denied(secrets.get_secret_value, SecretId=made["Name"])
    context = {"StringEquals": {"kms:EncryptionContext:SecretARN": made["ARN"]}}
    aws.client("iam").put_role_policy(
        RoleName=role.name, PolicyName="key", PolicyDocument=document(allow("kms:Decrypt", Condition=context))
    )
    assert secrets.get_secret_value(SecretId=made["Name"])["SecretString"] == "x"


def test_errors_are_those_of_the_services(actor: NewActor) -> None:
    role = actor()
    expected = {
        ("glue", "get_jobs"): ("AccessDeniedException", 400),
        ("dynamodb", "list_tables"): ("AccessDeniedException", 400),
        ("lambda", "list_functions"): ("AccessDeniedException", 403),
        ("scheduler", "list_schedules"): ("AccessDeniedException", 403),
        ("sqs", "list_queues"): ("AccessDenied", 403),
        ("sns", "list_topics"): ("AuthorizationError", 403),
        ("cloudwatch", "list_metrics"): ("AccessDenied", 403),
        ("cloudformation", "list_stacks"): ("AccessDenied", 403),
        ("iam", "list_roles"): ("AccessDenied", 403),
        ("s3", "list_buckets"): ("AccessDenied", 403),
        ("ec2", "describe_vpcs"): ("UnauthorizedOperation", 403),
    }
    for (service, method), (code, status) in expected.items():
        with pytest.raises(ClientError) as caught:
            getattr(role.client(service), method)()
        answer = caught.value.response
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), service
        assert "is not authorized to perform" in answer["Error"]["Message"], service


def test_the_ledger_says_who_needs_what_and_who_has_more(aws: Server, actor: NewActor) -> None:
    role = actor(
        allow(["glue:GetJobs", "glue:GetCrawlers"], Sid="needed"),
        allow("athena:*", "arn:aws:athena:*:*:workgroup/none", Sid="spare"),
    )
    role.client("glue").get_jobs()
    denied(role.client("athena").list_work_groups)
    assert role.used() == {("glue:GetJobs", "*")}
    mine = [entry for entry in role.report("unused") if entry["role"] == role.name]
    assert mine == [
        {
            "role": role.name,
            "policy": "policy",
            "statement": "needed",
            "actions": ["glue:getcrawlers"],
            "resources": [],
        },
        {
            "role": role.name,
            "policy": "policy",
            "statement": "spare",
            "actions": ["athena:*"],
            "resources": ["arn:aws:athena:*:*:workgroup/none"],
        },
    ]
    reason = "because no identity-based policy allows the athena:ListWorkGroups action"
    assert [role.name, "athena:ListWorkGroups", "*", reason, 1] in role.report("denied")


def test_a_restart_forgets_neither_decisions_nor_sessions(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        iam = server.client("iam")
        arn = iam.create_role(RoleName="keeper", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
        iam.put_role_policy(RoleName="keeper", PolicyName="p", PolicyDocument=document(allow("glue:GetJobs")))
        keys = session(server, arn)
        server.client("glue", **keys).get_jobs()
    lines = [json.loads(line) for line in (tmp_path / "iam" / "decisions.jsonl").read_text().splitlines()]
    assert lines == [{"allowed": ["keeper", "glue:GetJobs", "*"]}]
    with Server(tmp_path) as server:
        server.client("glue", **keys).get_jobs()
        denied(server.client("glue", **keys).get_crawlers)
