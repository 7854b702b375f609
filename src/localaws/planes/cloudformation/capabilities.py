"""Templates that make IAM resources have to be acknowledged."""

from __future__ import annotations

from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.template import Template

#: Types that need an acknowledgement and the property that names them (page "CreateStack", Capabilities).
NAMED = {
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::RolePolicy": "",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
}


def required(template: Template) -> list[str]:
    """What the template needs to be given."""
    found = [resource for resource in template["Resources"].values() if resource["Type"] in NAMED]
    if not found:
        return []
    custom = any(NAMED[resource["Type"]] in (resource.get("Properties") or {}) for resource in found)
    return ["CAPABILITY_NAMED_IAM" if custom else "CAPABILITY_IAM"]


def check(template: Template, given: list[str]) -> None:
    """What the template needs was given.

    Raises:
        Refused: with code InsufficientCapabilitiesException.
    """
    missing = [name for name in required(template) if name not in given and "CAPABILITY_NAMED_IAM" not in given]
    if missing:
        raise Refused(f"Requires capabilities : [{', '.join(missing)}]", "InsufficientCapabilitiesException")
