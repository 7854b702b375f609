"""A stack of Copperline in an account, by the stock AWS CLI; the account may be a real one or one on this machine."""

from copperctl.deploy.remove import delete
from copperctl.deploy.stack import deploy

__all__ = ["delete", "deploy"]
