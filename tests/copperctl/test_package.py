from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from copperctl.package import Built, build
from copperctl.package.__main__ import main
from copperctl.package.archive import write_zip
from copperctl.package.build import functions, release
from tests.support.templates import ROOT

PARTS = ("contracts", "glue_jobs", "lambdas", "src/copperline")


def clone(folder: Path) -> Path:
    """A second checkout: other place, other times, and leftovers that do not belong."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, copy_function=shutil.copyfile)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    (folder / "src/copperline/__pycache__").mkdir(exist_ok=True)
    (folder / "src/copperline/__pycache__/x.cpython-311.pyc").write_bytes(b"machine's own")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


def test_the_same_sources_give_the_same_bytes(built: Built, tmp_path: Path) -> None:
    again = build(clone(tmp_path / "elsewhere"))
    assert [file.name for file in again.functions] == [file.name for file in built.functions]
    for one, other in zip((built.wheel, *built.functions), (again.wheel, *again.functions), strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_another_source_gives_another_wheel(built: Built, tmp_path: Path) -> None:
    root = clone(tmp_path)
    (root / "src/copperline/names.py").write_text("changed = True\n")
    assert build(root).wheel.read_bytes() != built.wheel.read_bytes()


def test_the_wheel_installs_and_imports(built: Built, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path)]
    subprocess.run([*pip, str(built.wheel)], check=True)
    program = (
        "import copperline, copperline.contract as contract, glue_jobs\n"
        "print(copperline.__file__, len(contract.load_contracts()))"
    )
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True, check=True)
    place, number = done.stdout.split()
    assert Path(place).is_relative_to(tmp_path)
    assert int(number) == len(list(ROOT.glob("contracts/*/*.odcs.yaml")))


def test_the_wheel_says_what_it_needs(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert f"Requires-Dist: {release(ROOT).requires[0]}\n" in metadata
    assert not [name for name in names if name.startswith(("copperctl", "localaws"))]
    assert not [name for name in names if name.endswith((".yaml", ".pyc"))]


def test_there_is_a_zip_a_lambda(built: Built) -> None:
    assert [file.stem for file in built.functions] == functions(ROOT)
    assert {"check", "promote"} <= set(functions(ROOT))


def test_a_lambda_imports_without_what_aws_lambda_lacks(built: Built, tmp_path: Path) -> None:
    """Neither a YAML parser nor Spark is there, so neither may be asked for."""
    program = (
        "import sys\n"
        "for name in ('yaml', 'pyspark', 'pyarrow', 'great_expectations'): sys.modules[name] = None\n"
        "import handler\n"
        "print(handler.handler.__name__)\n"
    )
    for file in built.functions:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(tmp_path / file.stem)
        environment = {**os.environ, "PYTHONPATH": "", "AWS_DEFAULT_REGION": "us-east-1"}
        done = subprocess.run(
            [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.')\n{program}"],
            cwd=tmp_path / file.stem, env=environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.stdout == "handler\n", done.stderr


def test_a_lambda_that_needs_nothing_of_ours_ships_alone(built: Built) -> None:
    (check,) = (file for file in built.functions if file.stem == "check")
    with zipfile.ZipFile(check) as archive:
        assert archive.namelist() == ["handler.py"]


def test_a_zip_depends_on_its_content_alone(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "deeper/other.zip"
    write_zip(one, {"b": b"2", "a": b"1"})
    write_zip(other, {"a": b"1", "b": b"2"})
    assert one.read_bytes() == other.read_bytes()
    assert set(tmp_path.iterdir()) == {one, other.parent}


def test_the_program_prints_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = clone(tmp_path)
    assert main(["--root", str(root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[1] == "dist/copperline-0.1.0-py3-none-any.whl"
    assert all(len(line.split()[0]) == 64 for line in lines)
    bare = ['name="copperline"', 'version="1"', 'requires-python=">=3"', "dependencies=[]"]
    (root / "pyproject.toml").write_text("\n".join(["[project]", *bare]))
    assert main(["--root", str(root)]) == 3
    assert "pin it there" in capsys.readouterr().err
