"""Question sets that somebody else wrote, through every command that reads one."""

import json
from itertools import count

import pytest

from helpers.hostile_texts import BOMB, MERGE_BOMB
from helpers.pseudo_terminal import Terminal, answers_document
from helpers.question_sets import as_yaml, question, small_set, source, write_set
from hostile.confined import assert_harmless, confined, refused

pytestmark = pytest.mark.slow

WORDS = (
    "[/] [link=https://evil.example]x[/link] :100: </script><i onclick=x> ${HOME} {{7*7}} {0} %s"
)

READERS = [
    ["questions", "check"],
    ["questions", "list"],
    ["questions", "list", "--json"],
    ["questions", "show", "staff.vote"],
    ["questions", "test"],
    ["assess", "--no-input", "new.spinout"],
    ["assess", "--print"],
    ["workshop", "--print"],
    ["workshop", "--template"],
    ["workshop", "merge", "given.json"],
    ["score", "given.json"],
    ["report", "given.json"],
    ["explain", "staff.vote"],
    ["explain", "given.json", "staff.vote"],
    ["explain", "given.json"],
    ["compare", "given.json", "given.json"],
    ["report", "given.json", "--target", "launch"],
]


def given(folder):
    """An answers document for the small set."""
    return answers_document(folder, {"staff.vote": {"rung": "nothing"}}, circumstances={})


# ------------------------------------------------------------------------- refused as YAML

FILES = {
    "billion laughs": (BOMB.encode(), ":1:", "anchors"),
    "merge bomb": (MERGE_BOMB.encode(), ":1:", "anchors"),
    "tag": (b"format: !!python/object/apply:os.system [id]\n", ":1:", "tags"),
    "twice": (b"format: a\nid: b\nformat: c\n", ":3:", "given twice, on line 1 and on line 3"),
    "deep": (b"format: " + b"[" * 100_000, ":1:", "Make it flatter"),
    "deep by lines": (b"".join(b" " * n + b"a:\n" for n in range(600)), ":25:", "24 deep"),
    "too large": (b"format: a\n" + b"# \n" * 400_000, ":1:", "512 KB"),
    "a megabyte of blank lines": (b"\n" * 1_000_000, ":1:", "512 KB"),
    "half a megabyte of dashes": (b"- " * 260_000, "", ""),
    "half a megabyte of question marks": (b"? " * 260_000, "", ""),
    "a long text": (b"format: " + b"x" * 400_000, ":1:", "20,000 characters"),
    "NUL": (b"format: a\nid: b\x00\n", ":2:", "U+0000"),
    "ESC": (b"format: a\nid: \x1b]52;c;aGk=\x07\n", ":2:", "U+001B"),
    "ESC by escape": (b'format: a\nid: "\\e]52;c;aGk=\\a"\n', ":2:", "U+001B"),
    "bidi": ("format: a\nid: b\u202ec\n".encode(), ":2:", "U+202E"),
    "bidi by escape": (b'format: a\nid: "b\\u202e"\n', ":2:", "U+202E"),
    "C1": ("format: a\nid: b\x9b31m\n".encode(), ":2:", "U+009B"),
    "no UTF-8": (b"format: a\nid: b\xff\xfe\n", ":2:", "UTF-8"),
    "UTF-16": ("format: a\n".encode("utf-16"), ":1:", "UTF-8"),
    "an attack for a key": (b'"[/] ${x}": a\n"[/] ${x}": b\n', ":2:", "this key is given twice"),
    "a number for a set": (b"7\n", ":1:", "not a question set"),
    "a list for a set": (b"- a\n", ":1:", "not a question set"),
    "two documents": (b"format: a\n---\nformat: b\n", ":2:", "second document"),
    "nothing": (b"", ":1:", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, ":1:", "UTF-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_an_attack_is_refused_with_its_line(tmp_path, name):
    data, line, words = FILES[name]
    (tmp_path / "evil.yaml").write_bytes(data)
    came = confined("questions", "check", "evil.yaml", folder=tmp_path)
    refused(came, f"evil.yaml{line}" if line else "evil.yaml:", words)
    assert came.code == 1


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_every_command_refuses_a_bomb(tmp_path, words):
    given(tmp_path)
    (tmp_path / "evil.yaml").write_text(MERGE_BOMB)
    refused(
        confined(*words, "--questions", "evil.yaml", folder=tmp_path), "evil.yaml:1:", "anchors"
    )


@pytest.mark.parametrize("command", ["assess", "workshop"])
def test_at_a_terminal_too_a_bomb_is_refused_before_anything_is_asked(tmp_path, command):
    (tmp_path / "evil.yaml").write_text(BOMB)
    with Terminal(command, "--questions", "evil.yaml", folder=tmp_path) as terminal:
        assert terminal.end() == 1
        terminal.wait_for("evil.yaml:1:", "anchors")
        assert terminal.is_cooked()
    assert not list(tmp_path.glob("*.spinout"))


def test_what_lies_beside_a_set_is_read_only_by_a_plain_name(tmp_path):
    for name in ("../questions.yaml", "/etc/hostname", "a/b.yaml", "CON.yaml\x01", "x.yml"):
        write_set(tmp_path, library=["library.yaml"])
        path = tmp_path / "questions.yaml"
        path.write_text(path.read_text().replace("library.yaml", json.dumps(name)))
        refused(
            confined("questions", "check", "questions.yaml", folder=tmp_path), "questions.yaml:"
        )


def test_a_set_that_names_itself_or_a_folder_or_a_pipe_is_refused(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    for name in ("questions.yaml", "folder.yaml", "gone.yaml"):
        write_set(tmp_path, library=[name])
        refused(
            confined("questions", "check", "questions.yaml", folder=tmp_path), "questions.yaml:"
        )


# ---------------------------------------------------------------------- refused as a set


def deep(depth):
    """A condition that nests so deep."""
    made = {"nation": {"is": "wales"}}
    for _ in range(depth):
        made = {"not": made}
    return made


def changed(**changes):
    """A set whose first question is changed."""
    made = small_set()
    made["questions"][0] |= changes
    return made


def chosen(*choices):
    """A set whose first circumstance has these choices."""
    made = small_set()
    made["circumstances"][0]["choices"] = list(choices)
    return made


RUNGS = [{"id": f"r{n}", "label": f"Rung {n}"} for n in range(4)]

UNSOUND = {
    **{f"the id {name!r}": changed(id=name) for name in
       ("../../x", "/etc/passwd", "con", "a.nul", "x" * 65, "a b", "A", "a.b.c", "é", "-a", "[/]")},
    "a rung twice": changed(rungs=[*RUNGS[:3], RUNGS[0]]),
    "a label twice": changed(rungs=[*RUNGS[:3], {"id": "r9", "label": "Rung 0"}]),
    "two rungs": changed(rungs=RUNGS[:2]),
    "six rungs": changed(rungs=[{"id": f"r{n}", "label": f"Rung {n}"} for n in range(6)]),
    "no rungs": changed(rungs=[]),
    "an empty label": changed(rungs=[*RUNGS[:3], {"id": "r9", "label": " "}]),
    "no choices": chosen(),
    "a choice twice": chosen({"id": "a", "label": "A"}, {"id": "a", "label": "B"}),
    "a question twice": small_set(questions=[*small_set()["questions"], question("staff.vote")]),
    "a weight beyond all": changed(weight="9" * 5000),
    "a weight that is none": changed(weight="NaN"),
    "a position that is none": changed(rungs=[*RUNGS[:3], {**RUNGS[3], "position": "nan"}]),
    "a condition too deep": changed(when=deep(9)),
    "a condition far too deep": changed(when=deep(20)),
    "a condition on nothing": changed(when={"no.such": {"is": "x"}}),
    "a condition on itself": changed(when={"staff.vote": {"is": "secured"}}),
    "a condition that is code": changed(when="__import__('os').system('id')"),
    "a comparison that is code": changed(when={"nation": {"eval": "1"}}),
    "an empty condition": changed(when={"all": []}),
    "a condition of two": changed(when={"nation": {"is": "wales"}, "sector": {"is": "health"}}),
    "a pattern": changed(pattern="(a+)+$"),
    "an address that is a script": small_set(
        sources=[source("survey", url="javascript:alert(1)"), source("act"), source("blog")]
    ),
    "an address with a break": small_set(
        sources=[source("survey", url="https://a.example/\u2028b"), source("act"), source("blog")]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSOUND)
def test_a_set_that_cannot_be_is_refused_with_its_line(tmp_path, name):
    (tmp_path / "q.yaml").write_text(as_yaml(UNSOUND[name]), encoding="utf-8")
    came = confined("questions", "check", "q.yaml", folder=tmp_path)
    refused(came, "q.yaml:")
    assert came.code == 1


def test_what_other_yaml_turns_into_something_else_stays_text(tmp_path):
    tree = chosen(
        {"id": "no", "label": "no"}, {"id": "012", "label": "012"}, {"id": "1e3", "label": "0x1f"}
    )
    del tree["rules"], tree["notices"], tree["stories"], tree["tests"]
    for asked in tree["questions"]:
        asked.pop("stories", None)
    text = as_yaml(tree).replace("'no'", "no").replace("'012'", "012").replace("'0x1f'", "0x1f")
    (tmp_path / "q.yaml").write_text(text.replace("'1e3'", "1e3"), encoding="utf-8")
    out = tmp_path / "out.json"
    came = confined(
        "questions", "list", "--json", "--questions", "q.yaml", folder=tmp_path, out=out
    )
    assert_harmless(came, codes=(0,))
    choices = json.loads(out.read_text())["circumstances"][0]["choices"]
    assert choices == [
        {"id": "no", "label": "no"}, {"id": "012", "label": "012"}, {"id": "1e3", "label": "0x1f"}
    ]  # fmt: skip


# ------------------------------------------------------------------- accepted, and inert


def attacked(tree, number):
    """The same data with an attack of its own in place of every text that a person reads."""
    if isinstance(tree, list):
        return [attacked(part, number) for part in tree]
    if not isinstance(tree, dict):
        return tree
    texts = {"title", "ask", "why", "label", "reason", "roadblock", "enabler", "what", "from", "do",
             "who", "help", "caution", "aloud", "because", "says", "publisher", "ending", "helped",
             "hurt", "dated", "licence", "language"}  # fmt: skip
    return {
        key: f"{WORDS} {next(number)}" if key in texts and isinstance(part, str)
        else attacked(part, number)
        for key, part in tree.items()
    }  # fmt: skip


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """A folder with a set in which every text is an attack that YAML allows, and answers to it."""
    folder = tmp_path_factory.mktemp("evil")
    tree = attacked(small_set(), count())
    (folder / "evil.yaml").write_text(as_yaml(tree), encoding="utf-8")
    given(folder)
    return folder


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_texts_that_are_attacks_are_shown_as_they_are(evil, words):
    (evil / "new.spinout").unlink(missing_ok=True)
    came = confined(*words, "--questions", "evil.yaml", folder=evil)
    assert_harmless(came, codes=(0, 1) if words[1] in ("check", "test", "merge") else (0,))
    if words[0] in ("report", "explain", "assess") and "--print" not in words:
        assert "[/] [link=https://evil.example]x[/link] :100:" in came.words


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "json", "docx", "terminal"])
def test_reports_of_a_set_of_attacks_are_inert(evil, form):
    out = evil / f"out.{form}"
    came = confined(
        *(
            "report",
            "given.json",
            "--format",
            form,
            "--questions",
            "evil.yaml",
            "-o",
            out.name,
            "--force",
        ),
        folder=evil,
    )
    assert_harmless(came, codes=(0,))
    if form == "html":
        page = out.read_text()
        assert "default-src 'none'" in page
        assert "</script>" not in page
        assert "<i onclick" not in page
    if form != "docx":
        assert not any(c in out.read_text() for c in "\x1b\x07\u202e\x9b")


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "drawn"])
def test_an_interview_of_attacks_does_nothing_but_ask(evil, plain):
    extra = ("--plain",) if plain else ()
    with Terminal(
        *("assess", "it.spinout", "--answers", "given.json", "--questions", "evil.yaml", *extra),
        folder=evil, columns=100, rows=50,
    ) as terminal:  # fmt: skip
        terminal.wait_for("[/] [link=https://evil.example]x[/link] :100:")
        terminal.press("q", *(["enter"] if plain else []))
        assert terminal.end() == 0
        assert terminal.is_cooked()
    assert b"\x1b]" not in terminal.raw
    (evil / "it.spinout").unlink()
