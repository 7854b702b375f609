"""Where the checkout is that this program was installed from."""

from __future__ import annotations

from pathlib import Path

from copperctl.errors import ConfigurationError


def root() -> Path:
    """The folder that holds infra/, contracts/ and src/.

    Raises:
        ConfigurationError: the program runs from somewhere else.
    """
    folder = Path(__file__).resolve().parents[2]
    if not (folder / "infra/template.yaml").is_file():
        raise ConfigurationError(f"{folder}: is no checkout of Copperline: install it with `pip install -e` from one")
    return folder
