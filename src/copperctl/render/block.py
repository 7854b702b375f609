"""The part of a hand-written file that a program writes."""

from __future__ import annotations

from pathlib import Path

from copperctl.errors import ConfigurationError
from copperline.errors import expected

BEGIN = "by `make render`: do not edit from here"
END = "# rendered: end"


def replaced(file: Path, content: str) -> str:
    """The file's text with the lines between the two marks replaced.

    Raises:
        ConfigurationError: the file has not exactly one pair of marks.
    """
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    begins = [number for number, line in enumerate(lines) if line.strip().startswith("#") and BEGIN in line]
    ends = [number for number, line in enumerate(lines) if line.strip() == END]
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        got = f"{len(begins)} and {len(ends)}"
        wanted = f"one '# … {BEGIN}' and one '{END}' after it"
        raise ConfigurationError(expected(str(file), "marks", wanted, got, "put the two comment lines back"))
    return "".join([*lines[: begins[0] + 1], content, *lines[ends[0] :]])
