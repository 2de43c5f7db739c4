"""Tidy tables: what scoring tells and nothing else, private, whole, and never over what is there."""

import csv
import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given

from helpers.pseudo_terminal import COMMAND, FACTS, begun, run, surroundings
from helpers.strategies import NOW, cases, laws
from spinout_cli.tables import columns
from spinout_cli.tables import rows as rows_module

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCUMENTS = tuple(str(EXAMPLES / f"bryn-library-service{name}.json") for name in ("", "-later"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and limits of the Unix kind")


def sheet(answers=None, **more):
    given = {"staff.vote": {"rung": "lost"}} if answers is None else answers
    return {"format": "spinout.answers/1", "circumstances": FACTS, "answers": given, **more}


def exported(folder, *sheets, to="tables", options=(), **environment):
    """Export these as CSV from a stream, and return what came of it."""
    lines = "\n".join(s if isinstance(s, str) else json.dumps(s) for s in sheets)
    arguments = ("export", "-", "--to", to, "--format", "csv", *options)
    return run(*arguments, folder=folder, stdin=lines.encode(), **environment)


def table(folder, name):
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def told(came):
    words = came.stderr.decode()
    assert "Traceback" not in words
    return words


# ------------------------------------------------------------------------- what the rows say


@laws
@given(cases())
def test_rows_say_what_scoring_says(case):
    scorer, question_set, given_sheet = case
    standing = scorer.stand(given_sheet)
    (draft,) = scorer.drafts([(given_sheet, standing)], NOW)
    assessment = draft.assessment()
    made = rows_module.RowBuilder(question_set).rows(7, given_sheet, standing, draft)
    heads = [[column.name for column in each.columns] for each in columns.tables(question_set)]
    ours, answers, findings = (
        [dict(zip(head, row, strict=True)) for row in rows]
        for head, rows in zip(heads, made, strict=True)
    )
    assert {row["assessment_id"] for row in (*ours, *answers, *findings)} == {7}
    counted = {a["question_id"]: a for a in answers if a["state"] != columns.NOT_COUNTED}
    of = lambda kind: {n for n, a in counted.items() if a["counts_as"] == kind}  # noqa: E731
    assert of("roadblock") == {found.id for found in assessment.roadblocks}
    assert of("enabler") == {found.id for found in assessment.enablers}
    assert {n for n, a in counted.items() if a["hard_stop"]} == {
        found.id for found in assessment.roadblocks if found.hard_stop
    }
    unknown = {n: a["reason"] for n, a in counted.items() if a["state"] == "unknown"}
    assert unknown == {found.id: found.reason for found in assessment.find_out}
    assert {n: a["rung"] for n, a in counted.items() if a["rung"] is not None} == standing.rungs
    assert ours[0]["launch_state"] == assessment.lenses["launch"].state
    assert ours[0]["endure_state"] == assessment.lenses["endure"].state
    by_rule = [f["finding_id"] for f in findings if f["found_by"] == "rule"]
    assert sorted(by_rule) == sorted(found.id for found in assessment.findings)
    assert "nickname" not in ours[0]


def test_a_belief_is_unknown_and_what_is_closed_is_not_counted(tmp_path):
    answers = {
        "staff.vote": {"rung": "passed", "basis": "think"},
        "staff.time": {"state": "unknown"},
        "staff.terms": {"rung": "letter"},
        "pensions.exit": {"state": "not-applicable", "reason": "none"},
    }
    closed = {"schemes": ["nhs"]}
    came = exported(tmp_path, sheet(answers, circumstances=FACTS | closed))
    assert came.returncode == 0, told(came)
    found = {row["question_id"]: row for row in table(tmp_path / "tables", "answers")}
    assert (found["staff.vote"]["state"], found["staff.vote"]["reason"]) == ("unknown", "think")
    assert found["staff.vote"]["rung"] == found["staff.vote"]["counts_as"] == ""
    assert found["staff.time"]["reason"] == "unknown"
    assert found["pensions.exit"]["state"] == "not-counted"
    assert found["pensions.exit"]["reason"] == "closed"
    (row,) = table(tmp_path / "tables", "assessments")
    assert row["schemes"] == "nhs"


def test_rows_are_those_that_score_gives(tmp_path):
    out = tmp_path / "tables"
    came = run(
        "export",
        *DOCUMENTS,
        "--to",
        str(out),
        "--format",
        "csv",
        folder=tmp_path,
        SPINOUT_QUESTIONS="",
    )
    assert came.returncode == 0, told(came)
    scored = run("score", *DOCUMENTS, folder=tmp_path, SPINOUT_QUESTIONS="")
    documents = [json.loads(line) for line in scored.stdout.splitlines()]
    found = table(out, "findings")
    for number, document in enumerate(documents, start=1):
        ours = [row for row in found if row["assessment_id"] == str(number)]
        for kind, key in (
            ("roadblock", "roadblocks"),
            ("enabler", "enablers"),
            ("unknown", "find_out"),
        ):
            told_of = [
                row["finding_id"]
                for row in ours
                if (row["found_by"], row["kind"]) == ("question", kind)
            ]
            assert told_of == [each["id"] for each in document[key]]


# ------------------------------------------------------------------------- names never enter


def test_names_notes_and_typed_texts_never_enter(tmp_path):
    answers = {
        "staff.vote": {"rung": "lost", "note": "SENTINEL-a"},
        "staff.time": {"state": "not-applicable", "reason": "SENTINEL-b"},
    }
    given_sheet = sheet(
        answers,
        service={"id": "SENTINEL-c", "name": "SENTINEL-d"},
        session="SENTINEL-e",
        role="SENTINEL-f",
        question_set={"id": "x", "version": "SENTINEL-g", "digest": "SENTINEL-h"},
        circumstances={"sector": "SENTINEL-i", "nation": "SENTINEL-j"},
    )
    came = exported(tmp_path, given_sheet)
    assert came.returncode == 0, told(came)
    for path in (tmp_path / "tables").iterdir():
        assert b"SENTINEL" not in path.read_bytes(), path
    assert b"SENTINEL" not in came.stderr + came.stdout


def test_a_text_that_would_be_a_formula_is_made_one_no_more(tmp_path):
    attack = '=HYPERLINK("https://evil.example","click")'
    made = yaml.safe_load((Path(__file__).parents[1] / "helpers/interview.yaml").read_text())
    made["questions"][0]["roadblock"] = attack
    path = tmp_path / "set.yaml"
    path.write_text(yaml.safe_dump(made, allow_unicode=True))
    came = exported(
        tmp_path,
        sheet(),
        SPINOUT_QUESTIONS=str(path),
    )
    assert came.returncode == 0, told(came)
    titles = [row["title"] for row in table(tmp_path / "tables", "findings")]
    assert f"'{attack}" in titles
    assert attack not in titles


# ------------------------------------------------------------------------- broken, mixed, empty


def test_what_is_broken_is_named_and_the_rest_is_used(tmp_path):
    came = exported(
        tmp_path, sheet(), "{", sheet(answers={"no.such": {"rung": "x"}}), '{"format": 1}'
    )
    assert came.returncode == 1
    words = told(came)
    assert "stdin:2:" in words
    assert "stdin:4" in words
    assert "2 could not be used and were left out." in words
    assert "no.such: 1 answer left out" in words
    assert [row["assessment_id"] for row in table(tmp_path / "tables", "assessments")] == ["1", "2"]


def test_many_are_numbered_as_they_come_by_however_many_processes(tmp_path):
    """After the first few, the rest are shared among the cores."""
    asked = ({"rung": "passed"}, {"rung": "lost"})
    sheets = [
        json.dumps(sheet({"staff.vote": asked[n % 2]}, service={"id": f"s{n}"})) for n in range(400)
    ]
    (tmp_path / "in.ndjson").write_text("\n".join([*sheets[:300], "{", *sheets[300:]]), "utf-8")
    came = run("export", "in.ndjson", "--to", "t", "--format", "csv", folder=tmp_path)
    assert came.returncode == 1
    assert "in.ndjson:301:" in told(came)
    made = table(tmp_path / "t", "assessments")
    assert [int(row["assessment_id"]) for row in made] == list(range(1, 401))
    known = [rows_module.fingerprint(f"s{n}") for n in range(400)]
    assert [row["service_id"] for row in made] == known
    answers = table(tmp_path / "t", "answers")
    rungs = {int(row["assessment_id"]): row["rung_id"] for row in answers if row["rung_id"]}
    assert rungs == {n + 1: asked[n % 2]["rung"] for n in range(400)}


@pytest.mark.parametrize("lines", [(), ("{", "[]"), ("\x00", '{"a": NaN}')])
def test_where_nothing_can_be_used_nothing_is_written(tmp_path, lines):
    came = exported(tmp_path, *lines)
    assert came.returncode == 1
    assert "nothing was written" in told(came)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".home")]


def questions(folder, change):
    """A file with the questions as this changes them."""
    tree = yaml.safe_load((Path(__file__).parents[1] / "helpers/interview.yaml").read_text())
    change({question["id"]: question for question in tree["questions"]}, tree)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True))
    return str(path)


def reversed_time(asked, _):
    asked["staff.time"]["rungs"].reverse()


def balloted(asked, _):
    asked["staff.vote"]["renamed_from"] = ["staff.ballot"]


def merged_into_vote(asked, tree):
    """One question where there were two, with the rungs of neither."""
    asked["staff.vote"]["renamed_from"] = ["staff.time"]
    asked["staff.vote"]["rungs"].insert(1, {"id": "begun", "label": "Begun"})
    tree["questions"].remove(asked["staff.time"])


def session(folder, **answers):
    begun(folder, **{name: {"rung": rung} for name, rung in answers.items()}).rename(
        folder / "s.spinout"
    )


def not_counted(rows):
    return {
        row["question_id"]: row["reason"] for row in rows if row["state"] == columns.NOT_COUNTED
    }


def test_answers_on_another_ladder_are_left_out_and_named(tmp_path):
    session(tmp_path, staff_vote="lost", staff_time="some")
    changed = {"SPINOUT_QUESTIONS": questions(tmp_path, reversed_time)}
    words = ("export", "s.spinout", "--to", "t", "--format", "csv")
    came = run(*words, folder=tmp_path, **changed)
    assert came.returncode == 0, told(came)
    assert "staff.time: 1 answer left out, since its rungs are not those" in told(came)
    rows = table(tmp_path / "t", "answers")
    assert [row["rung_id"] for row in rows if row["question_id"] == "staff.vote"] == ["lost"]
    assert not_counted(rows) == {"staff.time": "ladder-changed"}


def test_scoring_leaves_out_what_exporting_leaves_out(tmp_path):
    session(tmp_path, staff_vote="lost", staff_time="some")
    changed = {"SPINOUT_QUESTIONS": questions(tmp_path, reversed_time)}
    scored = json.loads(run("score", "s.spinout", folder=tmp_path, **changed).stdout)
    assert scored["not_counted"] == [{"id": "staff.time", "reason": "ladder-changed"}]
    assert [found["id"] for found in scored["roadblocks"]] == ["staff.vote"]


def test_an_earlier_id_is_carried_over(tmp_path):
    changed = questions(tmp_path, balloted)
    came = exported(tmp_path, sheet({"staff.ballot": {"rung": "lost"}}), SPINOUT_QUESTIONS=changed)
    assert came.returncode == 0, told(came)
    (row,) = table(tmp_path / "tables", "answers")
    assert (row["question_id"], row["rung_id"]) == ("staff.vote", "lost")


def test_of_an_earlier_id_and_the_one_it_has_now_the_latter_counts(tmp_path):
    changed = {"SPINOUT_QUESTIONS": questions(tmp_path, balloted)}
    both = sheet({"staff.ballot": {"rung": "lost"}, "staff.vote": {"state": "unknown"}})
    came = exported(tmp_path, both, **changed)
    (row,) = table(tmp_path / "tables", "answers")
    assert (row["question_id"], row["state"]) == ("staff.vote", "unknown")
    assert "staff.ballot: 1 answer left out" in told(came)
    came = run("score", "-", folder=tmp_path, stdin=json.dumps(both).encode(), **changed)
    scored = json.loads(came.stdout)
    assert scored["not_counted"] == [{"id": "staff.ballot", "reason": "unknown-question"}]


def test_two_questions_that_are_one_now_have_one_row(tmp_path):
    session(tmp_path, staff_vote="lost", staff_time="some")
    changed = {"SPINOUT_QUESTIONS": questions(tmp_path, merged_into_vote)}
    words = ("export", "s.spinout", "--to", "t", "--format", "csv")
    came = run(*words, folder=tmp_path, **changed)
    assert came.returncode == 0, told(came)
    rows = table(tmp_path / "t", "answers")
    assert [row["question_id"] for row in rows] == ["staff.vote"]
    assert not_counted(rows) == {"staff.vote": "ladder-changed"}


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-05:00"])
def test_a_moment_that_utc_has_no_year_for_is_left_empty(tmp_path, end):
    came = exported(tmp_path, sheet(updated=end), sheet(updated="2026-11-24T10:00:00+01:00"))
    assert came.returncode == 0, told(came)
    rows = table(tmp_path / "tables", "assessments")
    assert [row["updated_at"] for row in rows] == ["", "2026-11-24T09:00:00Z"]


# ------------------------------------------------------------------------- where it is written


@posix
def test_only_the_owner_can_read_it(tmp_path):
    was = os.umask(0o022)
    try:
        came = exported(tmp_path, sheet())
    finally:
        os.umask(was)
    assert came.returncode == 0, told(came)
    out = tmp_path / "tables"
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    names = {path.name for path in out.iterdir()}
    assert names == {"assessments.csv", "answers.csv", "findings.csv", "README.txt"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert (out / "README.txt").read_text().startswith("Working data, not for publication")


def test_what_is_there_stays_without_force(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/mine.txt").write_text("mine")
    assert exported(tmp_path, sheet()).returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}
    other = {**sheet(), "role": "somebody else"}
    again = exported(tmp_path, sheet(), other)
    assert again.returncode == 1
    assert "--force" in told(again)
    assert {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()} == before
    assert exported(tmp_path, sheet(), other, options=("--force",)).returncode == 0
    assert len(table(tmp_path / "tables", "assessments")) == 2
    assert (tmp_path / "tables/mine.txt").read_text() == "mine"


def test_tables_of_the_other_kind_do_not_stay_behind(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/mine.csv").write_text("mine")
    assert exported(tmp_path, sheet()).returncode == 0
    lines = json.dumps(sheet()).encode()
    words = ("export", "-", "--to", "tables", "--format", "parquet", "--force")
    came = run(*words, folder=tmp_path, stdin=lines)
    assert came.returncode == 0, told(came)
    names = {path.name for path in (tmp_path / "tables").iterdir()}
    tables_ = {f"{name}.parquet" for name in ("assessments", "answers", "findings")}
    assert names == {"README.txt", "mine.csv", *tables_}


def test_tables_that_are_not_ours_stay(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/answers.csv").write_text("mine")
    words = ("export", "-", "--to", "tables", "--format", "parquet", "--force")
    assert run(*words, folder=tmp_path, stdin=json.dumps(sheet()).encode()).returncode == 0
    assert (tmp_path / "tables/answers.csv").read_text() == "mine"


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "tables").write_text("mine")
    came = exported(tmp_path, sheet(), options=("--force",))
    assert came.returncode == 1
    assert "is a file" in told(came)
    assert (tmp_path / "tables").read_text() == "mine"


@posix
@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_nothing_behind(tmp_path, there):
    if there:
        assert exported(tmp_path, sheet()).returncode == 0
    before = sorted(path.read_bytes() for path in tmp_path.glob("tables/*"))
    came = subprocess.run(
        [*COMMAND, "export", "-", "--to", "tables", "--format", "csv", "--force"],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        input="\n".join(json.dumps({**sheet(), "role": str(n)}) for n in range(200)).encode(),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert came.returncode == 1
    assert "could not be written" in told(came)
    assert sorted(path.read_bytes() for path in tmp_path.glob("tables/*")) == before
    assert not list(tmp_path.glob(".spinout-*"))
    assert not list(tmp_path.glob("tables/.spinout-*"))


def test_the_same_answers_make_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        assert exported(tmp_path, sheet(), sheet(), to=name).returncode == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_without_the_extra_it_says_which_line_to_run(tmp_path):
    (tmp_path / "pyarrow.py").write_text("raise ModuleNotFoundError(name='pyarrow')")
    came = run("export", *DOCUMENTS, "--to", "t", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert came.returncode == 1
    assert "pip install 'spinout-cli[commonalities]'" in told(came)
    assert not (tmp_path / "t").exists()
