"""What is built and installed: the wheel, and what is in it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from spinout_cli import __version__
from spinout_cli.question_set import yaml_reader

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_the_wheel_holds_the_bank_and_says_that_it_is_typed(wheel):
    names = set(wheel.namelist())
    yaml = {f"spinout_cli/data/{path.name}" for path in (ROOT / "data").glob("*.yaml")}
    assert len(yaml) >= 5
    assert names >= yaml
    assert names >= {
        "spinout_cli/py.typed",
        "spinout_cli/data/questions.json",
        "spinout_cli/data/LICENSE",
    }


def test_the_wheel_holds_every_template_as_code_too(wheel):
    names = wheel.namelist()
    sources = [name for name in names if name.endswith(".html.j2")]
    compiled = [name for name in names if name.startswith("spinout_cli/reports/compiled/")]
    assert len(sources) == len(list((ROOT / "src/spinout_cli/reports/templates").glob("*.j2")))
    assert len(compiled) == len(sources)
    for name in compiled:
        compile(wheel.read(name), name, "exec")


def test_the_compiled_bank_in_the_wheel_is_the_yaml(wheel):
    compiled = json.loads(wheel.read("spinout_cli/data/questions.json"))
    merged = yaml_reader.read((ROOT / "data/questions.yaml").read_bytes(), "questions").value
    for name in merged["library"]:
        part = yaml_reader.read((ROOT / "data" / name).read_bytes(), name).value
        for section, items in part.items():
            merged.setdefault(section, []).extend(items)
    assert compiled["set"] == merged


def test_the_same_wheel_comes_out_twice(wheel, tmp_path):
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | elsewhere,
        umask=0o077,
        check=True,
        capture_output=True,
    )
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == Path(wheel.filename).read_bytes()


def test_an_installed_wheel_needs_no_checkout(wheel, tmp_path):
    wheel.extractall(tmp_path)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from spinout_cli.question_set import loader; print(loader.load().origin); print('yaml' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    assert str(tmp_path) in told[0]
    assert told[1] == "False", "the compiled form was not used"


def test_the_version_is_written_in_one_way():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


def test_pins_name_no_host():
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text("utf-8")


def test_every_package_that_runs_is_argued_for_and_counted():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = re.findall(
        r"^(\S+)==(.*)\\$", (ROOT / "requirements/run.txt").read_text("utf-8"), re.MULTILINE
    )
    everywhere = [name for name, rest in pins if "sys_platform" not in rest]
    decisions = (ROOT / "docs/decisions.md").read_text("utf-8")
    said = re.search(r"([A-Z]\w+) packages, and what they bring: (\d+) in all, (\d+)", decisions)
    assert said
    assert int(said[2]) == len(everywhere)
    assert int(said[3]) == len(pins)
    direct = [re.split(r"[<>=\[;]", each)[0] for each in project["dependencies"]]
    assert len(direct) == ["Four", "Five", "Six", "Seven", "Eight", "Nine"].index(said[1]) + 4
    for name in direct:
        assert f"**{name}**" in decisions


@pytest.mark.parametrize("name", ["run", "audit", "fuzz", "mutants"])
def test_what_is_pinned_twice_is_pinned_alike_and_by_hash(name):
    def pins(file):
        text = (ROOT / "requirements" / f"{file}.txt").read_text("utf-8")
        return dict(re.findall(r"^(\S+)==(\S+)[^\n]*\\\n +--hash", text, re.MULTILINE))

    ours, everything = pins(name), pins("dev")
    assert ours
    assert not [pin for pin in ours if pin in everything and ours[pin] != everything[pin]]
