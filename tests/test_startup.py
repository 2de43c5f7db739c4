"""Nothing heavy is imported that a command does not use."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).parent.parent
DRAWING = {"rich", "questionary", "prompt_toolkit"}
HEAVY = {*DRAWING, "pydantic", "pydantic_core", "yaml", "jinja2", "duckdb"}

PROBE = """
import atexit, sys
from pathlib import Path
out = Path(sys.argv[1])
atexit.register(lambda: out.write_text("\\n".join(sys.modules), "utf-8"))
sys.argv = ["spinout", *sys.argv[2:]]
"""
SPINOUT = f"{PROBE}from spinout_cli.__main__ import main\nmain()"
LOOKED = """
import atexit, gc, sys
from pathlib import Path
out = Path(sys.argv[1])
looked = lambda: sum(each["collections"] for each in gc.get_stats())
before = looked()
atexit.register(lambda: out.write_text(str(looked() - before), "utf-8"))
sys.argv = ["spinout", *sys.argv[2:]]
from spinout_cli.__main__ import main
main()
"""
BARE = f"""{PROBE}
from typing import Annotated
import typer

app = typer.Typer(rich_markup_mode=None)

def told(wanted: bool):
    if wanted:
        print("bare 1")
        raise typer.Exit

@app.callback()
def spinout(version: Annotated[bool, typer.Option("--version", callback=told, is_eager=True)] = False):
    pass

@app.command()
def assess():
    pass

app()
"""
COMPILE = """
from spinout_cli.question_set import loader
data = loader.Path(loader.__file__).parents[1] / "data"
(data / "questions.json").write_bytes(loader.compile_set(data / "questions.yaml"))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The package as a wheel lays it out, with the compiled set; nothing of the caller's settings."""
    folder = tmp_path_factory.mktemp("built")
    inside = folder / "spinout_cli"
    ignored = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(ROOT / "src" / "spinout_cli", inside, ignore=ignored)
    shutil.copytree(ROOT / "data", inside / "data")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPINOUT_", "_", "COV"))}
    built = {**kept, "PYTHONPATH": str(folder), "TERM": "xterm-256color"}
    subprocess.run([sys.executable, "-c", COMPILE], env=built, check=True)
    return built


@pytest.fixture
def modules(tmp_path, environment):
    """Run a program that ends well, and return the modules that it had imported at its end."""

    def run(program, *words, given="", **settings):
        out = tmp_path / "modules"
        command = [sys.executable, "-c", program, str(out), *words]
        env = {**environment, **settings}
        subprocess.run(
            command, env=env, input=given, encoding="utf-8", check=True, stdout=subprocess.DEVNULL
        )
        return set(out.read_text("utf-8").split("\n"))

    return run


def packages(modules):
    return {name.partition(".")[0] for name in modules}


def of_pydantic(modules):
    return {name for name in modules if name.startswith("pydantic")}


def test_importing_the_commands(modules):
    loaded = modules(f"{PROBE}import spinout_cli.cli.app")
    assert "typer" in loaded
    assert not HEAVY & packages(loaded)


def test_help(modules):
    loaded = modules(SPINOUT, "--help")
    assert not HEAVY & packages(loaded)


def test_version(modules):
    loaded = modules(SPINOUT, "--version")
    assert of_pydantic(loaded) <= of_pydantic(modules(BARE, "--version"))
    assert not (HEAVY - {"pydantic", "pydantic_core"}) & packages(loaded)


def test_completion(modules):
    asked = {
        "_SPINOUT_COMPLETE": "complete_bash",
        "COMP_WORDS": "spinout a",
        "COMP_CWORD": "1",
    }
    loaded, bare = modules(SPINOUT, **asked), modules(BARE, **asked)
    assert HEAVY & packages(loaded) <= HEAVY & packages(bare)
    assert of_pydantic(loaded) <= of_pydantic(bare)
    ours = {name for name in loaded if name.startswith("spinout_cli.")}
    assert {name for name in ours if not name.startswith("spinout_cli.cli")} <= {
        "spinout_cli.__main__",
        "spinout_cli.sanitize",
        "spinout_cli.cli.app",
        "spinout_cli.errors",
        "spinout_cli.cli.options",
    }


def test_score(modules):
    sheet = json.dumps({"format": "spinout.answers/1", "answers": {}})
    loaded = modules(SPINOUT, "score", "-", given=f"{sheet}\n")
    assert "spinout_cli.scoring.scorer" in loaded
    assert not (HEAVY - {"pydantic", "pydantic_core"}) & packages(loaded)
    assert not {"spinout_cli.results.summarise", "spinout_cli.question_set.consistency"} & loaded


@pytest.fixture
def first_question(tmp_path, environment):
    """Run a program up to the first question, leave it, and return what it has written at its end."""
    if sys.platform == "win32":
        pytest.skip("there is no pseudo-terminal")

    def run(program):
        out = tmp_path / "told"
        terminal = pexpect.spawn(
            sys.executable,
            ["-c", program, str(out), "assess", "new.spinout"],
            env={**environment, "PROMPT_TOOLKIT_NO_CPR": "1"},
            cwd=str(tmp_path),
            timeout=30,
            encoding="utf-8",
        )
        terminal.expect("called")
        terminal.expect("accept")
        terminal.sendcontrol("c")
        terminal.expect(pexpect.EOF)
        terminal.close()
        assert terminal.exitstatus == 130
        return out.read_text("utf-8").split("\n")

    return run


def test_first_question(first_question):
    loaded = set(first_question(SPINOUT))
    assert "questionary" in loaded
    assert not {"rich", "yaml", "jinja2", "duckdb"} & packages(loaded)
    assert not {
        "results.summary",
        "documents.assessment",
        "scoring.scorer",
        "question_set.consistency",
    } & {name.removeprefix("spinout_cli.") for name in loaded}


def test_nobody_looks_for_garbage_before_the_first_question(first_question):
    """Where they do it takes a tenth of the time, and there is none."""
    (looked,) = first_question(LOOKED)
    assert int(looked) <= 1  # on the way to where that is said
