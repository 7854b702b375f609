"""What every job shares: a script declares its job and calls `run`, and the rest is the same for all."""

from copperline.job.declare import GoldJob, SilverJob, Span
from copperline.job.runner import run, run_tables

__all__ = ["GoldJob", "SilverJob", "Span", "run", "run_tables"]
