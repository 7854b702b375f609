"""The root stack, brought to what the checkout says."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from copperctl.deploy.account import Account
from copperctl.deploy.reasons import reasons
from copperctl.deploy.upload import PREFIX, upload
from copperctl.errors import DeploymentError
from copperctl.package import build
from copperline.errors import UsageError, expected

NAME = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")


def deploy(
    root: Path,
    stack: str = "copperline",
    *,
    environment: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """The account holds the stack as the checkout describes it; the answer is its outputs.

    The same sources, from whatever folder, change nothing the second time. A parameter that is not given keeps the
    value it has, or its default. The environment names the account, as for the AWS CLI.

    Raises:
        UsageError: the name cannot be part of a bucket's name.
        ContractError: a contract is broken: it would fail on every file of its table.
        DeploymentError: CloudFormation refused or rolled back; the message says which resource, and why.
    """
    if not NAME.fullmatch(stack):
        wanted = "3 to 32 lower-case letters, digits and hyphens"
        raise UsageError(expected("deploy", "stack", wanted, stack, "choose another name"))
    from copperctl.contracts import need_sound  # noqa: PLC0415 - a validator of JSON schemas takes its time

    need_sound(root / "contracts")
    account = Account(environment)
    say("packaging wheel and Lambdas")
    built = build(root)
    say("deploying the artifact bucket")
    bucket = _bootstrap(account, root, stack)
    say("uploading")
    wheel = upload(account.client("s3"), bucket, built.wheel)
    with tempfile.TemporaryDirectory() as folder:
        template = _packaged(account, root, bucket, Path(folder))
        say(f"deploying stack {stack}")
        return _apply(account, stack, template, {**(parameters or {}), "WheelUri": wheel})


def _bootstrap(account: Account, root: Path, stack: str) -> str:
    outputs = _apply(account, f"{stack}-bootstrap", root / "infra/bootstrap.yaml", {"Name": stack})
    return outputs["ArtifactsBucket"]


def _packaged(account: Account, root: Path, bucket: str, folder: Path) -> Path:
    """The root template with everything that it refers to uploaded, each under the hash of its content."""
    template = folder / "template.yaml"
    source, prefix = str(root / "infra/template.yaml"), ("--s3-bucket", bucket, "--s3-prefix", PREFIX)
    account.cli(
        "cloudformation", "package", "--template-file", source, *prefix, "--output-template-file", str(template)
    )
    return template


def _apply(account: Account, stack: str, template: Path, parameters: Mapping[str, str]) -> dict[str, str]:
    overrides = [f"{key}={value}" for key, value in sorted(parameters.items())]
    options = ("--capabilities", "CAPABILITY_NAMED_IAM", "--no-fail-on-empty-changeset")
    cloudformation = account.client("cloudformation")
    try:
        account.cli(
            "cloudformation", "deploy", "--stack-name", stack, "--template-file", str(template), *options,
            "--parameter-overrides", *overrides,
        )  # fmt: skip
    except DeploymentError as error:
        why = "; ".join(reasons(cloudformation, stack)) or "its events give no reason"
        raise DeploymentError(f"stack {stack}: {why}; {error}") from error
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
