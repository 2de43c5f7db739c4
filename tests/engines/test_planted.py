"""What was planted is found and nothing else is, at the stated error rate, over a hundred sets.

All sets are seeded, so that the same is tried each time. What is tolerated follows from the binomial:
of a hundred sets, each with a chance of 5% to show anything that is not there, no more may do so than
a hundred such sets would in all but one of a thousand runs.
"""

from typing import NamedTuple

import ibis
import pytest
from scipy.stats import binom

import invented
from spinout_cli.commonalities.analysis import build_commonalities
from spinout_cli.commonalities.counting import count
from spinout_cli.commonalities.disclosure import exact
from spinout_cli.documents.answers import SetRef
from spinout_cli.question_set.model import QuestionSet

SETS = 100
ORGANISATIONS = 1500
ERROR = 0.05
TOLERATED = int(binom.isf(0.001, SETS, ERROR))
PAIRS = {frozenset(pair) for pair in invented.PLANTED.pairs}
SEPARATES = {
    (circumstance, question) for circumstance, _, question, _ in invented.PLANTED.separates
}
PLANTED = {*(name for pair in PAIRS for name in pair), *(name for _, name in SEPARATES)}
OTHERS = 12
"""Questions looked at in which nothing is planted."""


class Found(NamedTuple):
    """What one set showed."""

    pairs: set[frozenset[str]]
    separates: set[tuple[str, str]]
    moved: tuple[str, str]


def questions():
    """The planted questions and some others, so that a hundred sets take minutes and no hours."""
    whole = invented.the_bank().loaded.set
    open_to_all = [q for q in whole.questions if q.when is None and q.id not in PLANTED]
    kept = PLANTED | set(invented.PLANTED.moved) | {q.id for q in open_to_all[:OTHERS]}
    fields = {name: getattr(whole, name) for name in QuestionSet.model_fields}
    return QuestionSet.model_construct(
        **{**fields, "questions": tuple(q for q in whole.questions if q.id in kept)}
    )


def look(folder, seed, question_set):
    """Make a set, count it, and weigh it as the command does."""
    folder.mkdir()
    invented.write_tables(ORGANISATIONS, folder, seed)
    engine = ibis.duckdb.connect()
    tables = (
        engine.read_parquet(folder / f"{name}.parquet") for name in ("assessments", "answers")
    )
    tallies = count(*tables, question_set)
    engine.disconnect()
    ref = SetRef(id="invented", version="1", digest="0" * 64)
    told = build_commonalities(exact(tallies, question_set), question_set, ref, (), like=False)
    by_rate = sorted(
        (each for each in told.moved.questions if each.better and each.worse),
        key=lambda each: each.better.rate - each.worse.rate,
    )
    return Found(
        {frozenset((each.first.id, each.second.id)) for each in told.together},
        {(each.circumstance, each.id) for each in told.separates if each.circumstance != "launch"},
        (by_rate[0].id, by_rate[-1].id),
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder, question_set = tmp_path_factory.mktemp("sets"), questions()
    return [look(folder / str(seed), 1000 + seed, question_set) for seed in range(SETS)]


@pytest.mark.slow
def test_every_planted_pair_is_found(found):
    assert all(each.pairs >= PAIRS for each in found)


@pytest.mark.slow
def test_no_other_pair_is_found_more_often_than_stated(found):
    assert sum(each.pairs != PAIRS for each in found) <= TOLERATED


@pytest.mark.slow
def test_every_planted_circumstance_separates(found):
    assert all(each.separates >= SEPARATES for each in found)


@pytest.mark.slow
def test_no_other_circumstance_separates_more_often_than_stated(found):
    assert sum(each.separates != SEPARATES for each in found) <= TOLERATED


@pytest.mark.slow
def test_what_was_planted_to_move_moved_most(found):
    assert {each.moved for each in found} == {("public.calendar", "finance.downside")}
