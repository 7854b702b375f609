"""A table back to what readers saw before."""

from copperline.job.upkeep import run_rollback

if __name__ == "__main__":
    run_rollback()
