"""Files from a folder into copper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from copperctl.aws import Aws
from copperctl.deliver import deliver, tell
from copperline.errors import UsageError

#: A file below the folder, and the key that it must have in copper; nothing where no contract takes it.
PLACES = [
    ("zoop/sales/any name.parquet", "zoop/sales/any name.parquet"),
    ("zoop/vendas/x.parquet", "zoop/sales/x.parquet"),
    ("zoop/vendas_2024.parquet", "zoop/sales/vendas_2024.parquet"),
    ("zoop/estoques_2024.parquet", "zoop/inventory/estoques_2024.parquet"),
    ("zoop/redes_sociais_1.parquet", "zoop/ratings/redes_sociais_1.parquet"),
    ("zoop/unknown_1.parquet", ""),
    ("nobody/sales/x.parquet", ""),
    ("README.md", ""),
]


@pytest.fixture
def own(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Aws:
    """The instance with another bucket for its copper: what is delivered here is no food for its machines."""
    name = tmp_path_factory.mktemp("copper").name
    aws.client("s3").create_bucket(Bucket=name)
    return Aws(replace(aws.instance, outputs={"CopperBucket": name}))


def keys(aws: Aws) -> set[str]:
    listed = aws.client("s3").list_objects_v2(Bucket=aws.output("CopperBucket"))
    return {item["Key"] for item in listed.get("Contents", [])}


def test_a_file_goes_where_promote_looks_for_it(own: Aws, tmp_path: Path) -> None:
    for number, (place, _) in enumerate(PLACES):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(str(number))
    said: list[str] = []
    found = deliver(own, tmp_path, said.append)
    wanted = {key for _, key in PLACES if key}
    assert set(found.sent) == wanted == keys(own)
    assert {path.relative_to(tmp_path).as_posix() for path in found.left_out} == {p for p, key in PLACES if not key}
    assert sorted(said) == sorted(f"delivered {key}" for key in wanted)


def test_the_same_bytes_are_not_sent_again(own: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "zoop/sales/again.parquet"
    file.parent.mkdir(parents=True)
    (tmp_path / "stray").touch()
    told = []
    for text in ("one", "one", "two"):
        file.write_text(text)
        tell(own, tmp_path)
        told.append(capsys.readouterr().out.splitlines())
    stray = "left out, since no contract takes it: stray"
    assert told == [
        ["delivered zoop/sales/again.parquet", stray],
        ["1 file in copper already, byte for byte: not sent again", stray],
        ["delivered zoop/sales/again.parquet", stray],
    ]


def test_a_folder_must_be_one(own: Aws, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a folder of <feed>/<table>/<file>, got nothing there"):
        deliver(own, tmp_path / "none")
    (tmp_path / "zoop/sales").mkdir(parents=True)
    with pytest.raises(UsageError, match="got no file in it; put the files there"):
        deliver(own, tmp_path)


def test_more_that_is_left_out_is_named_by_where_it_lies(
    own: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("nobody/a", "nobody/b", "stray"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).touch()
    tell(own, tmp_path)
    assert capsys.readouterr().out == "left out, since no contract takes them: 3 files (nobody/, stray)\n"
