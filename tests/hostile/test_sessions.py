"""Sessions and workshops that somebody else sent: whole by their checksums, and hostile within."""

from itertools import count

import pytest

from helpers.pseudo_terminal import Terminal
from hostile.confined import assert_harmless, confined, refused
from hostile.forged import facts, head, workshop_head, written

pytestmark = pytest.mark.slow

OSC = "\x1b]52;c;aGVsbG8=\x07\x1b[2J\u202eAll 40 answers deleted\u2066\x9b31m"
WORDS = f"[/] [link=https://evil.example]x[/link] :100: {OSC}"

OTHER = {"question_set": {"id": "small", "version": "1", "digest": "another"}}
"""So that the set which the session keeps is the one that is used."""

BROKEN_HEADERS = {
    "a list": [],
    "text": "spinout.session/1",
    "nothing": None,
    "no set": {"set": None},
    "a set that is a list": {"set": [1, 2]},
    "a set that is text": {"set": WORDS},
    "a set of nothing": {"set": {}, **OTHER},
    "a set of one wrong part": {"set": {"questions": [{"id": [], "rungs": 7}]}, **OTHER},
    "no themes": {"themes": None},
    "themes that are numbers": {"themes": [1]},
    "a depth of another kind": {"depth": WORDS},
    "a depth that is a list": {"depth": [[]]},
    "a session that is a tree": {"session": {"a": [1]}},
    "a service that is text": {"service": WORDS},
    "a set ref of numbers": {"question_set": 7},
    "another version": {"format": WORDS},
}

BROKEN_EVENTS = {
    "a service of nothing": ("service", None, None),
    "a service that is text": ("service", None, WORDS),
    "a name that is a tree": ("service", None, {"name": [{"a": 1}]}),
    "a depth of another kind": ("depth", None, "deep"),
    "a depth that is a tree": ("depth", None, {"a": 1}),
    "a fact that is a tree": ("circumstance", "nation", {"a": [1]}),
    "a fact of trees": ("circumstance", "schemes", [{"a": 1}]),
    "a fact that is a huge number": ("circumstance", "people", 10**300),
    "an answer of nothing": ("answer", "staff.vote", None),
    "an answer with two states": ("answer", "staff.vote", {"rung": "lost", "state": "unknown"}),
    "an answer with more in it": ("answer", "staff.vote", {"rung": "lost", "x": WORDS}),
    "an id that climbs": ("answer", "../../x", {"rung": "lost"}),
    "a note that is a tree": ("note", "staff.vote", {"a": 1}),
    "a note that is a number": ("note", "staff.vote", 7),
    "a draft that is a tree": ("draft", "note:staff.vote", [1]),
    "a sheet that is none": ("import", None, {"format": "x"}),
    "a sheet of nothing": ("import", None, None),
}

READERS = [
    ["score", "{}"],
    ["report", "{}"],
    ["explain", "{}", "staff.vote"],
    ["compare", "{}", "{}"],
    ["assess", "{}", "--no-input"],
    ["assess", "new.spinout", "--from", "{}", "--no-input"],
    ["workshop", "merge", "{}"],
]


def readers(file, folder, commands=READERS):
    """Run every command that reads a session, one after the other, and yield what came."""
    for words in commands:
        (folder / "new.spinout").unlink(missing_ok=True)
        yield words, confined(*(word.format(file) for word in words), folder=folder)


@pytest.mark.parametrize("name", BROKEN_HEADERS)
def test_a_header_that_is_broken_is_refused(tmp_path, name):
    broken = BROKEN_HEADERS[name]
    header = head(**broken) if isinstance(broken, dict) else broken
    written(tmp_path / "s.spinout", header, facts())
    for _, came in readers(
        "s.spinout", tmp_path, [["report", "{}"], ["assess", "{}", "--no-input"]]
    ):
        refused(came, "session")


@pytest.mark.parametrize("make", [head, workshop_head])
@pytest.mark.parametrize("name", ["session", "service", "question_set", "set"])
def test_a_header_that_lacks_something_is_refused(tmp_path, name, make):
    header = {key: value for key, value in make().items() if key != name}
    written(tmp_path / "s.spinout", header, facts())
    refused(confined("report", "s.spinout", folder=tmp_path), "s.spinout: The first line of this")


@pytest.mark.parametrize("name", BROKEN_EVENTS)
def test_an_event_that_cannot_be_is_refused_with_its_line(tmp_path, name):
    events = [*facts(), BROKEN_EVENTS[name], ("answer", "staff.time", {"rung": "some"})]
    written(tmp_path / "s.spinout", head(), events)
    for _, came in readers(
        "s.spinout", tmp_path, [["report", "{}"], ["assess", "{}", "--no-input"]]
    ):
        refused(came, f"Line {len(facts()) + 2} of s.spinout holds something that cannot be so")
        assert came.code == 1


def test_a_time_that_is_none_is_refused(tmp_path):
    written(tmp_path / "s.spinout", head(), facts(), t=WORDS)
    refused(confined("report", "s.spinout", folder=tmp_path), "of s.spinout holds something")


@pytest.fixture
def attacked(tmp_path):
    """A session in which every text is an attack, those of its own questions included."""
    header = head(session=WORDS, service={"id": WORDS, "name": WORDS})
    header["question_set"] = {"id": "small", "version": WORDS, "digest": WORDS}
    _attack(header["set"])
    events = [
        *facts()[1:],
        ("circumstance", "schemes", [WORDS, "lgps"]),
        ("circumstance", "nation", WORDS),
        ("answer", "staff.vote", {"rung": "lost"}),
        ("note", "staff.vote", WORDS),
        ("answer", "staff.time", {"state": "not-applicable", "reason": WORDS}),
        ("answer", "no.such", {"rung": "lost"}),
        ("draft", "note:staff.time", WORDS),
        (WORDS, WORDS, WORDS),
    ]
    return written(tmp_path / "s.spinout", header, events)


def _attack(tree, number=None):
    """Put an attack of its own in place of every text that a person reads."""
    number = count() if number is None else number
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(parts):
        if isinstance(value, dict | list):
            _attack(value, number)
        elif key in ("title", "ask", "why", "label", "reason", "roadblock", "enabler", "what",
                     "from", "do", "who", "help", "caution", "aloud", "because"):  # fmt: skip
            tree[key] = f"{WORDS} {next(number)}"


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_texts_that_are_attacks_are_shown_as_text(attacked, words):
    folder = attacked.parent
    came = confined(*(word.format("s.spinout") for word in words), folder=folder)
    assert_harmless(came)
    if words[0] in ("report", "assess") and "--from" not in words:
        assert came.code == 0, came.words
        assert "[/] [link=https://evil.example]x[/link] :100:" in came.words
        assert (
            "All 40 answers deleted" in came.words
        )  # as words among others, not on a screen of its own


@pytest.mark.parametrize("plain", [True, False])
def test_texts_that_are_attacks_do_nothing_in_an_interview(attacked, plain):
    extra = ("--plain",) if plain else ()
    with Terminal(
        "assess", "s.spinout", *extra, folder=attacked.parent, columns=100, rows=60
    ) as terminal:
        terminal.wait_for("goes on with its own", "[/] [link=https://evil.example]x[/link] :100:")
        terminal.press("q", *(["enter"] if plain else []))
        assert terminal.end() == 0
    assert b"\x1b]" not in terminal.raw
    assert b"\xe2\x80\xae" not in terminal.raw
    assert b"\x1b[2J\xe2" not in terminal.raw
    assert terminal.screen.title == ""


# ----------------------------------------------------------------------------- workshops

WORKSHOP_EVENTS = {
    "a room of nothing": ("room", None, None),
    "a room of minus one": ("room", None, {"participants": {"staff": -1}}),
    "a room without number": ("room", None, {"participants": {"staff": WORDS}}),
    "a room of too many": ("room", None, {"participants": {"staff": 10**12}}),
    "a plan of trees": ("plan", None, {"questions": [{"a": 1}]}),
    "votes of nothing": ("vote", "staff.vote", None),
    "votes of text": ("vote", "staff.vote", {"counts": WORDS}),
    "agreed on nothing": ("agreed", "staff.vote", None),
    "a statement of nobody": ("statement", "staff.vote", {"name": "", "words": WORDS}),
    "an action of a list": ("action", "staff.vote", []),
    "a fact that is a tree": ("circumstance", "nation", {"a": [1]}),
    "a name that is a tree": ("service", None, {"name": {}}),
    "a note that is a tree": ("note", "staff.vote", {"a": []}),
}


@pytest.mark.parametrize("name", WORKSHOP_EVENTS)
def test_an_event_of_a_workshop_that_cannot_be_never_crashes(tmp_path, name):
    events = [("room", None, {"participants": {"everyone": 12}}), WORKSHOP_EVENTS[name]]
    written(tmp_path / "w.spinout", workshop_head(), events)
    for words in (["report", "w.spinout"], ["workshop", "w.spinout", "--no-input"]):
        came = confined(*words, folder=tmp_path)
        assert_harmless(came)


def test_a_vote_with_nobody_in_the_room_is_refused_by_its_line(tmp_path):
    events = [("plan", None, ["staff.vote"]), ("vote", "staff.vote", {"counts": {}})]
    written(tmp_path / "w.spinout", workshop_head(), events)
    came = confined("report", "w.spinout", folder=tmp_path)
    refused(came)
    assert "Line 3 of w.spinout" in came.words


ALONE = {"themes", "depth", "format"}
"""Parts of a header that a workshop's has not, or by which it is a workshop's."""


@pytest.mark.parametrize(
    "name", [n for n, b in BROKEN_HEADERS.items() if isinstance(b, dict) and not ALONE & b.keys()]
)
def test_a_header_of_a_workshop_that_is_broken_is_refused(tmp_path, name):
    broken = BROKEN_HEADERS[name]
    written(tmp_path / "w.spinout", workshop_head(**broken), [])
    refused(confined("workshop", "w.spinout", "--no-input", folder=tmp_path))


def test_texts_in_a_workshop_that_are_attacks_are_shown_as_text(tmp_path):
    header = workshop_head(service={"id": WORDS, "name": WORDS})
    _attack(header["set"])
    header["question_set"]["digest"] = WORDS
    events = [
        ("room", None, {"participants": {WORDS: 12}}),
        ("circumstance", "nation", WORDS),
        ("note", "staff.vote", WORDS),
        ("statement", "staff.vote", {"name": WORDS, "words": WORDS}),
    ]
    written(tmp_path / "w.spinout", header, events)
    for words in (
        ["report", "w.spinout"],
        ["workshop", "w.spinout", "--no-input"],
        ["report", "w.spinout", "--plain"],
    ):
        came = confined(*words, folder=tmp_path)
        assert_harmless(came, codes=(0,))
        assert "[/] [link=https://evil.example]x[/link]" in came.words
