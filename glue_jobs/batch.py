"""Many tables in one session: a session costs more than a small table."""

from copperline.job import run_tables

if __name__ == "__main__":
    run_tables("glue_jobs")
