"""`spinout commonalities` from the command line: counted by DuckDB, and told in every form."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from helpers import html_pages
from helpers.commonalities_documents import REF
from helpers.question_sets import write_set
from spinout_cli.question_set import loader

SET = loader.load(None).set
ASKED = ("staff.vote", "finance.full-cost", "leadership.depth", "governance.form")


def spinout(*words, cwd, **more):
    return subprocess.run(
        [sys.executable, "-m", "spinout_cli", "commonalities", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        **more,
    )


def answers(number, random, *, again=False):
    """Invent one organisation: in Wales nobody has a deputy, and England has them all."""
    nation = random.choice(("england", "wales"))
    rungs = {name: random.choice(SET.question[name].ladder) for name in ASKED}
    ladder = SET.question["leadership.depth"].ladder
    rungs["leadership.depth"] = random.choice(ladder[:2] if nation == "wales" else ladder)
    return {
        "format": "spinout.answers/1",
        "service": {"id": f"service-{number}", "name": f"Zebedee Baths {number}"},
        "circumstances": {"nation": nation, "sector": "leisure", "launch": "6-18-months"},
        "answers": {
            name: {"rung": rung, "note": "Zebedee wrote this", "basis": "seen"}
            for name, rung in rungs.items()
        },
        "updated": f"2026-1{int(again)}-01T00:00:00Z",
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three hundred organisations in lines, sixty of them twice, and a line that is broken."""
    random = Random(6)  # noqa: S311  (repeatable)
    lines = [answers(number, random) for number in range(300)]
    lines += [answers(number, random, again=True) for number in range(60)]
    path = tmp_path_factory.mktemp("many")
    (path / "many.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    (path / "broken.ndjson").write_text(f"{json.dumps(lines[0])}\n{{\n", "utf-8")
    (path / "ours.json").write_text(json.dumps(lines[1]), "utf-8")
    return path


def told(*words, cwd):
    found = spinout("many.ndjson", "--json", *words, cwd=cwd)
    assert (found.stderr, found.returncode) == ("", 0)
    return json.loads(found.stdout)


def test_it_counts_an_organisation_once_and_tells_by_nation(folder):
    document = told("--by", "nation", cwd=folder)
    assert document["counted"] == 300
    assert document["left_out"] == [
        {"reason": "an earlier answer of an organisation that counts", "count": 60}
    ]
    assert document["question_set"]["id"] == SET.id
    assert REF.id != SET.id
    (deputy,) = [
        each
        for each in document["prevalence"]
        if (each["kind"], each["id"]) == ("roadblock", "leadership.depth")
    ]
    assert deputy["answered"] == 300
    assert document["moved"]["organisations"] == 60
    assert "Zebedee" not in json.dumps(document)


def test_a_stream_on_stdin_gives_the_same(folder):
    stream = (folder / "many.ndjson").read_text("utf-8")
    found = spinout("-", "--json", cwd=folder, input=stream)
    assert found.returncode == 0
    assert json.loads(found.stdout) == told(cwd=folder)


def test_every_number_of_one_report_is_that_of_every_other(folder):
    plain, by = told(cwd=folder), told("--by", "sector,nation,launch", cwd=folder)
    assert [e["overall"] for e in plain["prevalence"]] == [e["overall"] for e in by["prevalence"]]
    assert plain["suppressed"] == by["suppressed"]


def test_those_most_like_a_file(folder):
    like = told("--like", "ours.json", cwd=folder)["like"]
    assert like["organisations"] >= 30
    assert [each["circumstance"] for each in like["shared"]] == ["nation"]
    assert told(cwd=folder)["like"] is None


def test_working_data_is_exact_and_marked_in_every_form(folder):
    document = told("--working", cwd=folder)
    assert document["working"]
    assert any(e["overall"] and e["overall"]["count"] % 5 for e in document["prevalence"])
    text = spinout("many.ndjson", "--working", cwd=folder).stdout
    assert text.count("not for publication") >= 2
    page = spinout("many.ndjson", "--working", "--format", "html", cwd=folder).stdout
    assert html_pages.read(page).one("title").text.startswith("Working data")


def test_a_page_in_a_file_that_only_we_can_read_and_that_is_not_overwritten(folder):
    path = folder / "common.html"
    found = spinout("many.ndjson", "-o", path, cwd=folder)
    assert (found.stdout, found.returncode) == ("", 0)
    assert "Saved in" in found.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    assert (
        html_pages.read(path.read_text("utf-8")).one("h1").text.startswith("What 300 organisations")
    )
    again = spinout("many.ndjson", "-o", path, cwd=folder)
    assert again.returncode == 1
    assert "--force" in again.stderr


def test_a_page_is_in_the_language_of_the_set(tmp_path):
    """A voice reads it by the language that the page names."""
    welsh = write_set(tmp_path, language="cy")
    one = {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "secured"}}}
    (tmp_path / "one.json").write_text(json.dumps(one), "utf-8")
    words = ("one.json", "--questions", welsh, "--format", "html")
    root = html_pages.read(spinout(*words, cwd=tmp_path).stdout)
    assert root.one("html").attributes["lang"] == "cy"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["many.ndjson"], "many.ndjson"),
        (["."], "many.ndjson"),
        (["*.ndjson"], "many.ndjson"),
        (["many.ndjson", "--like", "ours.json"], "ours.json"),
        (["tables"], "tables/answers.parquet"),
    ],
)
def test_what_is_counted_is_never_replaced(folder, tmp_path, words, path):
    for name in ("many.ndjson", "ours.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    export = [sys.executable, "-m", "spinout_cli", "export", "many.ndjson", "--to", "tables"]
    subprocess.run(export, cwd=tmp_path, check=True, capture_output=True)
    before = (tmp_path / path).read_bytes()
    found = spinout(*words, "--json", "-o", path, "--force", cwd=tmp_path)
    assert (found.stdout, found.returncode) == ("", 2)
    assert f"{path} is what the report is made from" in found.stderr
    assert (tmp_path / path).read_bytes() == before


def test_a_broken_record_is_named_and_left_out_and_the_code_says_so(folder):
    found = spinout("many.ndjson", "broken.ndjson", "--json", cwd=folder)
    assert found.returncode == 1
    assert "broken.ndjson:2" in found.stderr
    assert json.loads(found.stdout)["counted"] == 300


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["many.ndjson", "--by", "moon"], 2, "These are: nation, sector"),
        (["many.ndjson", "--engine", "abacus://"], 2, "abacus"),
        (["nothing-here"], 1, "nothing-here"),
        (["many.ndjson", "--like", "gone.json"], 1, "gone.json"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_or_two(folder, words, code, said):
    found = spinout(*words, cwd=folder)
    assert found.returncode == code
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""


def test_without_the_extra_it_says_which_line_to_run(folder, tmp_path):
    for name in ("ibis", "duckdb"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no', name={name!r})")
    source = Path(loader.__file__).parent.parent
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(source)))}
    found = spinout("many.ndjson", cwd=folder, env=env)
    assert found.returncode == 1
    assert "pip install 'spinout-cli[commonalities]'" in found.stderr
    assert "Traceback" not in found.stderr
