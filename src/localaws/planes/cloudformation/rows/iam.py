"""AWS::IAM: roles and policies."""

# ruff: noqa: ARG005 - rows share one signature

from __future__ import annotations

from contextlib import suppress
from typing import Any

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props, Row, changed, document, names, pick, retag, tag_list

HOLDERS = {"Roles": ("role", "RoleName"), "Users": ("user", "UserName"), "Groups": ("group", "GroupName")}


def _create_role(ctx: Context, props: Props) -> str:
    name: str = props["RoleName"]
    ctx.client("iam").create_role(
        AssumeRolePolicyDocument=document(props["AssumeRolePolicyDocument"]),
        Tags=tag_list(props.get("Tags")),
        **pick(props, "RoleName", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary"),
    )
    ctx.made(name)
    _policies(ctx, name, props, {})
    return name


def _update_role(ctx: Context, name: str, new: Props, old: Props) -> None:
    iam = ctx.client("iam")
    if changed(new, old, "AssumeRolePolicyDocument"):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(new["AssumeRolePolicyDocument"]))
    if changed(new, old, "Description", "MaxSessionDuration"):
        duration = int(new.get("MaxSessionDuration", 3600))
        iam.update_role(RoleName=name, Description=new.get("Description", ""), MaxSessionDuration=duration)
    if changed(new, old, "PermissionsBoundary"):
        if "PermissionsBoundary" in new:
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=new["PermissionsBoundary"])
        else:
            _without(iam, "delete_role_permissions_boundary", RoleName=name)
    _policies(ctx, name, new, old)
    retag(
        new,
        old,
        lambda tags: iam.tag_role(RoleName=name, Tags=tag_list(tags)),
        lambda keys: iam.untag_role(RoleName=name, TagKeys=keys),
    )


def _policies(ctx: Context, name: str, new: Props, old: Props) -> None:
    """The role has the inline and the managed policies of `new`, and no more those of `old` alone."""
    iam = ctx.client("iam")
    before, after = (
        {policy["PolicyName"]: document(policy["PolicyDocument"]) for policy in props.get("Policies", [])}
        for props in (old, new)
    )
    for gone in before.keys() - after.keys():
        _without(iam, "delete_role_policy", RoleName=name, PolicyName=gone)
    for policy, text in after.items():
        if before.get(policy) != text:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)
    attached, wanted = old.get("ManagedPolicyArns", []), new.get("ManagedPolicyArns", [])
    for arn in [arn for arn in attached if arn not in wanted]:
        _without(iam, "detach_role_policy", RoleName=name, PolicyArn=arn)
    for arn in [arn for arn in wanted if arn not in attached]:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def _without(iam: Any, operation: str, **given: str) -> None:
    """What is not wanted is not there; an update that failed may never have put it there."""
    with suppress(iam.exceptions.NoSuchEntityException):
        getattr(iam, operation)(**given)


def _delete_role(ctx: Context, name: str, props: Props) -> None:
    iam = ctx.client("iam")
    for arn in [held["PolicyArn"] for held in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]:
        if arn in props.get("ManagedPolicyArns", []):
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    own = [policy["PolicyName"] for policy in props.get("Policies", [])]
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        if policy in own:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _role_attributes(ctx: Context, name: str, _: Props) -> dict[str, Any]:
    role = ctx.client("iam").get_role(RoleName=name)["Role"]
    return {"Arn": role["Arn"], "RoleId": role["RoleId"]}


def _holders(props: Props) -> set[tuple[str, str, str]]:
    return {(kind, key, name) for held, (kind, key) in HOLDERS.items() for name in props.get(held, [])}


def _put_policy(ctx: Context, props: Props) -> None:
    for kind, key, name in sorted(_holders(props)):
        put = getattr(ctx.client("iam"), f"put_{kind}_policy")
        put(**{key: name}, PolicyName=props["PolicyName"], PolicyDocument=document(props["PolicyDocument"]))


def _drop_policy(ctx: Context, policy: str, holders: set[tuple[str, str, str]]) -> None:
    for kind, key, name in sorted(holders):
        _without(ctx.client("iam"), f"delete_{kind}_policy", **{key: name}, PolicyName=policy)


def _create_policy(ctx: Context, props: Props) -> str:
    made = ctx.made(ctx.generated_name(limit=40))
    _put_policy(ctx, props)
    return made


def _update_policy(ctx: Context, _: str, new: Props, old: Props) -> None:
    _put_policy(ctx, new)
    same_name = new["PolicyName"] == old["PolicyName"]
    _drop_policy(ctx, old["PolicyName"], _holders(old) - _holders(new) if same_name else _holders(old))


def _delete_policy(ctx: Context, _: str, props: Props) -> None:
    """The policy is on none of its holders, of which some may have gone before it."""
    _drop_policy(ctx, props["PolicyName"], _holders(props))


def _role_policy(props: Props) -> Props:
    return {**props, "Roles": [props["RoleName"]]}


def _create_role_policy(ctx: Context, props: Props) -> str:
    _put_policy(ctx, _role_policy(props))
    return ctx.made(f"{props['PolicyName']}|{props['RoleName']}")


def _create_managed(ctx: Context, props: Props) -> str:
    arn: str = ctx.client("iam").create_policy(
        PolicyName=props["ManagedPolicyName"],
        PolicyDocument=document(props["PolicyDocument"]),
        **pick(props, "Path", "Description"),
    )["Policy"]["Arn"]
    ctx.made(arn)
    _attach(ctx, arn, _holders(props), "attach")
    return arn


def _attach(ctx: Context, arn: str, holders: set[tuple[str, str, str]], how: str) -> None:
    iam = ctx.client("iam")
    for kind, key, name in sorted(holders):
        if how == "detach":
            _without(iam, f"detach_{kind}_policy", **{key: name}, PolicyArn=arn)
        else:
            getattr(iam, f"attach_{kind}_policy")(**{key: name}, PolicyArn=arn)


def _update_managed(ctx: Context, arn: str, new: Props, old: Props) -> None:
    iam = ctx.client("iam")
    if changed(new, old, "PolicyDocument"):
        before = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(new["PolicyDocument"]), SetAsDefault=True)
        iam.delete_policy_version(PolicyArn=arn, VersionId=before)
    _attach(ctx, arn, _holders(old) - _holders(new), "detach")
    _attach(ctx, arn, _holders(new) - _holders(old), "attach")


def _delete_managed(ctx: Context, arn: str, props: Props) -> None:
    _attach(ctx, arn, _holders(props), "detach")
    ctx.client("iam").delete_policy(PolicyArn=arn)


ROWS = [
    Row(
        "AWS::IAM::Role",
        names(
            "AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary"
            " Policies RoleName Tags"
        ),
        _create_role,
        _delete_role,
        _update_role,
        _role_attributes,
        name="RoleName",
    ),
    Row(
        "AWS::IAM::Policy",
        names("PolicyName PolicyDocument Roles Users Groups"),
        _create_policy,
        _delete_policy,
        _update_policy,
    ),
    Row(
        "AWS::IAM::RolePolicy",
        names("PolicyName PolicyDocument RoleName"),
        _create_role_policy,
        lambda ctx, made, props: _delete_policy(ctx, made, _role_policy(props)),
        lambda ctx, made, new, old: _update_policy(ctx, made, _role_policy(new), _role_policy(old)),
    ),
    Row(
        "AWS::IAM::ManagedPolicy",
        names("ManagedPolicyName PolicyDocument Description Path Roles Users Groups"),
        _create_managed,
        _delete_managed,
        _update_managed,
        lambda ctx, arn, props: {"PolicyArn": arn},
        name="ManagedPolicyName",
    ),
]
