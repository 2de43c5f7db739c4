"""Answers, results, workshops, ballots, plans and streams that somebody else sent."""

import csv
import io
import json
import re
import zipfile

import pytest

from helpers.hostile_texts import ATTACKS
from helpers.pseudo_terminal import FACTS, Terminal, answers_document, begun
from hostile.confined import acts, assert_harmless, confined, refused

pytestmark = pytest.mark.slow

OSC = "\x1b]52;c;aGVsbG8=\x07\x1b[2J\u202eAll 40 answers deleted\u2066\x9b31m"
WORDS = f"[/] [link=https://evil.example]x[/link] :100: {OSC}"
SHEET = '"format": "spinout.answers/1", "answers": '

READERS = [
    ["score", "{}"],
    ["report", "{}"],
    ["explain", "{}"],
    ["compare", "{}", "{}"],
    ["assess", "--answers", "{}", "--no-input"],
    ["assess", "--from", "{}", "--no-input"],
    ["workshop", "--no-input", "{}"],
    ["workshop", "merge", "{}"],
    ["recover", "{}"],
]

BROKEN = {
    "NaN": (f'{{{SHEET}{{}}, "circumstances": {{"people": NaN}}}}', "NaN is not a number"),
    "Infinity": (f'{{{SHEET}{{}}, "circumstances": {{"people": -Infinity}}}}', "-Infinity"),
    "an overflow": (f'{{{SHEET}{{}}, "circumstances": {{"people": 1e999}}}}', "people"),
    "a huge integer": (f'{{{SHEET}{{}}, "circumstances": {{"people": {"9" * 5000}}}}}', "too large"),
    "a large integer": (f'{{{SHEET}{{}}, "circumstances": {{"people": {"9" * 400}}}}}', "people"),
    "a key twice": (f'{{{SHEET}{{"a": {{"rung": "x"}}, "a": {{"rung": "y"}}}}}}', "'a' is given twice"),
    "a key of attacks twice": (f"{{{SHEET}{{{json.dumps(OSC)}: 1, {json.dumps(OSC)}: 2}}}}", "twice"),
    "a surrogate": (f'{{{SHEET}{{"staff.vote": {{"rung": "\\ud800"}}}}}}', "staff.vote"),
    "deep lists": ("[" * 200_000, "nested too deeply"),
    "deep objects": ('{"a":' * 100_000, "nested too deeply"),
    "deep and closed": ("[" * 50_000 + "]" * 50_000, "nested too deeply"),
    "no JSON": ("spinout\n", "not JSON"),
    "half of it": (f'{{{SHEET}{{"staff.vote": ', "not JSON"),
    "nothing": ("", "not JSON"),
    "a list": ('["answers"]', ""),
    "null": ("null", ""),
    "another format": ('{"format": "spinout.answers/9", "answers": {}}', "format"),
    "a format that is an attack": (json.dumps({"format": OSC, "answers": {}}), "format"),
    "more in it": (f"{{{SHEET}{{}}, {json.dumps(OSC)}: 1}}", "not a key that belongs here"),
    "ids that climb": (f'{{{SHEET}{{"../../x": {{"rung": "lost"}}}}}}', ""),
    "an id with NUL": (f'{{{SHEET}{{"a\\u0000b": {{"rung": "lost"}}}}}}', ""),
    "a rung that is a tree": (f'{{{SHEET}{{"staff.vote": {{"rung": [[]]}}}}}}', "staff.vote"),
    "two answers in one": (f'{{{SHEET}{{"staff.vote": {{"rung": "lost", "state": "unknown"}}}}}}', "either a rung"),
    "a note beyond all": (f'{{{SHEET}{{"staff.vote": {{"rung": "lost", "note": "{"x" * 5000}"}}}}}}', "4000"),
    "a time that is none": (f'{{{SHEET}{{}}, "updated": "never"}}', "updated"),
    "UTF-16": ("\ufeff{}".encode("utf-16"), "not UTF-8"),
    "Latin-1": ('{"format": "é"}'.encode("latin-1"), "not UTF-8"),
    "too large": (b"[" + b" " * (8 << 20) + b"]", "longer than 8 MiB"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff" * 9, "not UTF-8"),
}  # fmt: skip


def put(folder, name, data):
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


@pytest.mark.parametrize("name", BROKEN)
def test_a_document_that_cannot_be_is_refused_with_its_name(tmp_path, name):
    data, words = BROKEN[name]
    put(tmp_path, "evil.json", data)
    came = confined("score", "evil.json", folder=tmp_path)
    refused(came, "evil.json", words)
    assert came.code == 1


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_every_command_refuses_one(tmp_path, words):
    put(tmp_path, "evil.json", BROKEN["a format that is an attack"][0])
    came = confined(*(word.format("evil.json") for word in words), folder=tmp_path)
    refused(came, "evil.json")
    assert not list(tmp_path.glob("*.spinout"))


def test_in_a_stream_each_is_named_by_its_line_and_the_rest_goes_on(tmp_path):
    good = json.dumps({"format": "spinout.answers/1", "answers": {}, "service": {"id": "good"}})
    lines = [
        (data if isinstance(data, bytes) else data.encode())
        .replace(b"\n", b" ")
        .replace(b"\r", b" ")
        for data, _ in BROKEN.values()
        if data and data != "spinout\n"
    ]
    stream = b"\n".join(part for line in lines for part in (line, good.encode()))
    out = tmp_path / "out.ndjson"
    came = confined("score", "-", folder=tmp_path, stdin=stream, out=out)
    assert_harmless(came, codes=(1,))
    assert len(out.read_text().splitlines()) == len(lines)
    left_out = re.search(r"(\d+) could not be used", came.words)
    assert left_out is not None
    assert int(left_out[1]) >= len(lines)  # one line may hold two things that cannot be used
    for number in range(1, 2 * len(lines), 2):
        assert f"stdin:{number}:" in came.words


def test_a_line_that_never_ends_is_passed_over(tmp_path):
    good = b'{"format": "spinout.answers/1", "answers": {}}'
    stream = b"[" + b"1," * (12 << 20) + b"\n" + good
    out = tmp_path / "out.ndjson"
    came = confined("score", "-", folder=tmp_path, stdin=stream, out=out)
    assert_harmless(came, codes=(1,))
    assert "stdin:1: this line is longer than 8 MiB" in came.words
    assert len(out.read_text().splitlines()) == 1


def test_more_answers_on_stdin_than_one_document_may_have_are_refused(tmp_path):
    big = b'{"format": "spinout.answers/1", "answers": {}' + b" " * (9 << 20) + b"}"
    came = confined("assess", "--answers", "-", "--no-input", folder=tmp_path, stdin=big)
    refused(came, "larger than 8 MiB")


# ------------------------------------------------------------------------ texts that are attacks


def attack_sheet(**more):
    """An answers document in which every text is an attack."""
    answers = {
        "staff.vote": {"rung": "lost", "note": WORDS},
        "staff.time": {"state": "not-applicable", "reason": WORDS},
        "pensions.exit": {"state": "unknown", "note": " ".join(ATTACKS)},
        "purpose.why": {"rung": "no-such", "note": WORDS},
    }
    return {
        "format": "spinout.answers/1",
        "question_set": {"id": "small-interview", "version": WORDS, "digest": WORDS},
        "session": WORDS,
        "service": {"id": WORDS, "name": WORDS},
        "role": WORDS,
        "circumstances": {**FACTS, "nation": WORDS, "sector": [WORDS]},
        "answers": answers,
        **more,
    }


@pytest.mark.parametrize("words", READERS[:-3], ids=" ".join)
@pytest.mark.parametrize("plain", [False, True])
def test_texts_that_are_attacks_are_shown_as_text(tmp_path, words, plain):
    (tmp_path / "s.json").write_text(json.dumps(attack_sheet()))
    extra = ["--plain"] if plain and words[0] in ("report", "explain", "compare", "assess") else []
    came = confined(*(word.format("s.json") for word in words), *extra, folder=tmp_path)
    assert_harmless(came, codes=(0,))
    if words[0] in ("report", "assess"):
        assert "[/] [link=https://evil.example]x[/link] :100:" in came.words
        assert "All 40 answers deleted" in came.words


def test_a_name_that_is_an_attack_makes_a_plain_file(tmp_path):
    for name in (
        "../../etc/passwd",
        "CON",
        "nul.",
        "\x00\x1b[2J",
        "-rf",
        "." * 300,
        "ж" * 300,
        "a/b\\c",
    ):
        sheet = attack_sheet(service={"id": "x", "name": name})
        (tmp_path / "s.json").write_text(json.dumps(sheet))
        with Terminal("assess", "--answers", "s.json", folder=tmp_path) as terminal:
            terminal.wait_for("?")
            terminal.press("ctrl-c")
            assert terminal.end() == 130
        for made in tmp_path.glob("*.spinout"):
            assert made.name.removesuffix(".spinout").replace("-", "").isalnum()
            made.unlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".home", "s.json"]


def test_a_name_of_a_file_that_is_an_attack_is_shown_as_text(tmp_path):
    name = "s\x1b[2J\u202e\x07.json"
    (tmp_path / name).write_text(json.dumps(attack_sheet()))
    for words in (
        ["report", name],
        ["score", name, name],
        ["explain", name],
        ["compare", name, name],
    ):
        assert_harmless(confined(*words, folder=tmp_path), codes=(0,))
    begun(tmp_path).rename(tmp_path / "b\x1b[2J\u202e.spinout")
    for words in (["report", "b\x1b[2J\u202e.spinout"], ["recover", "b\x1b[2J\u202e.spinout"]):
        assert_harmless(confined(*words, folder=tmp_path), codes=(0,))


def test_a_result_in_which_every_text_is_an_attack_is_inert(tmp_path):
    answers_document(tmp_path, {"staff.vote": {"rung": "lost"}})
    out = tmp_path / "scored.json"
    confined("score", "given.json", folder=tmp_path, out=out)
    tree = json.loads(out.read_text())

    def attack(part):
        if isinstance(part, dict):
            keep = {"format", "id", "kind", "state", "theme", "rung", "lens", "effort", "scored_at",
                    "depth", "hard_stops", "unknown", "roadblocks", "in_force", "reviewed",
                    "review_by", "confidence", "about", "read", "url", "outcome"}  # fmt: skip
            return {
                k: v if k in keep and not isinstance(v, list) else attack(v)
                for k, v in part.items()
            }
        if isinstance(part, list):
            return [p if isinstance(p, str) else attack(p) for p in part]
        return WORDS if isinstance(part, str) else part

    evil = attack(tree)
    (tmp_path / "evil.json").write_text(json.dumps(evil))
    for words in (
        ["report", "evil.json"],
        ["compare", "evil.json", "evil.json"],
        ["report", "evil.json", "--plain"],
    ):
        assert_harmless(confined(*words, folder=tmp_path))


@pytest.mark.parametrize("key", ["lenses", "roadblocks", "question_set"])
def test_a_result_that_cannot_be_is_refused(tmp_path, key):
    answers_document(tmp_path, {"staff.vote": {"rung": "lost"}})
    out = tmp_path / "scored.json"
    confined("score", "given.json", folder=tmp_path, out=out)
    for value in (7, [{"id": [], "title": {}}]):
        (tmp_path / "evil.json").write_text(json.dumps(json.loads(out.read_text()) | {key: value}))
        refused(confined("report", "evil.json", folder=tmp_path), "evil.json", key)


# -------------------------------------------------------------------------------- exports


def test_cells_that_a_spreadsheet_would_run_are_defused(tmp_path):
    for start in ("=", "+", "-", "@", "\t=", "\r=", "\uff1d", " ="):
        attack = f'{start}HYPERLINK("https://evil.example","x")'
        sheet = attack_sheet(service={"id": "x", "name": attack})
        sheet["answers"]["staff.vote"]["note"] = attack
        (tmp_path / "s.json").write_text(json.dumps(sheet))
        came = confined("report", "s.json", "-o", "s.csv", "--force", folder=tmp_path)
        assert_harmless(came, codes=(0,))
        rows = list(csv.reader(io.StringIO((tmp_path / "s.csv").read_text("utf-8-sig"))))
        assert not [
            cell
            for row in rows
            for cell in row
            if cell.lstrip()[:1] in ("=", "+", "@", "\uff1d", "\t")
        ]
        assert any("HYPERLINK" in cell for row in rows for cell in row)


def test_tables_of_attacks_are_inert(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps(attack_sheet()))
    (tmp_path / "w.json").write_text(json.dumps(workshop_document()))
    put(tmp_path, "evil.json", BROKEN["a key of attacks twice"][0])
    words = ("export", "s.json", "w.json", "evil.json", "--to", "out", "--format", "csv")
    came = confined(*words, folder=tmp_path)
    assert_harmless(came, codes=(1,))
    assert "evil.json" in came.words
    tables = list((tmp_path / "out").glob("*.csv"))
    assert tables
    for table in tables:
        text = table.read_text("utf-8-sig")
        assert not any(acts(c) for c in text if c not in "\r\n")
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t")]


def test_pages_of_attacks_are_inert(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps(attack_sheet()))
    for name in ("s.html", "s.md", "s.docx"):
        assert_harmless(confined("report", "s.json", "-o", name, folder=tmp_path), codes=(0,))
    page = (tmp_path / "s.html").read_text()
    assert "default-src 'none'" in page
    for active in ("<script", "</script", "<img", "<iframe", 'href="javascript:', "\x1b", "\u202e"):
        assert active not in page
    assert not re.search(r"(?<!\\)\]\(javascript:", (tmp_path / "s.md").read_text())
    with zipfile.ZipFile(tmp_path / "s.docx") as archive:
        assert "javascript:" not in archive.read("word/_rels/document.xml.rels").decode()


# ------------------------------------------------------------------------------- workshops


def round_(**changes):
    made = {"room": "room-1", "kind": "hidden", "counts": {"lost": 6, "sounded": 6}, "unknown": 0,
            "taken": "2026-11-22T14:02:00Z"}  # fmt: skip
    return made | changes


def workshop_document(**changes):
    talk = {"rounds": [round_()], "note": WORDS, "statements": [{"name": WORDS, "words": WORDS}],
            "actions": [{"id": "action-1", "do": WORDS, "owner": WORDS, "by": WORDS}]}  # fmt: skip
    return {
        "format": "spinout.workshop/1",
        "session": WORDS,
        "service": {"id": WORDS, "name": WORDS},
        "rooms": [{"id": "room-1", "participants": {WORDS: 12}, "opened": "2026-11-22T14:00:00Z"}],
        "questions": {"staff.vote": talk},
        **changes,
    }


@pytest.mark.parametrize("words", READERS[:-1], ids=" ".join)
def test_a_workshop_of_attacks_is_shown_as_text(tmp_path, words):
    (tmp_path / "w.json").write_text(json.dumps(workshop_document()))
    came = confined(*(word.format("w.json") for word in words), folder=tmp_path)
    assert_harmless(came)
    if words[0] in ("report", "workshop") and "merge" not in words:
        assert "[/] [link=https://evil.example]x[/link]" in came.words


@pytest.mark.parametrize(
    "talk",
    [
        [],
        {"rounds": {}},
        {"rounds": [round_(counts={"lost": -1})]},
        {"rounds": [round_(counts={"lost": 10**9})]},
        {"rounds": [round_(counts={"../x": 1})]},
        {"rounds": [round_(counts={})]},
        {"rounds": [round_(counts={"lost": 6}), round_(counts={"passed": 6})]},
        {"rounds": [round_(groups={"a": {"counts": {"lost": 9999}}})]},
        {"rounds": [round_(room="room-9")]},
        {"agreed": {"rung": "no-such"}},
        {"agreed": {"rung": "lost", "state": "unknown"}},
        {"agreed": {"state": [[]]}},
        {"parked": WORDS},
    ],
)
def test_a_workshop_that_cannot_be_never_crashes(tmp_path, talk):
    document = workshop_document(questions={"staff.vote": talk})
    (tmp_path / "w.json").write_text(json.dumps(document))
    for words in (
        ["report", "w.json"],
        ["workshop", "--no-input", "w.json"],
        ["explain", "w.json"],
    ):
        assert_harmless(confined(*words, folder=tmp_path))


# -------------------------------------------------------------------------------- ballots

HEAD = "ballot,role,staff.vote,staff.time\n"
BALLOTS = {
    "nothing": "",
    "only a head": HEAD,
    "no question": "a,b\n1,2\n",
    "NUL": HEAD + "1,x,A\x00,B\n",
    "ESC": HEAD + f"1,{OSC},{OSC},B\n",
    "an id that is an attack": f"staff.vote,{OSC.replace(',', ' ')}\nA,B\n",
    "a formula": HEAD + '1,"=HYPERLINK(1)","=1+1",A\n',
    "an open quote": HEAD + '1,"x,A,B\n' + "2,y,A,B\n" * 5_000,
    "a huge cell": HEAD + "1," + "x" * 1_000_000 + ",A,B\n",
    "a wide row": HEAD + "1,x,A,B" + ",A" * 20_000 + "\n",
    "a wide head": "staff.vote" + ",x" * 500 + "\nA\n",
    "many rows": HEAD + "1,x,A,B\n" * 2_000,
    "many bad cells": HEAD + "1,x,Q,Q\n" * 500,
    "rung numbers": HEAD + "1,x,9999999999999,-1\n" + "2,x,\u00b2,\u0665\n" + "3,x,0,1e9\n",
    "a head twice": "staff.vote,staff.vote\nA,B\n",
    "CR only": HEAD.replace("\n", "\r") + "1,x,A,B\r",
    "line separators": HEAD + "1,x\u2028,A,B\u2029\n",
    "UTF-16": HEAD.encode("utf-16"),
    "not UTF-8": HEAD.encode() + b"1,\xff\xfe,A,B\n",
    "too large": HEAD.encode() + b"1,x,A,B\n" * 1_100_000,
}


@pytest.mark.parametrize("name", BALLOTS)
def test_ballots_that_are_an_attack_are_counted_or_refused(tmp_path, name):
    put(tmp_path, "b.csv", BALLOTS[name])
    out = tmp_path / "out.json"
    came = confined("workshop", "merge", "--json", "b.csv", folder=tmp_path, out=out)
    assert_harmless(came, codes=(0, 1))
    assert "b.csv" in came.words or came.code == 0


def test_a_plan_that_is_an_attack_is_refused(tmp_path):
    for data in (b"", WORDS.encode(), b"\xff\xfe", b"# only a remark\n", b"{}", b"\x00" * 99):
        put(tmp_path, "plan.txt", data)
        with Terminal("workshop", "--plan", "plan.txt", folder=tmp_path) as terminal:
            assert terminal.end() in (1, 2)
        assert b"Traceback" not in terminal.raw
        assert b"\x1b]" not in terminal.raw


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/full", "."])
def test_devices_and_folders_are_refused(tmp_path, name):
    # Not named pipes: `spinout score <(jq ...)` is one, and waits for its writer as it should.
    for words in (["report", name], ["questions", "check", name], ["recover", name]):
        refused(confined(*words, folder=tmp_path))
