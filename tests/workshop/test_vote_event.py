"""What may not be shown of a vote is not saved either."""

from hypothesis import given
from hypothesis import strategies as st

from helpers.question_sets import question
from helpers.strategies import laws
from spinout_cli.documents.small_groups import MIN_GROUP, publishable_groups
from spinout_cli.question_set.model import Question
from spinout_cli.workshop.session import vote_event
from spinout_cli.workshop.vote_parser import ParsedVote, Tally

ASKED = Question.model_validate(question("money.plan"))
RUNGS = len(ASKED.ladder)
TALLIES = st.builds(
    Tally, st.tuples(*[st.integers(0, 8)] * RUNGS), st.integers(min_value=0, max_value=3)
)


def saved(**groups):
    whole = Tally(
        tuple(sum(each) for each in zip(*(t.counts for t in groups.values()), strict=True)),
        sum(tally.unknown for tally in groups.values()),
    )
    vote = ParsedVote(whole, groups, {})
    return vote_event(ASKED, vote, "hidden").v


def test_a_group_that_is_of_one_mind_is_not_in_what_is_saved():
    bottom = Tally((6, *[0] * (RUNGS - 1)))
    mixed = Tally((3, 5, *[0] * (RUNGS - 2)))
    assert "managers" not in str(saved(managers=bottom, staff=mixed))


def test_a_group_under_the_floor_is_not_in_what_is_saved():
    few = Tally((1, MIN_GROUP - 2, *[0] * (RUNGS - 2)))
    many = Tally((3, 9, *[0] * (RUNGS - 2)))
    vote = saved(union=few, staff=many)
    assert vote["groups"] is None
    assert list(vote["counts"].values()) == [4, 12, *[0] * (RUNGS - 2)]


@laws
@given(groups=st.dictionaries(st.sampled_from(["a", "b", "c"]), TALLIES, min_size=1, max_size=3))
def test_what_is_saved_is_what_may_be_shown(groups):
    vote = saved(**groups)
    whole = (*vote["counts"].values(), vote["unknown"])
    places = {name: (*tally.counts, tally.unknown) for name, tally in groups.items()}
    assert set(vote["groups"] or {}) == set(publishable_groups(whole, places))
