"""Many conditions at once: a sieve says of each what the condition alone says."""

from hypothesis import given
from pydantic import TypeAdapter

from helpers.question_sets import small_question_set
from helpers.strategies import cases, laws
from spinout_cli.question_set import loader
from spinout_cli.question_set.condition_index import ConditionIndex, effective_condition
from spinout_cli.question_set.conditions import Condition, Facts, compile_condition


def held(question_set, facts):
    """Every rule and notice, asked by itself."""
    parts = (*question_set.rules, *question_set.notices)
    conditions = [effective_condition(part, question_set) for part in parts]
    alone = [
        compile_condition(condition, question_set.ladders)(facts) is True
        for condition in conditions
    ]
    assert ConditionIndex(conditions, question_set).holding(facts) == [
        n for n, yes in enumerate(alone) if yes
    ]
    return [part.id for part, yes in zip(parts, alone, strict=True) if yes]


@laws
@given(cases())
def test_a_sieve_says_of_each_condition_what_it_says_alone(case):
    scorer, question_set, sheet = case
    held(question_set, scorer.stand(sheet).facts)


def notice(name, nations, when=None):
    return {
        "id": name,
        "about": "form",
        "nations": nations,
        "title": "A rule of law",
        "says": "It is so.",
        "sources": ["survey"],
        "in_force": "unknown",
        "reviewed": "2026-01-01",
        "review_by": "2027-01-01",
        "confidence": "check",
    } | ({"when": when} if when else {})


def test_a_notice_of_every_nation_is_told_where_no_nation_is_known():
    plain = small_question_set()
    every = [choice.id for choice in plain.circumstance["nation"].choices]
    source = plain.sources[0].id
    made = small_question_set(
        notices=[
            notice("all", every) | {"sources": [source]},
            notice("one", every[:1]) | {"sources": [source]},
            notice(
                "two",
                every[:2],
                {"any": [{"nation": {"is": every[1]}}, {"nation": {"is": every[0]}}]},
            )
            | {"sources": [source]},
        ],
        rules=[],
        tests=[],
    )
    assert held(made, Facts({}, {})) == ["all"]
    assert held(made, Facts({"nation": every[0]}, {})) == ["all", "one", "two"]
    assert held(made, Facts({"nation": every[1]}, {})) == ["all", "two"]


class Counting(dict):
    """Facts that count how often they are looked at."""

    looked = 0

    def get(self, name, default=None):
        self.looked += 1
        return super().get(name, default)


def test_most_conditions_are_ruled_out_by_one_look():
    question_set = loader.load().set
    conditions = [effective_condition(notice, question_set) for notice in question_set.notices]
    known = {"nation": "wales", "sector": "leisure", "parent": "council", "launch": "no-date"}
    alone, together = Counting(known), Counting(known)
    told = [
        number
        for number, condition in enumerate(conditions)
        if compile_condition(condition, question_set.ladders)(Facts(alone, {})) is True
    ]
    assert ConditionIndex(conditions, question_set).holding(Facts(together, {})) == told
    assert told
    assert 3 * together.looked < 2 * alone.looked


def test_the_rarest_part_is_looked_at_first():
    """Of two parts that must hold, the one that fewer services can meet."""
    plain = small_question_set()
    wide = {"nation": {"in": ["england", "wales"]}}
    narrow = {"staff.vote": {"is": "secured"}}
    condition = TypeAdapter(Condition).validate_python({"all": [wide, narrow]})
    facts = Counting({"nation": "wales", "staff.vote": "nothing"})
    assert ConditionIndex([condition], plain).holding(Facts(facts, {})) == []
    assert facts.looked == 1


def test_a_value_that_is_named_twice_is_no_reason_to_tell_it_twice():
    written = {"nation": {"in": ["wales", "wales"]}}
    condition = TypeAdapter(Condition).validate_python(written)
    assert ConditionIndex([condition], small_question_set()).holding(
        Facts({"nation": "wales"}, {})
    ) == [0]
