"""Policies as tables: (policy, request) → decision."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.iam.language.context import Context
from localaws.iam.language.decisions import Grants, ResourcePolicy, decide
from localaws.iam.language.documents import Ask, read
from localaws.iam.language.principals import Principal

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/promote"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/promote/s"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
WHO = Principal("role", ACCOUNT, SESSION, ROLE, "AROA1:s", name="promote")
FACTS: dict[str, Any] = {
    "aws:SecureTransport": "true",
    "aws:SourceIp": "10.1.2.3",
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalArn": ROLE,
    "aws:CurrentTime": "2026-03-01T12:00:00+00:00",
    "s3:prefix": "in/a",
    "s3:max-keys": "10",
    "aws:TagKeys": ["team", "cost"],
    "s3:VersionId": None,
    "aws:userid": "AROA1:s",
}
CONTEXT = Context(FACTS, {"aws:RequestTag/": {"team": "data"}.get})


def statement(effect: str, action: Any, resource: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    body = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return body | ({"Condition": condition} if condition else {})


def policy(*statements: dict[str, Any], version: str = "2012-10-17", name: str = "p") -> Any:
    return read(json.dumps({"Version": version, "Statement": list(statements)}), name)


def decided(*statements: dict[str, Any], action: str = "s3:GetObject", resource: str = "arn:aws:s3:::b/k") -> str:
    made = decide(Ask(action, resource, CONTEXT), WHO, Grants((policy(*statements),)))
    if made.allowed:
        return "allow"
    return (
        "deny"
        if made.reason.startswith("with an explicit deny")
        else "nobody allows"
        if "because no " in made.reason
        else made.reason
    )


ALLOW_ALL = statement("Allow", "*", "*")


@pytest.mark.parametrize(
    ("action", "resource", "outcome"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/k", "allow"),
        ("S3:getobject", "arn:aws:s3:::b/k", "allow"),
        ("s3:Get*", "arn:aws:s3:::b/*", "allow"),
        ("s3:GetObjec?", "arn:aws:s3:::?/k", "allow"),
        ("*", "*", "allow"),
        ("s3:*", "arn:aws:s3:::*", "allow"),
        (["s3:PutObject", "s3:GetObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"], "allow"),
        ("s3:GetObject", "arn:*:s3:::b/k", "allow"),
        ("s3:GetObject", "arn:aws:s3:::B/k", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3:::b", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3*", "nobody allows"),
        ("s3:Get", "*", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalAccount}/k", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3:::b/${s3:prefix}", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username}", "nobody allows"),
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username, 'k'}", "allow"),
        ("s3:GetObject", "arn:aws:s3:::b/${*}", "nobody allows"),
    ],
)
def test_actions_and_resources(action: Any, resource: Any, outcome: str) -> None:
    assert decided(statement("Allow", action, resource)) == outcome


@pytest.mark.parametrize(
    ("operator", "key", "values", "outcome"),
    [
        ("StringEquals", "s3:prefix", "in/a", True),
        ("StringEquals", "S3:PREFIX", ["x", "in/a"], True),
        ("StringEquals", "s3:prefix", "IN/A", False),
        ("StringEquals", "s3:prefix", "in/*", False),
        ("StringEqualsIgnoreCase", "s3:prefix", "IN/A", True),
        ("StringLike", "s3:prefix", "in/*", True),
        ("StringLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*", True),
        ("StringNotLike", "s3:prefix", ["in/*", "x"], False),
        ("StringNotLike", "s3:prefix", ["out/*", "x"], True),
        ("StringNotEquals", "s3:VersionId", "1", True),
        ("StringEquals", "s3:VersionId", "1", False),
        ("StringEqualsIfExists", "s3:VersionId", "1", True),
        ("StringEqualsIfExists", "s3:prefix", "1", False),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/pro*", True),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/pro*", True),
        ("ArnLike", "aws:PrincipalArn", "arn:*:role/promote", False),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:user/*", True),
        ("NumericLessThanEquals", "s3:max-keys", "10", True),
        ("NumericLessThan", "s3:max-keys", 10, False),
        ("NumericGreaterThan", "s3:max-keys", "9.5", True),
        ("NumericEquals", "s3:prefix", "10", False),
        ("NumericNotEquals", "s3:max-keys", "11", True),
        ("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", True),
        ("DateLessThan", "aws:CurrentTime", "1767225600", False),
        ("Bool", "aws:SecureTransport", "false", False),
        ("Bool", "aws:SecureTransport", True, True),
        ("IpAddress", "aws:SourceIp", ["192.168.0.0/16", "10.0.0.0/8"], True),
        ("NotIpAddress", "aws:SourceIp", "10.1.2.3", False),
        ("Null", "s3:VersionId", "true", True),
        ("Null", "s3:prefix", "true", False),
        ("Null", "s3:prefix", "false", True),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["team", "cost", "x"], True),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["team"], False),
        ("ForAllValues:StringEquals", "s3:VersionId", ["x"], True),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["team"], True),
        ("ForAnyValue:StringEquals", "s3:VersionId", ["x"], False),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["team"], True),
        ("ForAllValues:StringNotLike", "aws:TagKeys", ["t*"], False),
        ("StringEquals", "aws:RequestTag/team", "data", True),
        ("StringEquals", "aws:RequestTag/other", "data", False),
        ("StringEquals", "aws:SourceVpce", "vpce-1", False),
    ],
)
def test_conditions(operator: str, key: str, values: Any, outcome: bool) -> None:
    made = decided(statement("Allow", "*", "*", {operator: {key: values}}))
    assert made == ("allow" if outcome else "nobody allows")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"StringFoo": {"s3:prefix": "x"}}, "localaws does not know the condition operator StringFoo"),
        ({"ForEachValue:StringEquals": {"s3:prefix": "x"}}, "condition operator ForEachValue:StringEquals"),
        ({"StringEquals": {"glue:VpcIds": "x"}}, "localaws does not know the condition key glue:VpcIds"),
        ({"Null": {"aws:ResourceTag/team": "true"}}, "condition key aws:ResourceTag/team"),
    ],
)
def test_what_is_not_known_denies_and_says_so(condition: Any, words: str) -> None:
    assert words in decided(statement("Allow", "*", "*", condition))
    assert words in decided(ALLOW_ALL, statement("Deny", "*", "*", condition, Sid="guard"))
    assert "statement guard" in decided(ALLOW_ALL, statement("Deny", "*", "*", condition, Sid="guard"))


def test_what_is_not_known_does_not_matter_where_something_else_decides() -> None:
    unknown = {"StringEquals": {"glue:VpcIds": "x"}}
    assert decided(ALLOW_ALL, statement("Allow", "*", "*", unknown)) == "allow"
    assert decided(ALLOW_ALL, statement("Deny", "s3:PutObject", "*", unknown)) == "allow"
    assert (
        decided(ALLOW_ALL, statement("Deny", "*", "*", unknown | {"Bool": {"aws:SecureTransport": "false"}})) == "allow"
    )
    assert decided(ALLOW_ALL, statement("Deny", "*", "*", unknown), statement("Deny", "*", "*")) == "deny"


def test_not_action_and_not_resource() -> None:
    but = {"Effect": "Allow", "NotAction": ["s3:Delete*"], "NotResource": ["arn:aws:s3:::secret/*"]}
    assert decided(but) == "allow"
    assert decided(but, action="s3:DeleteObject") == "nobody allows"
    assert decided(but, resource="arn:aws:s3:::secret/k") == "nobody allows"


def test_old_documents_have_no_variables() -> None:
    same = statement("Allow", "*", "arn:aws:s3:::b/${aws:PrincipalAccount}")
    for version, outcome in (("2012-10-17", True), ("2008-10-17", False)):
        ask = Ask("s3:GetObject", f"arn:aws:s3:::b/{ACCOUNT}", CONTEXT)
        assert decide(ask, WHO, Grants((policy(same, version=version),))).allowed is outcome


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"Statement": [{"Effect": "Maybe", "Action": "*"}]}', '{"Version": "2020-01-01", "Statement": []}'],
)
def test_a_document_that_cannot_be_read_denies_and_says_so(text: str) -> None:
    made = decide(Ask("s3:GetObject", "*", CONTEXT), WHO, Grants((policy(ALLOW_ALL), read(text, "broken"))))
    assert not made.allowed
    assert "broken" in made.reason


NOTHING: tuple[Any, ...] = ()
EVERYTHING = (policy(ALLOW_ALL),)
ELSE = (policy(statement("Allow", "sqs:*", "*")),)


@pytest.mark.parametrize(
    ("principal", "who", "identity", "boundary", "outcome"),
    [
        ({"AWS": ROLE}, WHO, NOTHING, None, True),
        ({"AWS": SESSION}, WHO, NOTHING, None, True),
        ("*", WHO, NOTHING, None, True),
        ({"AWS": ["*"]}, WHO, NOTHING, None, True),
        ({"AWS": ROOT}, WHO, NOTHING, None, False),
        ({"AWS": ACCOUNT}, WHO, EVERYTHING, None, True),
        ({"AWS": f"{ROLE}x"}, WHO, NOTHING, None, False),
        ({"AWS": ROLE}, WHO, NOTHING, ELSE, False),
        ({"AWS": SESSION}, WHO, NOTHING, ELSE, True),
        ("*", WHO, NOTHING, ELSE, True),
        ({"Service": "events.amazonaws.com"}, WHO, NOTHING, None, False),
        (
            {"Service": "events.amazonaws.com"},
            Principal("service", service="events.amazonaws.com"),
            NOTHING,
            None,
            True,
        ),
        ({"Service": ["s3.amazonaws.com"]}, Principal("service", service="events.amazonaws.com"), NOTHING, None, False),
        ({"AWS": ROOT}, Principal("service", service="events.amazonaws.com"), NOTHING, None, False),
        ("*", Principal("anonymous"), NOTHING, None, True),
        ({"AWS": ROOT}, Principal("anonymous"), NOTHING, None, False),
    ],
)
def test_what_a_resources_policy_grants(
    principal: Any, who: Principal, identity: Any, boundary: Any, outcome: bool
) -> None:
    resource = ResourcePolicy(policy(statement("Allow", "*", "*", Principal=principal)))
    made = decide(Ask("s3:GetObject", "arn:aws:s3:::b/k", CONTEXT), who, Grants(identity, boundary), resource)
    assert made.allowed is outcome


@pytest.mark.parametrize(
    ("element", "outcome"),
    [
        ({"Principal": "*"}, False),
        ({"Principal": {"AWS": ROOT}}, False),
        ({"Principal": {"AWS": ROLE}}, False),
        ({"Principal": {"AWS": ROLE + "x"}}, True),
        ({"NotPrincipal": {"AWS": [ROOT, ROLE, SESSION]}}, True),
        ({"NotPrincipal": {"AWS": [ROOT, ROLE]}}, False),
        ({"NotPrincipal": {"AWS": ROLE + "x"}}, False),
    ],
)
def test_whom_a_resources_policy_denies(element: Any, outcome: bool) -> None:
    resource = ResourcePolicy(policy(statement("Deny", "*", "*", **element)))
    made = decide(Ask("s3:GetObject", "arn:aws:s3:::b/k", CONTEXT), WHO, Grants(EVERYTHING), resource)
    assert made.allowed is outcome
    assert outcome or made.reason == "with an explicit deny in a resource-based policy"


@pytest.mark.parametrize(
    ("principal", "identity", "reason"),
    [
        ({"AWS": ROOT}, EVERYTHING, ""),
        ({"AWS": ROOT}, NOTHING, "because no identity-based policy allows the kms:Decrypt action"),
        ({"AWS": ROLE}, NOTHING, ""),
        ({"AWS": ROLE + "x"}, EVERYTHING, "because no resource-based policy allows the kms:Decrypt action"),
    ],
)
def test_a_keys_policy_must_allow(principal: Any, identity: Any, reason: str) -> None:
    key = ResourcePolicy(policy(statement("Allow", "kms:*", "*", Principal=principal)), must_allow=True)
    made = decide(Ask("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1", CONTEXT), WHO, Grants(identity), key)
    assert (made.allowed, made.reason) == (not reason, reason)


@pytest.mark.parametrize(
    ("boundary", "session", "reason"),
    [
        (None, None, ""),
        (EVERYTHING, EVERYTHING, ""),
        (ELSE, None, "because no permissions boundary allows the s3:GetObject action"),
        (EVERYTHING, ELSE, "because no session policy allows the s3:GetObject action"),
        ((policy(statement("Deny", "*", "*")),), None, "with an explicit deny in a permissions boundary"),
        (None, (policy(statement("Deny", "*", "*")),), "with an explicit deny in a session policy"),
    ],
)
def test_boundaries_and_session_policies(boundary: Any, session: Any, reason: str) -> None:
    made = decide(Ask("s3:GetObject", "*", CONTEXT), WHO, Grants(EVERYTHING, boundary, session))
    assert (made.allowed, made.reason) == (not reason, reason)


ACTIONS = st.sampled_from(["s3:GetObject", "s3:Get*", "s3:PutObject", "sqs:*", "*"])
RESOURCES = st.sampled_from(
    ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", "arn:aws:s3:::${aws:username}/k", "arn:aws:s3:::c"]
)
CONDITIONS = st.sampled_from(
    [
        None,
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringLike": {"s3:prefix": "out/*"}},
        {"StringNotEquals": {"s3:VersionId": "1"}},
        {"StringEquals": {"glue:VpcIds": "x"}},
        {"Foo": {"s3:prefix": "x"}},
    ]
)


def statements(*effects: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(statement, st.sampled_from(effects), ACTIONS, RESOURCES, CONDITIONS)


BOTH = st.lists(statements("Allow", "Deny"), max_size=6)


@given(BOTH)
def test_an_explicit_deny_always_wins(others: list[dict[str, Any]]) -> None:
    assert decided(*others, statement("Deny", "s3:GetObject", "*")) == "deny"


@given(BOTH, statements("Allow"))
def test_another_allow_never_takes_away(others: list[dict[str, Any]], more: dict[str, Any]) -> None:
    before, after = decided(*others), decided(*others, more)
    assert after == "allow" or before != "allow"


@given(BOTH, statements("Deny"))
def test_another_deny_never_adds(others: list[dict[str, Any]], more: dict[str, Any]) -> None:
    assert decided(*others, more) != "allow" or decided(*others) == "allow"


@given(BOTH, st.randoms())
def test_the_order_of_statements_does_not_matter(others: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(others)
    random.shuffle(shuffled)
    assert (decided(*others) == "allow") == (decided(*shuffled) == "allow")
    assert (decided(*others) == "deny") == (decided(*shuffled) == "deny")


@given(BOTH)
def test_one_policy_or_one_for_each_statement_is_the_same(others: list[dict[str, Any]]) -> None:
    ask = Ask("s3:GetObject", "arn:aws:s3:::b/k", CONTEXT)
    together = decide(ask, WHO, Grants((policy(*others),)))
    apart = decide(ask, WHO, Grants(tuple(policy(one) for one in others)))
    assert together.allowed == apart.allowed
