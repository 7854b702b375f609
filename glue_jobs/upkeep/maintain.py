"""Every table compact, audited as a whole, and without what nobody can read any more."""

from copperline.job.upkeep import run_maintenance

if __name__ == "__main__":
    run_maintenance()
