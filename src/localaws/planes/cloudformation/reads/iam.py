"""AWS::IAM as IAM tells it.

What another resource of a stack put on a role is that resource's, so that it is no drift of the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, asked, tags
from localaws.planes.cloudformation.rows.base import Props, pick
from localaws.planes.cloudformation.rows.iam import HOLDERS

_NONE = "NoSuchEntity"


def _role(ctx: Context, name: str, props: Props) -> Props:
    iam = ctx.client("iam")
    found = iam.get_role(RoleName=name)["Role"]
    same = ("RoleName", "Path", "Description", "MaxSessionDuration", "AssumeRolePolicyDocument")
    return {
        **pick(found, *same),
        "PermissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "Tags": tags(iam.list_role_tags(RoleName=name)["Tags"]),
        "Policies": [_inline(iam, name, policy) for policy in _own_policies(ctx, name, props)],
        "ManagedPolicyArns": _own_attachments(ctx, name, props),
    }


def _inline(iam: Any, role: str, policy: str) -> Props:
    return pick(iam.get_role_policy(RoleName=role, PolicyName=policy), "PolicyName", "PolicyDocument")


def _own_policies(ctx: Context, name: str, props: Props) -> list[str]:
    mine = {policy["PolicyName"] for policy in props.get("Policies", [])}
    others = {found["PolicyName"] for kind in ("Policy", "RolePolicy") for _, found in _on(ctx, name, kind)}
    held = ctx.client("iam").list_role_policies(RoleName=name)["PolicyNames"]
    return [policy for policy in held if policy in mine or policy not in others]


def _own_attachments(ctx: Context, name: str, props: Props) -> list[str]:
    mine = set(props.get("ManagedPolicyArns", []))
    others = {physical for physical, _ in _on(ctx, name, "ManagedPolicy")}
    held = ctx.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return [found["PolicyArn"] for found in held if found["PolicyArn"] in mine or found["PolicyArn"] not in others]


def _on(ctx: Context, role: str, kind: str) -> Iterator[tuple[str, Props]]:
    """The policies of this kind that the account's stacks put on the role."""
    from moto.cloudformation.models import cloudformation_backends

    for backend in list(cloudformation_backends[ctx.account].values()):
        for stack in list(backend.stacks.values()):  # others may be deployed meanwhile
            for resource in list(stack.resources.values()):
                given = resource.effective
                roles = given.get("Roles") or [given.get("RoleName")]
                if resource.type == f"AWS::IAM::{kind}" and role in roles:
                    yield resource.physical_id, given


def _policy(ctx: Context, _: str, props: Props) -> Props:
    """The policy on those of its holders that have it."""
    found: Props = {"PolicyName": props["PolicyName"]}
    for held, (kind, key) in HOLDERS.items():
        for name in props.get(held, []):
            call = getattr(ctx.client("iam"), f"get_{kind}_policy")
            answer = asked(call, _NONE, **{key: name}, PolicyName=props["PolicyName"])
            if answer:
                found.setdefault(held, []).append(name)
                found["PolicyDocument"] = answer["PolicyDocument"]
    if "PolicyDocument" not in found:
        raise GoneError
    return found


def _role_policy(ctx: Context, made: str, props: Props) -> Props:
    found = _policy(ctx, made, {**props, "Roles": [props["RoleName"]]})
    return {**pick(found, "PolicyName", "PolicyDocument"), "RoleName": props["RoleName"]}


def _managed(ctx: Context, arn: str, props: Props) -> Props:
    """Of the holders, those that the template names: another resource may attach the policy too."""
    iam = ctx.client("iam")
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    told = iam.list_entities_for_policy(PolicyArn=arn)
    holders = {held: [one[key] for one in told[f"Policy{held}"]] for held, (_, key) in HOLDERS.items()}
    return {
        **pick(found, "Path", "Description", ManagedPolicyName="PolicyName"),
        "PolicyDocument": version["Document"],
        **{held: [name for name in names if name in props.get(held, [])] for held, names in holders.items()},
    }


READS: dict[str, Read] = {
    "AWS::IAM::ManagedPolicy": _managed,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::IAM::RolePolicy": _role_policy,
}
