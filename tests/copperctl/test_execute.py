from __future__ import annotations

from typing import Any

import pytest

from copperctl import accounts, execute
from copperctl.athena import Answer

MANY = [f"refused  zoop/sales/{number}.parquet: not_parquet" for number in range(20)]


@pytest.mark.parametrize(
    ("refused", "drifting", "said"),
    [
        (0, 0, []),
        (1, 1, [*MANY[:1], "drift    zoop/sales/0.parquet: unknown column extra of type int"]),
        (22, 0, [*MANY, "refused  2 more: see the table"]),
    ],
)
def test_refused_and_drifting_files_are_named_with_their_reasons(
    refused: int, drifting: int, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        *(("refused", f"zoop/sales/{number}.parquet", "not_parquet") for number in range(refused)),
        *(("accepted", f"zoop/sales/{n}.parquet", "drift: unknown column extra of type int") for n in range(drifting)),
    )
    answer = Answer(("status", "file", "reason"), ("varchar",) * 3, rows)
    monkeypatch.setattr(accounts, "noted", lambda _aws, _runs: answer)
    nobody: Any = None
    execute._noted(nobody, ["jr_1"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))
