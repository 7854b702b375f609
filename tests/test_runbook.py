"""Every alert leads to a section of the runbook, and every error of the house has one."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import copperline
from copperline.errors import CopperlineError

ROOT = Path(__file__).resolve().parents[1]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
#: The text of a section by its anchor, as GitHub makes it of the heading.
SECTIONS = {
    heading.lower().replace(" ", "-"): body
    for heading, body in re.findall(r"^### (.+)\n((?:(?!^##).*\n)*)", RUNBOOK, re.MULTILINE)
}
SENDERS = [
    *(ROOT / room for room in ("statemachine/medallion.asl.json", "statemachine/template.yaml", "infra/template.yaml")),
    *sorted((ROOT / "src/copperline").rglob("*.py")),
    *sorted((ROOT / "lambdas").rglob("*.py")),
]


def named() -> set[str]:
    """The anchors that alerts name: written out, or made of a subject (copperline.files.alerts)."""
    sources = "\n".join(file.read_text(encoding="utf-8") for file in SENDERS)
    subjects = re.findall(r'(?:alert|alerts\.send)\(\s*"([^"]+)"', sources)
    written = re.findall(r"(?:RunbookUrl|runbook)\}#([a-z-]+)", sources)
    return {*written, *(subject.lower().replace(" ", "-") for subject in subjects)}


def classes() -> set[str]:
    """The names of the errors that a job or a Lambda may end in."""
    for module in pkgutil.walk_packages(copperline.__path__, "copperline."):
        importlib.import_module(module.name)
    found, waiting = set(), [CopperlineError]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("copperline."):
            found.add(one.__name__)
    return found | {"EndedWrong"}


def test_every_alert_leads_to_a_section() -> None:
    assert len(named()) == 9
    assert named() - set(SECTIONS) == set()


def test_every_message_to_the_topic_names_the_runbook() -> None:
    texts = [
        file for file in SENDERS if re.search(r'\.publish\(\s*TopicArn|"Message\.\$"|InputTemplate', file.read_text())
    ]
    assert [file.name for file in texts] == ["medallion.asl.json", "template.yaml", "alerts.py"]
    assert [file.name for file in texts if not re.search("runbook", file.read_text(), re.IGNORECASE)] == []
    rules = (ROOT / "statemachine/template.yaml").read_text().split("InputTemplate:")[1:]
    assert [rule for rule in rules if "${RunbookUrl}#" not in rule.splitlines()[0]] == []


@pytest.mark.parametrize("name", sorted(classes()))
def test_every_error_has_a_section(name: str) -> None:
    assert name.lower() in SECTIONS


@pytest.mark.parametrize(
    "anchor", [anchor for anchor in SECTIONS if anchor not in ("a-run-succeeded", "promote-fails")]
)
def test_a_section_says_what_it_means_where_to_look_what_to_do_and_what_not(anchor: str) -> None:
    said = re.findall(r"^- \*\*(Means|Look|Do|Do not)\*\*", SECTIONS[anchor], re.MULTILINE)
    assert said == ["Means", "Look", "Do", "Do not"]


def test_links_inside_the_page_lead_to_sections() -> None:
    assert set(re.findall(r"\]\(#([a-z-]+)\)", RUNBOOK)) - set(SECTIONS) == set()
