"""Ballots of a workshop as CSV."""

import csv
import io

from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.workshop.vote_parser import LETTERS
from spinout_cli.workshop.vote_text import places

COMMENT = "#"
FIRST_COLUMNS = ("ballot", "role")


def template(question_set: QuestionSet, plan: tuple[str, ...] = ()) -> str:
    """Return a CSV to type ballots into: a column for each question, a row for each ballot."""
    asked = [q for q in question_set.questions if not plan or q.id in plan]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write([f"{COMMENT} One row for each ballot: a letter for each question, ? for don't know."])
    write([f"{COMMENT} Leave a cell empty where nothing was ticked. Names are not asked."])
    write([*FIRST_COLUMNS, *(q.id for q in asked)])
    write([COMMENT, "", *(q.ask for q in asked)])
    for index in range(max(len(q.rungs) for q in asked)):
        write([COMMENT, "", *(_rung_words(q, index) for q in asked)])
    return out.getvalue()


def _rung_words(question: Question, index: int) -> str:
    letter, label = (*places(question)[:-1], *[("", "")] * len(LETTERS))[index]
    return f"{letter}: {label}" if letter else ""
