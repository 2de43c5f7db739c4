import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.question_sets import (
    as_yaml,
    divided_set,
    question,
    small_question_set,
    small_set,
    write_set,
)
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import loader, snapshot

ROOT = Path(__file__).parents[2]
BUILT_IN = ROOT / "data" / "questions.yaml"


def written(folder, text):
    path = folder / "set.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder, tree):
    return loader.examine(written(folder, as_yaml(tree))).faults


# Loading


def test_a_sound_set_loads_with_its_digest_and_origin(tmp_path):
    loaded = loader.load(write_set(tmp_path))
    assert loaded.set == small_question_set()
    assert loaded.origin == str(tmp_path / "questions.yaml")
    assert len(loaded.digest) == 64


def test_the_digest_follows_the_content_and_not_its_form(tmp_path):
    plain = loader.load(write_set(tmp_path)).digest
    as_json = json.loads(json.dumps(small_set()))
    sorted_keys = "# a comment\n" + json.dumps(as_json, indent=2, sort_keys=True)
    assert loader.load(written(tmp_path, sorted_keys)).digest == plain
    assert loader.load(write_set(tmp_path, title="Another title")).digest != plain


def test_a_set_in_several_files_is_joined_and_lists_go_on(tmp_path):
    joined = loader.load(divided_set(tmp_path)).set
    whole = small_question_set()
    assert joined.model_copy(update={"library": ()}) == whole
    assert [source.id for source in joined.sources] == ["survey", "act", "blog"]


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(SpinoutError, match=r"none\.yaml cannot be read \(No such file"):
        loader.load(tmp_path / "none.yaml")
    with pytest.raises(SpinoutError, match="cannot be read"):
        loader.load(tmp_path)
    with pytest.raises(SpinoutError, match="cannot be the name of a file"):
        loader.examine(Path("a\0b"))


def test_no_more_is_read_than_may_be(tmp_path):
    endless = tmp_path / "endless.yaml"
    endless.symlink_to("/dev/zero")
    assert loader.examine(endless).faults[0].message.startswith("the file has more than 512 KB")


# What is wrong in a set


def break_at(*path_and_value):
    *path, last, value = path_and_value
    tree = small_set()
    part = tree
    for step in path:
        part = part[step]
    if value is None and isinstance(part, dict):
        del part[last]
    else:
        part[last] = value
    return tree


@pytest.mark.parametrize(
    ("tree", "name", "message"),
    [
        (
            break_at("questions", 0, "weight", "4"),
            "staff.vote",
            "question 'staff.vote': weight must be 3 or less. Change it.",
        ),
        (
            break_at("questions", 0, "weight", "heavy"),
            "staff.vote",
            "question 'staff.vote': weight must be a whole number. Change it.",
        ),
        (
            break_at("questions", 0, "ask", None),
            "staff.vote",
            "question 'staff.vote': ask is missing. Add it.",
        ),
        (
            break_at("questions", 0, "ask", ""),
            "staff.vote",
            "question 'staff.vote': ask is empty. Write something there, or take the line out.",
        ),
        (
            break_at("questions", 0, "ask", "a" * 4001),
            "staff.vote",
            "question 'staff.vote': ask must have 4000 characters or fewer. Change it.",
        ),
        (
            break_at("questions", 0, "ask", ["a"]),
            "staff.vote",
            "question 'staff.vote': ask must be text. Change it.",
        ),
        (
            break_at("questions", 0, "wieght", "1"),
            "staff.vote",
            (
                "question 'staff.vote': wieght is not a key that belongs here. "
                "Check its spelling, or take it out."
            ),
        ),
        (
            break_at("questions", 0, "a secret: thing", "1"),
            "staff.vote",
            (
                "question 'staff.vote': this key (\u2018a secret: thing\u2019) is not a key that belongs here. "
                "Check its spelling, or take it out."
            ),
        ),
        (
            break_at("questions", 0, "quick", "perhaps"),
            "staff.vote",
            "question 'staff.vote': quick must be true or false. Change it.",
        ),
        (
            break_at("questions", 0, "lenses", []),
            "staff.vote",
            "question 'staff.vote': lenses must have 1 or more. Change it.",
        ),
        (
            break_at("questions", 0, "lenses", 0, "flight"),
            "staff.vote",
            "question 'staff.vote': number 1 of lenses must be 'launch' or 'endure'. Change it.",
        ),
        (
            break_at("questions", 0, "rungs", 1, "label", None),
            "begun",
            "question 'staff.vote', rung 'begun': label is missing. Add it.",
        ),
        (
            break_at("questions", 0, "rungs", 1, "position", "2"),
            "begun",
            "question 'staff.vote', rung 'begun': position must be 1 or less. Change it.",
        ),
        (
            break_at("questions", 0, "next", 0, "effort", "years"),
            "do-vote",
            (
                "question 'staff.vote', action 'do-vote': "
                "effort must be 'days', 'weeks' or 'months'. Change it."
            ),
        ),
        (
            break_at("questions", 0, "id", "Staff Vote"),
            None,
            "id must be lower-case letters, digits and hyphens, with one dot at most. Change it.",
        ),
        (
            break_at("questions", 0, "when", {"nation": {"is": "x"}, "sector": {"is": "y"}}),
            "staff.vote",
            (
                "question 'staff.vote': "
                "when must compare exactly one thing; join several with `all` or `any`. Change it."
            ),
        ),
        (
            break_at("questions", 0, "when", {"all": [{"not": {"nation": {"iz": "x"}}}]}),
            "staff.vote",
            (
                "question 'staff.vote': iz is not a key that belongs here. "
                "Check its spelling, or take it out."
            ),
        ),
        (
            break_at("notices", 0, "in_force", "soon"),
            "reserved",
            (
                "notice 'reserved': in_force must be a date such as 2026-11-30, or "
                "must be 'not-in-force' or 'unknown'. Change it."
            ),
        ),
        (
            break_at("notices", 0, "reviewed", "2026-13-01"),
            "reserved",
            "notice 'reserved': reviewed must be a date such as 2026-11-30. Change it.",
        ),
        (
            break_at("sources", 0, "url", "javascript:alert(1)"),
            "survey",
            (
                "source 'survey': url must be a web address that begins with https:// or http://. "
                "Change it."
            ),
        ),
        (
            break_at("tests", 0, "answers", "staff.vote", {"rung": "begun", "bassis": "seen"}),
            "lost-vote",
            (
                "test 'lost-vote': bassis is not a key that belongs here. "
                "Check its spelling, or take it out."
            ),
        ),
        (
            break_at("tests", 0, "circumstances", "nation", {"a": "b"}),
            "lost-vote",
            "test 'lost-vote': nation must be text, or must be a list. Change it.",
        ),
        (
            break_at("themes", 0, "id", "con"),
            "con",
            (
                "theme 'con': id cannot be this: 'con' is a device name on Windows; "
                "choose another id. Change it."
            ),
        ),
        (break_at("questions", 1, "text"), None, "number 2 of questions must be keys with values"),
        (break_at("format", "spinout.questions/9"), None, "format must be 'spinout.questions/1'."),
        (break_at("caution", None), None, "caution is missing. Add it."),
        (
            break_at("library", ["../../etc/passwd"]),
            None,
            "number 1 of library must be the name of a file beside this one, such as notices.yaml.",
        ),
        ([], None, "this is not a question set. Begin it with `format: spinout.questions/1`."),
    ],
)
def test_what_the_models_refuse_is_told_in_plain_words(tree, name, message, tmp_path):
    (fault,) = faults_of(tmp_path, tree)
    assert fault.message.startswith(message)
    assert fault.id == name


def test_a_fault_stands_where_its_line_is(tmp_path):
    text = as_yaml(break_at("questions", 1, "weight", "9"))
    (fault,) = loader.examine(written(tmp_path, text)).faults
    assert text.splitlines()[fault.line - 1] == "  weight: '9'"
    assert fault.column == 3
    assert str(fault) == (
        f"{tmp_path / 'set.yaml'}:{fault.line}:3: question 'staff.surplus': "
        "weight must be 3 or less. Change it."
    )


def test_what_is_missing_is_told_at_the_part_that_lacks_it(tmp_path):
    text = as_yaml(break_at("questions", 1, "why", None))
    (fault,) = loader.examine(written(tmp_path, text)).faults
    assert text.splitlines()[fault.line - 1] == "- id: staff.surplus"


def test_a_line_left_empty_is_told_as_such(tmp_path):
    text = as_yaml(small_set()).replace("caution: This is for tests.", "caution:")
    (fault,) = loader.examine(written(tmp_path, text)).faults
    assert fault.message.startswith("caution is empty.")


def test_what_was_written_is_never_repeated(tmp_path):
    tree = small_set()
    for path in (("questions", 0, "weight"), ("notices", 0, "in_force"), ("sources", 0, "url")):
        tree[path[0]][path[1]][path[2]] = "SECRET-WORDS"
    with pytest.raises(SpinoutError) as refused:
        loader.load(written(tmp_path, as_yaml(tree)))
    assert "SECRET" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_all_faults_are_told_in_order_but_at_most_twenty(tmp_path):
    tree = small_set()
    tree["sources"] += [{"id": f"s{n}"} for n in range(7)]
    with pytest.raises(SpinoutError) as refused:
        loader.load(written(tmp_path, as_yaml(tree)))
    lines = str(refused.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 15 more"
    numbers = [int(line.split(":")[1]) for line in lines[:-1]]
    assert numbers == sorted(numbers)


def test_a_yaml_fault_is_told_once_with_its_place(tmp_path):
    (fault,) = loader.examine(written(tmp_path, "format: spinout.questions/1\nid: *x\n")).faults
    assert (fault.line, fault.column, fault.id) == (2, 5, None)
    assert fault.message.startswith("aliases")


def test_cross_checks_are_told_with_id_and_place(tmp_path):
    tree = small_set(in_house="money.x")
    tree["questions"][3]["next"][0]["after"] = ["x"]
    first, second = faults_of(tmp_path, tree)
    assert first.message == "there is no question 'money.x'. Check the spelling, or add it."
    assert second.id == "do-exit-cost"
    assert second.message.startswith("question 'money.exit-cost', action 'do-exit-cost': there is")


# The library


def test_a_fault_in_a_library_file_names_that_file(tmp_path):
    path = divided_set(tmp_path)
    cases = tmp_path / "cases.yaml"
    cases.write_text(cases.read_text().replace("blog\n", "blog\n  yaer: 1\n", 1))
    (fault,) = loader.examine(path).faults
    assert fault.file == str(cases)
    assert cases.read_text().splitlines()[fault.line - 1] == "  yaer: 1"
    assert fault.message.startswith("source 'blog': yaer is not a key")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("title: Mine\n", "library.yaml:1:1", "a library file can hold only circumstances, themes"),
        ("notices: x\n", "library.yaml:1:1", "this must be a list"),
        ("- x\n", "library.yaml:1:1", "this is not a part of a question set"),
        ("notices:\n  - *x\n", "library.yaml:2:5", "aliases"),
        (None, "questions.yaml:3:3", "'library.yaml' beside this file cannot be read (No such"),
    ],
)
def test_a_library_file_that_will_not_do_is_refused(text, place, message, tmp_path):
    tree = {"format": "spinout.questions/1", "library": ["library.yaml"], **small_set()}
    path = tmp_path / "questions.yaml"
    path.write_text(as_yaml(tree), encoding="utf-8")
    if text is not None:
        (tmp_path / "library.yaml").write_text(text)
    (fault,) = loader.examine(path).faults
    assert str(fault).startswith(f"{tmp_path}/{place}: {message}")


def test_a_file_named_twice_or_too_many_files_are_refused(tmp_path):
    (fault,) = loader.examine(write_set(tmp_path, library=["questions.yaml"])).faults
    assert "named already" in fault.message
    names = [f"f{n}.yaml" for n in range(loader.LIBRARY_LIMIT + 3)]
    for name in names:
        (tmp_path / name).write_text("notices: []\n")
    (fault,) = loader.examine(write_set(tmp_path, library=names)).faults
    assert "may have 8 files" in fault.message


def test_a_great_many_parts_in_many_files_are_refused_fast(tmp_path):
    names = [f"f{n}.yaml" for n in range(loader.LIBRARY_LIMIT)]
    for name in names:
        (tmp_path / name).write_text("sources:\n" + "- {id: a}\n" * 19_000)
    path = write_set(tmp_path, library=names)
    began = time.process_time()
    with pytest.raises(SpinoutError, match="from here on it is too much"):
        loader.load(path)
    assert time.process_time() - began < 3


def test_a_great_many_wrong_references_are_told_fast(tmp_path):
    tree = small_set()
    tree["sources"] += [{**tree["sources"][0], "id": f"s{n}"} for n in range(3000)]
    tree["themes"][0]["sources"] = [f"x{n}" for n in range(6000)]
    began = time.process_time()
    with pytest.raises(SpinoutError, match="and 5980 more"):
        loader.load(written(tmp_path, json.dumps(tree, indent=0)))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "name", ["../x.yaml", "/etc/passwd", "x.yml", "a/b.yaml", "X.yaml", ".yaml", "x.yaml\n"]
)
def test_a_library_never_leaves_the_folder(name, tmp_path):
    (tmp_path / "x.yaml").write_text("sources: []\n")
    folder = tmp_path / "set"
    folder.mkdir()
    (fault,) = loader.examine(write_set(folder, library=[name])).faults
    assert "must be the name of a file beside this one" in fault.message


# The compiled form


@pytest.fixture
def site(tmp_path):
    """Lay the package out as a wheel does, with the built-in set or else a small one."""
    package = tmp_path / "site" / "spinout_cli"
    shutil.copytree(
        ROOT / "src" / "spinout_cli",
        package,
        ignore=shutil.ignore_patterns("data", "__pycache__", ".*"),
    )
    data = package / "data"
    data.mkdir()
    if BUILT_IN.exists():
        for file in BUILT_IN.parent.glob("*.yaml"):
            shutil.copy(file, data)
    else:
        divided_set(data)
    (data / "questions.json").write_bytes(loader.compile_set(data / "questions.yaml"))
    return package


PROBE = """
import json, sys
from spinout_cli.question_set import loader
loaded = loader.load()
print(json.dumps({
    "set": loaded.set.model_dump(mode="json", by_alias=True),
    "digest": loaded.digest, "origin": loaded.origin, "parsed": "yaml" in sys.modules,
}))
"""


def probe(package):
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_the_compiled_form_equals_the_yaml_and_needs_no_parser(site):
    compiled = probe(site)
    (site / "data" / "questions.json").unlink()
    parsed = probe(site)
    assert (compiled.pop("parsed"), parsed.pop("parsed")) == (False, True)
    assert compiled == parsed
    assert compiled["origin"] == str(site / "data" / "questions.yaml")
    loaded = loader.load(site / "data" / "questions.yaml")
    assert loaded.digest == compiled["digest"]
    assert loaded.set.model_dump(mode="json", by_alias=True) == compiled["set"]


def test_the_compiled_form_is_the_same_bytes_each_time(site):
    data = site / "data"
    again = loader.compile_set(data / "questions.yaml")
    assert again == (data / "questions.json").read_bytes()
    assert set(json.loads(again)) == {"made_from", "digest", "set"}


def test_a_compiled_form_that_is_out_of_date_is_not_used(site):
    data = site / "data" / "questions.yaml"
    before = probe(site)["digest"]
    data.write_text(data.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    after = probe(site)
    assert after["parsed"]
    assert after["digest"] == before


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'{"made_from": 1, "set": {}}'])
def test_a_compiled_form_that_is_damaged_is_not_used(site, damage):
    (site / "data" / "questions.json").write_bytes(damage)
    assert probe(site)["parsed"]


def test_a_set_with_a_fault_is_not_compiled(tmp_path):
    with pytest.raises(SpinoutError, match=r"no question 'money\.x'"):
        loader.compile_set(write_set(tmp_path, in_house="money.x"))


@pytest.mark.skipif(not BUILT_IN.exists(), reason="the bank is not written yet")
def test_the_built_in_set_is_sound_and_the_one_that_is_found():
    assert loader.examine().faults == []
    assert loader.load().digest == loader.load(BUILT_IN).digest


def test_the_build_hook_writes_the_compiled_form(tmp_path):
    pytest.importorskip("hatchling")
    shutil.copy(ROOT / "hatch_build.py", tmp_path)
    shutil.copytree(
        ROOT / "src" / "spinout_cli",
        tmp_path / "src" / "spinout_cli",
        ignore=shutil.ignore_patterns("data", "__pycache__", ".*"),
    )
    (tmp_path / "data").mkdir()
    path = divided_set(tmp_path / "data")
    build = (
        "import hatch_build\n"
        "data = {'artifacts': [], 'force_include': {}}\n"
        f"hook = hatch_build.CompileQuestions({str(tmp_path)!r}, {{}}, None, None, '', 'wheel')\n"
        "hook.initialize('standard', data)\n"
        "print(data['artifacts'][0])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", build], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    made = tmp_path / run.stdout.strip().lstrip("/")
    assert made.read_bytes() == loader.compile_set(path)


# A session's own questions with another library


def test_a_header_and_its_own_library_make_the_same_set(tmp_path):
    loaded = loader.load(write_set(tmp_path))
    kept = snapshot.snapshot(loaded)
    assert json.loads(json.dumps(kept)) == kept
    assert not {"notices", "stories", "sources", "tests", "library"} & set(kept)
    joined = snapshot.restore(kept, loaded.set)
    assert joined == loaded.set.model_copy(update={"tests": (), "library": ()})


def test_what_the_library_lacks_is_dropped_from_the_session(tmp_path):
    kept = snapshot.snapshot(loader.load(write_set(tmp_path)))
    other = small_set(stories=[], tests=[])
    for section in ("themes", "questions", "rules", "notices"):
        for part in other[section]:
            part["sources"] = ["act"]
            part.pop("stories", None)
    other["sources"] = [s for s in other["sources"] if s["id"] == "act"]
    joined = snapshot.restore(kept, small_question_set(**other))
    assert joined.question["staff.vote"].sources == ()
    assert joined.question["staff.vote"].stories == ()
    assert joined.question["money.in-house"].sources == ("act",)
    assert joined.theme["staff"].sources == ()
    assert joined.rules[0].sources == ()
    assert joined.story == {}


def test_the_session_keeps_its_questions_and_the_library_its_news(tmp_path):
    kept = snapshot.snapshot(loader.load(write_set(tmp_path, title="As it was")))
    newer = small_set(title="As it is")
    newer["questions"] = [*newer["questions"][1:], question("staff.new")]
    newer["questions"][0].pop("when")
    newer["questions"][2]["next"][0].pop("after")
    newer |= {"tests": [], "rules": []}
    newer["notices"] = [
        {**newer["notices"][0], "says": "It is said anew."},
        {**newer["notices"][1], "when": {"staff.new": {"at_least": "drafted"}}},
    ]
    newer["stories"][0] |= {"ending": "It closed."}
    joined = snapshot.restore(kept, small_question_set(**newer))
    assert joined.title == "As it was"
    assert list(joined.question) == [q["id"] for q in small_set()["questions"]]
    assert [(n.id, n.says) for n in joined.notices] == [("reserved", "It is said anew.")]
    assert joined.story["riverside"].ending == "It closed."


@pytest.mark.parametrize(
    "damage", [{"questions": []}, {"in_house": "money.x"}, {"format": 1}, {"extra": 1}]
)
def test_a_header_that_is_not_sound_is_refused_without_repeating_it(damage, tmp_path):
    loaded = loader.load(write_set(tmp_path))
    with pytest.raises(SpinoutError, match="not a sound question set") as refused:
        snapshot.restore({**snapshot.snapshot(loaded), **damage}, loaded.set)
    assert "money.x" not in str(refused.value)
