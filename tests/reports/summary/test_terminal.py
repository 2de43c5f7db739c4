import dataclasses
import io
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from helpers.question_sets import notice, question, small_question_set, small_set, story
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.reports.summary.plain import plain
from spinout_cli.reports.summary.terminal import bar, draw
from spinout_cli.results.hints import CommandHints
from spinout_cli.results.summarise import summarise
from spinout_cli.results.summary import ActionItem, CutList, StepLine, Summary, ThemeLine
from spinout_cli.sanitize import active_character
from spinout_cli.scoring.scorer import Scorer

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)

HOSTILE = {
    "closing tag": "[/]",
    "link": "[link=https://example.org]here[/link]",
    "style": "[bold red]loud[/bold red] :100: :warning:",
    "clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "title": "\x1b]0;owned\x1b\\",
    "open title": "\x1b]0;owned",
    "c1": "\x9b2Jgone\x85\x90",
    "cursor": "\x1b[2J\x1b[H\b\b\r\x00\x7f",
    "bidi": "\u202eright to left\u202c \u2066x\u2069",
    "breaks": "one\ntwo\tthree\v\f\u2028four",
    "surrogate": "half \ud800 of it",
    "long word": "x" * 10_000,
    "long words": "word " * 2_000,
    "wide": "漢字" * 300 + "👩‍👩‍👧 e\u0301",
    "percent": "%s {0} {} %(x)s",
    "empty": "",
    "space": " \u00a0 ",
}


@cache
def one() -> Summary:
    """A summary with something in every place."""
    tree = small_set(
        rules=[
            {"id": kind, "kind": kind, "title": f"A {kind} from a rule", "because": "It says so.",
             "when": {"tally.answered": {"at_least": "1"}}, "sources": ["survey"]}
            for kind in ("roadblock", "enabler", "caution", "option")
        ],
        tests=[],
    )  # fmt: skip
    sheet = {
        "format": "spinout.answers/1",
        "service": {"id": "s", "name": "Bryn"},
        "circumstances": {"nation": "wales", "sector": "libraries"},
        "answers": {
            "staff.vote": {"rung": "nothing"},
            "staff.surplus": {"rung": "begun"},
            "money.exit-cost": {"rung": "secured"},
            "money.in-house": {"state": "unknown"},
        },
    }
    question_set = small_question_set(**tree)
    assessment = Scorer(question_set, "digest").score(AnswerSheet.model_validate(sheet), AT)
    return summarise(assessment, question_set, hints=CommandHints("bryn.spinout"), limit=4)


def shown(
    summary: Summary, *, width: int = 80, encoding: str = "utf-8", colour: bool = False
) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(
        file=file,
        width=width,
        height=50,
        color_system="standard" if colour else None,
        force_terminal=True,
        legacy_windows=False,
    )
    draw(summary, console)
    file.flush()
    return raw.getvalue().decode(encoding)


def everywhere(value: Any, words: str) -> Any:
    """The same summary with these words in place of all that a set or a user can write."""
    if isinstance(value, str):
        return words
    if isinstance(value, tuple):
        return tuple(everywhere(item, words) for item in value)
    if not dataclasses.is_dataclass(value):
        return value
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dataclasses.replace(
        value,
        **{name: everywhere(part, words) for name, part in fields.items() if name not in OURS},
    )


OURS = {"symbol", "kind", "state", "name", "confidence"}
"""What is always ours: symbols and names that the code knows by heart."""


def test_a_summary_at_80_columns() -> None:
    vote = question(
        "staff.vote",
        ask="How have staff had their say?",
        weight=3,
        lenses=["launch"],
        rungs=[
            {"id": "none", "label": "A vote was lost, or none is planned"},
            {"id": "agreed", "label": "A secret vote is agreed, not held"},
            {"id": "passed", "label": "A secret vote was passed"},
        ],
        roadblock="Staff have not been asked in a secret vote.",
        hard_stop={"lens": "launch", "clears_at": "passed", "reason": "Without staff a plan can end at the vote."},
        next=[{"id": "branch", "do": "Meet the branch secretaries before any paper is published", "who": "lead", "effort": "days"}],
        stories=["north", "far"],
    )  # fmt: skip
    income = question(
        "money.income",
        roadblock="One contract is all the income.",
        next=[
            {"id": "bids", "do": "List two other buyers", "who": "finance lead", "effort": "weeks"}
        ],
    )
    sponsor = question(
        "money.sponsor", enabler="A named officer and a named member sponsor it and turn up."
    )
    in_house = question("money.in-house")
    award = notice(
        "reserved",
        title="Some contests can be limited to staff-run mutuals.",
        says="The contract lasts five years at most, and winning one rules out another for three years.",
    )
    question_set = small_question_set(
        questions=[vote, income, sponsor, in_house],
        rules=[],
        tests=[],
        notices=[award],
        stories=[
            story("far", title="A trust far away"),
            story("north", title="NHS North", dated="2009", nation="wales", sectors=["health"],
                  ending="The vote was lost and the plan ended."),
        ],
        caution="This rests on published accounts. Improving in-house is a good answer.",
    )  # fmt: skip
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": "s", "name": "Bryn Library Service"},
            "circumstances": {"nation": "wales", "sector": "libraries"},
            "answers": {
                "staff.vote": {"rung": "agreed"},
                "money.income": {"rung": "nothing"},
                "money.sponsor": {"rung": "secured"},
                "money.in-house": {"state": "unknown"},
            },
        }
    )
    assessment = Scorer(question_set, "digest").score(sheet, AT)
    summary = summarise(assessment, question_set, hints=CommandHints("bryn.spinout"), limit=1)
    assert (
        shown(summary)
        == """\
Bryn Library Service
Wales · Libraries · 3 of 4 answered · 22 November 2026

BEFORE IT LEAVES   ■ 1 thing to settle first
AFTER IT LEAVES    ▲ 1 roadblock to work on; nothing in these answers stops it

TO SETTLE                                                ■ stops it  ▲ roadblock
■ Staff have not been asked in a secret vote                    before it leaves
  You said: “A secret vote is agreed, not held”. Without staff a plan can end at
  the vote.
  Next: Meet the branch secretaries before any paper is published     lead, days
  Been there: A trust far away, 2012: It still runs.  spinout explain staff.vote

  1 more: spinout report bryn.spinout

IN YOUR FAVOUR
● A named officer and a named member sponsor it and turn up
  You said: “The sponsor is secured”.

FIND OUT
? Where the in-house stands
  Ask the service lead.

COULD IT BE DONE IN-HOUSE?
  You have not yet said what staying in-house could not do.

THEMES                                   █ in place  ▒ not known  ░ not in place
Staff  ██████████░░░░░░░░░░  1 of 1 answered
Money  ███████▒▒▒▒▒▒░░░░░░░  2 of 3 answered

WHERE YOU ARE: WALES, LIBRARIES
§ Some contests can be limited to staff-run mutuals
  The contract lasts five years at most, and winning one rules out another for
  three years.
  The act · confirmed in the official text · in force since 24 February 2025
  reviewed 1 November 2026

NEXT STEPS
1  Meet the branch secretaries before any paper is published          lead, days
   Helps with: Staff have not been asked in a secret vote.
2  List two other buyers                                     finance lead, weeks
   Helps with: One contract is all the income.
3  Find out: Where the in-house stands                      ask the service lead

WHAT THIS RESTS ON
  This rests on published accounts. Improving in-house is a good answer.

Going for you: A named officer and a named member sponsor it and turn up. One
thing does not carry a spin-out; it is a start, and it is yours. The first step
usually takes days.
"""
    )


@pytest.mark.parametrize("width", [1, 19, 20, 21, 35, 46, 60, 79, 80, 81, 99, 100, 120, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    lines = shown(one(), width=width).splitlines()
    assert max(map(cell_len, lines)) <= max(20, min(width, 120))
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("width", [20, 46, 80, 120])
def test_every_word_is_shown_at_every_width(width: int) -> None:
    drawn = "".join(shown(one(), width=width).split()).lower()
    for words in _strings(one().settle) + _strings(one().notices.shown[0].says) + [one().ending]:
        assert "".join(words.split()).lower() in drawn


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if " " in value and value != "Hard stop" else []
    if isinstance(value, tuple):
        return [words for item in value for words in _strings(item)]
    if dataclasses.is_dataclass(value):
        return [w for f in dataclasses.fields(value) for w in _strings(getattr(value, f.name))]
    return []


def test_there_are_never_two_empty_lines() -> None:
    for width in (30, 80, 120):
        assert "\n\n\n" not in shown(one(), width=width)


def test_a_note_that_does_not_fit_has_its_own_line_at_the_right() -> None:
    step = StepLine(
        1, ActionItem("Do " + "x" * 60, "the pension fund's employer team", "weeks"), ""
    )
    lines = shown(dataclasses.replace(one(), steps=CutList((step,)))).splitlines()
    at = lines.index("1  Do " + "x" * 60)
    assert lines[at + 1] == "the pension fund's employer team, weeks".rjust(80)


def test_empty_sections_without_words_are_left_out() -> None:
    summary = dataclasses.replace(one(), remarks=CutList(()), not_counted=CutList(()))
    assert "CAUTIONS" not in shown(summary)
    assert "NOT COUNTED" not in shown(summary)
    assert "Cautions" not in plain(summary)


def test_colour_only_repeats_what_is_there_without_it() -> None:
    coloured = shown(one(), colour=True)
    assert "\x1b[31m■ \x1b[0m\x1b[1mThe vote is not there yet\x1b[0m  " in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(one())


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_in_every_field_are_only_words(words: str) -> None:
    summary = everywhere(one(), words)
    width = 80 if len(words) > 1_000 else 20
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", shown(summary, width=width, colour=True))
    assert [line for line in drawn.split("\n") if active_character(line)] == []
    assert max(cell_len(line) for line in drawn.split("\n")) <= width
    said = plain(summary)
    assert [line for line in said.split("\n") if active_character(line)] == []


@pytest.mark.parametrize("name", ["closing tag", "link", "style", "percent"])
def test_markup_and_emoji_codes_are_shown_as_they_are(name: str) -> None:
    summary = everywhere(one(), HOSTILE[name])
    assert HOSTILE[name] in shown(summary)
    assert HOSTILE[name] in plain(summary)


def test_a_terminal_obeys_nothing_of_it() -> None:
    attack = "".join(HOSTILE[name] for name in ("clipboard", "title", "cursor", "c1", "open title"))
    screen = pyte.HistoryScreen(80, 24, history=2_000)
    stream = pyte.Stream(screen)
    stream.feed(shown(everywhere(one(), attack), colour=True).replace("\n", "\r\n"))
    stream.feed("still here")
    assert screen.title == ""
    assert screen.display[screen.cursor.y].rstrip() == "still here"
    assert len(screen.history.top) > 24


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-8"])
@pytest.mark.parametrize("words", ["“Dŵr” · 漢 £5 …", HOSTILE["surrogate"], HOSTILE["wide"][-40:]])
def test_every_encoding_can_carry_it(encoding: str, words: str) -> None:
    drawn = shown(everywhere(one(), words), encoding=encoding)
    assert drawn
    if encoding == "ascii" and words.startswith("“Dŵr"):
        assert '"Dwr" - ? GBP 5 ...' in drawn


def test_symbols_and_bars_have_plain_forms() -> None:
    drawn = shown(one(), encoding="ascii")
    assert "# stops it  ^ roadblock" in drawn
    assert "# in place  ? not known  . not in place" in drawn
    assert re.search(r"^Money  #+\?+", drawn, re.MULTILINE)


def test_plain_has_nothing_but_letters_digits_and_ordinary_punctuation() -> None:
    assert re.fullmatch(r"[A-Za-z0-9 \n.,:;?!'\"()/_-]+", plain(one()))


def theme(low: float | None, high: float | None) -> ThemeLine:
    return ThemeLine("staff", "Staff", low, high, None, 1, 2)


@given(st.floats(0, 100), st.floats(0, 100), st.integers(2, 60))
def test_a_bar_shows_what_is_known_and_what_is_not(
    one_end: float, other: float, cells: int
) -> None:
    low, high = sorted((one_end, other))
    drawn = bar(theme(low, high), cells)
    known, unknown, rest = (drawn.count(symbol) for symbol in "█▒░")
    assert drawn == "█" * known + "▒" * unknown + "░" * rest
    assert len(drawn) == cells
    assert (unknown > 0) == (high > low)


def test_a_theme_with_nothing_to_answer_has_an_empty_bar() -> None:
    assert bar(theme(None, None), 5) == "░" * 5
    nothing = dataclasses.replace(one(), themes=(ThemeLine("a", "A", None, None, None, 0, 0),))
    assert "0 of 0 answered" in shown(nothing)


def test_titles_of_themes_wrap_in_their_column() -> None:
    title = "A heading of a theme that is longer than its column is wide"
    lines = shown(dataclasses.replace(one(), themes=(ThemeLine("a", title, 50, 50, 50, 1, 2),)))
    assert "A heading of a theme that is\nlonger than its column is wide" in lines
    assert "longer than its column is wide" + " " * 6 + "██████████░░░░░░░░░░  1 of 2" in lines
