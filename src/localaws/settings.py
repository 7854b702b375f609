"""What one localaws process is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Settings:
    """Where this process listens, where it keeps its state, how fast its clock runs, and what goes wrong."""

    port: int
    state: Path
    host: str = "127.0.0.1"
    region: str = "us-east-1"
    account: str = ACCOUNT
    time_scale: float = 1.0
    moto_api: bool = False  # POST /moto-api/reset deletes everything
    faults: Path | None = None  # rules of what goes wrong on purpose
    athena_memory: int = 2048  # MB that DuckDB may take for one query; its process may take more

    @property
    def endpoint(self) -> str:
        """The URL that clients on this machine use."""
        return f"http://127.0.0.1:{self.port}"


_current: list[Settings] = []


def use(settings: Settings) -> None:
    """Make these the settings that `current` answers with."""
    _current[:] = [settings]


def current() -> Settings:
    """The settings of this process.

    Raises:
        RuntimeError: nothing has called `use` yet.
    """
    if not _current:
        raise RuntimeError("localaws has no settings yet: call localaws.app.build first")
    return _current[0]
