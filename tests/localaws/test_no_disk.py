"""A disk that is full is said in a sentence, and is nobody's fault but the machine's."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from localaws import __main__ as program
from localaws import state_dir


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "No space left on device"), (errno.EDQUOT, "quota")])
def test_a_full_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, words: str
) -> None:
    def fail(_: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(state_dir, "hold", fail)
    monkeypatch.setattr("sys.argv", ["localaws", "--port", "0", "--state", str(tmp_path / "state")])
    assert program.main() == 4
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith(f"localaws: {tmp_path / 'state'}: ")
    assert words in told.err
    assert told.err.endswith("make room, or name another --state\n")


def test_what_nobody_foresaw_keeps_its_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(state_dir, "hold", fail)
    monkeypatch.setattr("sys.argv", ["localaws", "--port", "0", "--state", str(tmp_path / "state")])
    with pytest.raises(OSError, match="the disk is broken"):
        program.main()
