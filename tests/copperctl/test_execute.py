from __future__ import annotations

from typing import Any

import pytest

from copperctl import accounts, execute
from copperctl.athena import Answer


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (0, []),
        (1, ["refused  zoop/sales/0.parquet: not_parquet"]),
        (22, [*[f"refused  zoop/sales/{n}.parquet: not_parquet" for n in range(20)], "refused  2 more: see the table"]),
    ],
)
def test_refused_files_are_named_with_their_reasons(
    found: int, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tuple((f"zoop/sales/{number}.parquet", "not_parquet") for number in range(found))
    monkeypatch.setattr(accounts, "refused", lambda _aws, _runs: Answer(("file", "reason"), ("varchar",) * 2, rows))
    nobody: Any = None
    execute._refused(nobody, ["jr_1"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))
