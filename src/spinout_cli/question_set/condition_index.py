"""An index over many conditions, by which most are ruled out without being evaluated."""

from collections import defaultdict
from collections.abc import Iterable

from spinout_cli.question_set.conditions import (
    All,
    Comparison,
    Condition,
    Facts,
    Holds,
    Test,
    choices,
    compile_condition,
)
from spinout_cli.question_set.model import Notice, QuestionSet, Rule

_Numbered = list[tuple[int, Holds]]


class ConditionIndex:
    """Tells which of many conditions are known to hold."""

    def __init__(self, conditions: Iterable[Condition | None], question_set: QuestionSet) -> None:
        """Sort the conditions by what each cannot do without, the rarest there is."""
        ladders, self._always = question_set.ladders, _Numbered()
        asked = {c.id: len(c.choices) for c in question_set.circumstances if not c.multiple}
        sizes = asked | {name: len(ladder) for name, ladder in ladders.items()}
        self._only_with: defaultdict[str, defaultdict[str | None, _Numbered]]
        self._only_with = defaultdict(lambda: defaultdict(list))
        for number, condition in enumerate(conditions):
            numbered = number, compile_condition(condition, ladders)
            needed = [each for each in choices(condition, ladders) if sizes.get(each[0])]
            if not needed:
                self._always.append(numbered)
                continue
            name, among = min(needed, key=lambda each: len(each[1]) / sizes[each[0]])
            for value in set(among):  # one that is named twice is no reason to tell it twice
                self._only_with[name][value].append(numbered)

    def holding(self, facts: Facts) -> list[int]:
        """Return the numbers of the conditions that are known to hold, in their order."""
        values = facts.values
        found = [number for number, holds in self._always if holds(facts) is True]
        for name, by_value in self._only_with.items():
            for number, holds in by_value.get(values.get(name), ()):
                if holds(facts) is True:
                    found.append(number)
        found.sort()
        return found


def effective_condition(part: Rule | Notice, question_set: QuestionSet) -> Condition | None:
    """Return what decides whether it is told: for a notice, where the service is as well."""
    if isinstance(part, Rule):
        return part.when
    nation = question_set.circumstance.get("nation")
    if nation is not None and nation.choice_ids <= set(part.nations):
        return part.when
    here = Test({"nation": Comparison.model_validate({"in": part.nations})})
    return here if part.when is None else All(all=(here, part.when))
