"""What the pages say is there, is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
import yaml

from copperctl.cli import app
from localaws.planes.cloudformation.rows import ROWS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
#: A word of the glossary may be used in another form.
ENDINGS = "(?:s|d|ed|ies|ing|es)?"


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)


def sources() -> str:
    folders = ("src", "glue_jobs", "lambdas", "contracts", "statemachine", "infra", "iam", "crawlers")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*")]
    return "\n".join(text(file) for file in files if file.suffix in (".py", ".yaml", ".json")).lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [unquote(target) for target, _ in LINK.findall(prose(page)) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_a_planted_dead_link_is_found() -> None:
    assert LINK.findall("[a](docs/nowhere.md) [b](x.md#part) [c](#part)") == [
        ("docs/nowhere.md", ""),
        ("x.md", "#part"),
    ]


def test_every_decision_is_numbered_in_a_row() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_words_of_the_glossary_are_in_use() -> None:
    words = re.findall(r"^\| ([a-zA-Z ]+) \|", text(ROOT / "GLOSSARY.md"), re.MULTILINE)
    words = [word for word in words if word != "word"]
    assert len(words) == len(set(words)) > 50
    used = sources() + "".join(prose(page) for page in PAGES if page.name != "GLOSSARY.md").lower()
    stems = {word: re.escape(word.lower().removesuffix("e").removesuffix("y")) for word in words}
    assert [word for word, stem in stems.items() if not re.search(rf"\b{stem}(?:e|y)?{ENDINGS}\b", used)] == []


def test_commands_of_copperctl_exist() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = {word for page in COMMANDS for word in re.findall(r"copperctl ([a-z]+)\b", text(page))}
    assert named - known == set()


def test_options_of_copperctl_exist() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for page in COMMANDS:
        for name, rest in re.findall(r"\.venv/bin/copperctl ([a-z]+)([^\n#|)]*)", text(page)):
            command = commands.get(name)
            command = getattr(command, "commands", {}).get(rest.split()[0] if rest.split() else "", command)
            options = {option for parameter in (command.params if command else []) for option in parameter.opts}
            assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options, (page.name, name)


def test_targets_of_make_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = {word for page in COMMANDS for word in re.findall(r"(?:`|^)make ([a-z-]+)", text(page), re.MULTILINE)}
    assert named <= known
    assert {"run", "test", "check"} <= named


def test_the_workflow_calls_targets_of_make_alone() -> None:
    jobs = yaml.safe_load(text(ROOT / ".github/workflows/ci.yaml"))["jobs"].values()
    run = {step["run"] for job in jobs for step in job["steps"] if "run" in step}
    assert run == {"make check", "make test", "make package"}


def test_modules_that_are_run_exist() -> None:
    named = {word for page in COMMANDS for word in re.findall(r"python -m ([a-z.]+)", text(page))}
    for module in named:
        place = ROOT / "src" / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


def test_the_transcript_is_the_one_that_was_kept() -> None:
    found = re.search(
        r"<!-- transcript: docs/transcript.txt -->\n```text\n(.*?)```\n<!-- /transcript -->",
        text(ROOT / "README.md"),
        re.DOTALL,
    )
    assert found, "README.md has lost the marks around its transcript"
    assert found[1] == text(ROOT / "docs/transcript.txt"), "copy docs/transcript.txt between the marks in README.md"


def test_every_room_is_on_the_map() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    folders = {line.split("/")[0] for line in tracked.splitlines() if "/" in line and not line.startswith(".")} - {
        "src"
    }
    folders |= {"/".join(line.split("/")[:2]) for line in tracked.splitlines() if line.startswith("src/")}
    assert [folder for folder in sorted(folders) if f"]({folder}/)" not in text(ROOT / "README.md")] == []


def test_resource_types_are_all_named() -> None:
    line = next(line for line in text(ROOT / "docs/localaws.md").splitlines() if line.startswith("Resource types:"))
    named = {
        f"AWS::{service}::{name.strip()}"
        for service, names in re.findall(r"`AWS::(\w+)` ([^;.]+)", line)
        for name in names.split(",")
    }
    assert named == {*ROWS, "AWS::CloudFormation::Stack"}


def test_parameters_of_the_stack_are_all_named() -> None:
    template = text(ROOT / "infra/template.yaml")
    section = template[template.index("\nParameters:") : template.index("\nConditions:")]
    declared = set(re.findall(r"^  (\w+):$", section, re.MULTILINE)) - {"WheelUri"}
    assert {name for name in declared if f"`{name}`" in text(ROOT / "docs/deploy.md")} == declared


def test_the_compose_file_mounts_what_is_there() -> None:
    service = yaml.safe_load(text(ROOT / "compose.yaml"))["services"]["job"]
    command = service["command"][0].replace("$$", "$")
    checked = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert (ROOT / "glue_jobs" / f"{service['environment']['SCRIPT'].split(':-')[1].rstrip('}')}.py").is_file()
