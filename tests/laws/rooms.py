"""Whether every stem is complete, every table has one writer, and nothing knows where it runs."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

JOBS = {"silver": "bronze_to_silver", "gold": "silver_to_gold"}
#: What only somebody who knows of a laptop would write.
LOCAL = re.compile(r"localaws|localhost|127\.0\.0\.1|endpoint_url|AWS_ENDPOINT|\bmoto\b|\bis_local\b", re.IGNORECASE)
SHIPPED = ("infra", "iam", "crawlers", "glue_jobs", "statemachine", "athena_queries", "lambdas", "src/copperline")


def incomplete(root: Path) -> list[str]:
    """Stems without a job, a test or, for gold, a query."""
    found = []
    for layer, folder in JOBS.items():
        for contract in sorted((root / "contracts" / layer).glob("*.odcs.yaml")):
            stem = contract.name.removesuffix(".odcs.yaml")
            needed = [root / f"glue_jobs/{folder}/{stem}.py", root / f"tests/glue_jobs/{folder}/test_{stem}.py"]
            found += [f"{layer}.{stem}: {file.relative_to(root)} is missing" for file in needed if not file.is_file()]
            if layer == "gold" and f"gold.{stem}" not in _queried(root):
                found.append(f"gold.{stem}: no query names it in its header")
        for job in sorted((root / "glue_jobs" / folder).glob("*.py")):
            if job.stem != "__init__" and not (root / f"contracts/{layer}/{job.stem}.odcs.yaml").is_file():
                found.append(f"{job.relative_to(root)}: has no contract")
    return found


def _queried(root: Path) -> set[str]:
    texts = [file.read_text(encoding="utf-8") for file in (root / "athena_queries").glob("*.sql")]
    return {table.strip() for text in texts for table in re.findall(r"^-- table: (.+)$", text, re.MULTILINE)}


def written_twice(root: Path) -> list[str]:
    """Tables that several jobs write, and jobs that write another table than their own."""
    writers: dict[str, list[str]] = defaultdict(list)
    found = []
    for layer, folder in JOBS.items():
        for job in sorted((root / "glue_jobs" / folder).glob("*.py")):
            for table in _writes(job):
                writers[table].append(job.name)
                if table != f"{layer}.{job.stem}":
                    found.append(f"{job.relative_to(root)}: writes {table}")
    return found + [f"{table}: written by {', '.join(jobs)}" for table, jobs in writers.items() if len(jobs) > 1]


def _writes(job: Path) -> list[str]:
    tree = ast.parse(job.read_text(encoding="utf-8"))
    named = [keyword for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords]
    return [
        str(keyword.value.value)
        for keyword in named
        if keyword.arg == "writes" and isinstance(keyword.value, ast.Constant)
    ]


def knowing_of_a_laptop(root: Path) -> list[str]:
    """Lines of what ships that know of a laptop."""
    found = []
    for room in SHIPPED:
        for file in sorted((root / room).rglob("*")):
            if file.suffix not in (".py", ".yaml", ".json", ".sql"):
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if LOCAL.search(line):
                    found.append(f"{file.relative_to(root)}:{number}: {line.strip()}")
    return found


def addresses(root: Path) -> list[str]:
    """Lines of the lock file that name a host: it pins hashes, and nothing else."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "://" in line or line.startswith("-")]
