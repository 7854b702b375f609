"""What goes wrong around a deployment, beside what copperline itself raises."""

from __future__ import annotations

from copperline.errors import CopperlineError


class ConfigurationError(CopperlineError):
    """A file of the checkout is not what the house asks for: mend the named place."""

    exit_code = 3


class DeploymentError(CopperlineError):
    """CloudFormation did not do what it was asked: the message ends with its own words."""


class DoesNotAddUp(CopperlineError):
    """Two places have another number of the same thing: the message says which."""
