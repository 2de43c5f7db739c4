"""The record of a workshop in every format: all of it is there, and nobody is given away."""

import csv
import io
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from helpers.docx_text import outline
from helpers.hostile_texts import hostile_workshop
from helpers.html_pages import Node, read
from helpers.pseudo_terminal import run
from spinout_cli.commands import report
from spinout_cli.commands.report import Format
from spinout_cli.documents.small_groups import MIN_GROUP
from spinout_cli.reports.summary.html import TALL, votes
from spinout_cli.results.workshop_record import QuestionRecord, Spread, Step, Vote, WorkshopRecord
from spinout_cli.workshop import record as closing

EXAMPLE = Path(__file__).parents[2] / "examples" / "bryn-library-service-workshop.json"
TEXTS: tuple[Format, ...] = ("terminal", "html", "markdown", "csv", "docx")
SENTINEL = "SENTINEL-42k"
"""Words that must not be where they have been left out."""

QUOTES = str.maketrans("“”‘’", "\"\"''")  # noqa: RUF001  (the quotes that are replaced)


def document(**changes: Any) -> dict[str, Any]:
    """The example as plain data, with other values in some places."""
    return json.loads(EXAMPLE.read_text(encoding="utf-8")) | changes


def words_of(told: report.LoadedReport, form: Format) -> str:
    """Everything that a reader of this format reads, with quotes and spaces made alike."""
    content = report.drawn(told, form)
    match form:
        case "docx":
            text = outline(content)
        case "html":
            page = read(content.decode())
            labels = (node.attributes.get("aria-label", "") for node in page.all("svg", "div"))
            text = " ".join([page.text, *labels])
        case "csv":
            text = " ".join(
                cell for row in csv.reader(io.StringIO(content.decode())) for cell in row
            )
        case "markdown":
            text = content.decode().replace("\\", "")
        case _:
            text = content.decode()
    return " ".join(text.translate(QUOTES).split())


@cache
def example() -> report.LoadedReport:
    return report.read(EXAMPLE, None)


@cache
def record() -> WorkshopRecord:
    found = example().record
    assert found is not None
    return found


@pytest.mark.parametrize("form", TEXTS)
def test_every_format_says_who_was_there_and_what_came_of_it(form: Format) -> None:
    told = record()
    said = [fact for fact in told.facts if form != "csv" for fact in fact.split(": ")]
    for section in told.sections:
        for item in section.items:
            said += [item.title, item.who, item.by, *item.lines]
    for talk in told.talks:
        said += [talk.ask, talk.agreed.removeprefix("Agreed: "), talk.note]
        said += [part for one in talk.statements for part in (one.name, one.words)]
        said += [vote.room.words for vote in talk.votes] if form not in ("markdown", "docx") else []
        said += [group.words for group in (talk.votes[-1].groups if talk.votes else ())]
    text = words_of(example(), form).lower()
    missing = [
        words
        for words in said
        if " ".join(words.translate(QUOTES).split()).rstrip(".").lower() not in text
    ]
    assert missing == []


@pytest.mark.parametrize("form", ["markdown", "docx"])
def test_tables_hold_a_number_for_every_rung_and_every_vote(form: Format) -> None:
    content = report.drawn(example(), form)
    if form == "docx":
        tables = Document(io.BytesIO(content)).tables
        rows = [tuple(cell.text for cell in row.cells) for each in tables for row in each.rows]
    else:
        lines = content.decode().replace("\\", "").split("\n")
        rows = [tuple(line.strip("| ").split(" | ")) for line in lines if line.startswith("|")]
    for talk in record().talks:
        assert [row for row in talk.tally if row not in rows] == []


def test_only_what_was_agreed_is_marked_as_agreed() -> None:
    page = read(report.drawn(example(), "html").decode())
    articles = [a for a in page.all("article") if a.attributes.get("class") == "talk"]
    for article, talk in zip(articles, record().talks, strict=True):
        marked = [item for item in article.all("li") if item.attributes.get("class") == "agreed"]
        assert [item.all("span")[0].text for item in marked] == [
            step.letter for step in talk.ladder if step.agreed
        ]


def test_what_was_taken_on_stands_in_a_table_with_who_and_when() -> None:
    page = read(report.drawn(example(), "html").decode())
    (owed,) = (each for each in page.all("table") if each.attributes.get("class") == "owed")
    (actions,) = (section for section in record().sections if section.id == "actions")
    cells = [[cell.text for cell in row.all("th", "td")] for row in owed.all("tr")[1:]]
    assert [row[0].rstrip(".") for row in cells] == [item.title for item in actions.items]
    assert [row[1].lower() for row in cells] == [item.who.lower() for item in actions.items]


# ------------------------------------------------------------------ pictures


def columns(drawn: Node) -> list[tuple[str, str, float]]:
    """What a picture of a vote shows: a letter, a number, and how high its column is."""
    shown = []
    for column in drawn.all("span"):
        (count,) = (part for part in column.children if isinstance(part, str))
        heights = [float(bar.attributes["height"]) for bar in column.all("svg")]
        shown.append((column.one("i").text, count, sum(heights)))
    return shown


def test_a_vote_is_drawn_as_it_was_counted() -> None:
    page = read(report.drawn(example(), "html").decode())
    figures = page.all("figure")
    spreads = [s for t in record().talks for v in t.votes for s in (v.room, *v.groups)]
    for figure, spread in zip(figures, spreads, strict=True):
        (drawn,) = (node for node in figure.all("div") if node.attributes["class"] == "spread")
        assert drawn.attributes["aria-label"] == spread.words
        shown = columns(drawn)
        assert [letter for letter, _, _ in shown] == [*"ABCDE"[: len(spread.counts) - 1], "?"]
        assert [int(count) for _, count, _ in shown] == list(spread.counts)
        for (_, count, height), (_, other, beside) in pairwise(shown):
            assert (int(count) > int(other)) <= (height >= beside)
            assert bool(int(count)) == bool(height)


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), min_size=1, max_size=3))
def test_any_vote_fits_its_picture(rounds: list[list[int]]) -> None:
    made = [Vote(f"Vote {n}", Spread("room", tuple(c), "")) for n, c in enumerate(rounds)]
    talk = QuestionRecord("x", "x", "x", tuple(Step(letter, "") for letter in "ABC"), tuple(made))
    for vote, counts in zip(votes(talk), rounds, strict=True):
        (drawn,) = vote.spreads
        assert [column.votes for column in drawn.columns] == counts
        for column in drawn.columns:
            assert 0 <= column.height <= TALL
            assert bool(column.height) == bool(column.votes)


# ------------------------------------------------------------------ nobody is given away


def with_votes(groups: dict[str, Any], participants: dict[str, int]) -> dict[str, Any]:
    """The example with one vote by these groups, of this room."""
    changed = document()
    rungs = ("stepped-back", "none", "warm", "named", "signing")
    places = [[*(g["counts"].get(r, 0) for r in rungs), g["unknown"]] for g in groups.values()]
    *counts, unknown = (sum(place) for place in zip(*places, strict=True))
    vote = {
        "counts": dict(zip(rungs, counts, strict=True)),
        "unknown": unknown,
        "room": "room-1",
        "kind": "hidden",
        "groups": groups,
        "taken": "2026-11-22T14:00:00Z",
    }
    changed["rooms"] = [
        {"id": "room-1", "participants": participants, "opened": "2026-11-22T14:00:00Z"}
    ]
    changed["questions"] = {"commissioner.sponsor": {"rounds": [vote]}}
    return changed


SMALL = {
    "staff": {"counts": {"none": 4, "warm": 5, "named": 3}, "unknown": 1},
    "zz-inspectors": {"counts": {"none": 1, "warm": MIN_GROUP - 2}, "unknown": 0},
}


@pytest.mark.parametrize("form", report.FORMATS)
def test_a_small_group_is_in_no_format(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "workshop.json"
    people = {"staff": 13, "zz-inspectors": MIN_GROUP - 1}
    path.write_text(json.dumps(with_votes(SMALL, people)), encoding="utf-8")
    text = report.drawn(report.read(path, None), form)
    told = outline(text) if form == "docx" else text.decode()
    assert "B 1, C 3" not in told
    assert "B 4, C 5, D 3" not in told  # what is left of the room is as good as the group itself
    assert "zz-inspectors 4" not in told
    if form in TEXTS:
        assert "A 0, B 5, C 8, D 3, E 0" in told or form in ("markdown", "docx")


def test_a_record_holds_the_floor_whoever_hands_the_workshop_in() -> None:
    told = hostile_workshop()
    assert told.workshop is not None
    talk = told.workshop.questions["staff.vote"]
    alone = {"x": talk.rounds[0].model_copy(update={"groups": None})}
    bare = talk.model_copy(
        update={"rounds": (talk.rounds[0].model_copy(update={"groups": alone}),)}
    )
    given_in = told.workshop.model_copy(update={"questions": {"staff.vote": bare}})
    (found,) = closing.build_record(given_in, told.question_set).talks
    assert found.votes[0].groups == ()


# ------------------------------------------------------------------ what is left out

NAMED = "Bryn"


@pytest.mark.parametrize("form", report.FORMATS)
def test_notes_statements_and_names_can_be_left_out(form: Format, tmp_path: Path) -> None:
    secret = SENTINEL
    changed = document()
    talk = changed["questions"]["procurement.route"]
    talk["note"] = secret
    talk["statements"] = [{"name": secret, "words": secret}]
    talk["actions"] = [{"id": "action-9", "do": "Ask for it", "owner": secret, "by": "Friday"}]
    talk["agreed"]["basis"]["seen_by"] = secret
    changed["questions"]["staff.vote"]["agreed"] = {"state": "not-applicable", "reason": secret}
    path = tmp_path / "workshop.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert secret in words_of(report.read(path, None), form) or form == "json"
    left = report.drawn(report.read(path, None, ("notes",)), form)
    assert secret not in (outline(left) if form == "docx" else left.decode())
    if form in TEXTS:
        assert "Ask for it" in words_of(report.read(path, None, ("notes",)), form)


@pytest.mark.parametrize("form", report.FORMATS)
def test_the_name_can_be_left_out_wherever_somebody_wrote_it(form: Format, tmp_path: Path) -> None:
    changed = document(service={"id": "zz-id", "name": NAMED})
    talk = changed["questions"]["procurement.route"]
    talk["note"] = f"What {NAMED} said"
    talk["statements"] = [{"name": f"{NAMED} branch", "words": "Ask bryn"}]
    talk["actions"] = [
        {"id": "action-9", "do": f"Tell {NAMED}", "owner": f"{NAMED} lead", "by": "Friday"}
    ]
    talk["agreed"]["basis"] = {"document": f"{NAMED} report", "date": "May", "seen_by": NAMED}
    reason = f"{NAMED} has no staff"
    changed["questions"]["staff.vote"]["agreed"] = {"state": "not-applicable", "reason": reason}
    changed["rooms"][0]["participants"] = {f"{NAMED} staff": 18, "managers": 12}
    path = tmp_path / "workshop.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    content = report.drawn(report.read(path, None, ("name",)), form)
    text = outline(content) if form == "docx" else content.decode()
    assert re.search("bryn", text, re.IGNORECASE) is None
    assert "zz-id" not in text
    assert changed["session"] not in text


def test_whoever_shares_statements_is_told_to_read_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    to = str(tmp_path / "a.html")
    report.report(report.Request(EXAMPLE, to=to, redact=("name",)))
    assert "--redact notes" in capsys.readouterr().err


# ------------------------------------------------------------------ from what


def test_a_workshop_document_is_read_by_every_command_that_reads_answers(tmp_path: Path) -> None:
    scored = run("score", str(EXAMPLE), folder=tmp_path)
    told = run("report", str(EXAMPLE), "--json", folder=tmp_path)
    one, other = json.loads(scored.stdout), json.loads(told.stdout)
    assert one["format"] == "spinout.assessment/1"
    assert {**one, "scored_at": "", "source": None} == {**other, "scored_at": ""}
    answers = json.loads(run("report", str(EXAMPLE), "--format", "answers", folder=tmp_path).stdout)
    assert answers["format"] == "spinout.answers/1"
    assert answers["answers"]["staff.vote"]["rung"] == "agreed"
    assert run("explain", str(EXAMPLE), folder=tmp_path).returncode == 0


def test_what_the_questions_do_not_know_is_named_and_not_counted_as_nothing(tmp_path: Path) -> None:
    changed = document()
    changed["questions"]["no.such"] = changed["questions"].pop("purpose.in-house")
    changed["questions"]["staff.vote"]["rounds"][0]["counts"]["sideways"] = 3
    path = tmp_path / "workshop.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    told = report.read(path, None).record
    assert told is not None
    (left,) = (section for section in told.sections if section.id == "left-out")
    assert sorted(item.id for item in left.items) == ["no.such", "staff.vote"]
    assert "no.such" in words_of(report.read(path, None), "markdown")
