"""What invented organisations have in common, for tests of how it is told."""

from functools import cache

from helpers.count_by_hand import tally
from helpers.hostile_texts import hostile_set
from helpers.organisations import world, world_set
from spinout_cli.commonalities.analysis import build_commonalities
from spinout_cli.commonalities.counts import ExactCounts
from spinout_cli.commonalities.disclosure import exact, publishable
from spinout_cli.documents.answers import AnswerSheet, SetRef
from spinout_cli.documents.commonalities import Commonalities
from spinout_cli.question_set.model import QuestionSet

REF = SetRef(id="small", version="1", digest="0" * 64)
BY = ("nation", "schemes")


def weighed(
    tallies: ExactCounts,
    question_set: QuestionSet,
    by: tuple[str, ...] = BY,
    *,
    working: bool = False,
) -> Commonalities:
    """Return the document that is written of these counts."""
    shown = (exact if working else publishable)(tallies, question_set)
    return build_commonalities(shown, question_set, REF, by, like=tallies.like is not None)


@cache
def counted(size: int = 600, seed: int = 5) -> ExactCounts:
    """Count organisations of which every fifth answered twice, and those like the first."""
    sheets = world(seed, size)
    again = [sheet.model_copy(update={"answers": sheets[-1].answers}) for sheet in sheets[::5]]
    return tally([*sheets, *again], world_set(), sheets[0])


@cache
def overview(*, working: bool = False, size: int = 600) -> Commonalities:
    """Return what they have in common."""
    return weighed(counted(size), world_set(), working=working)


@cache
def hostile_overview() -> Commonalities:
    """Return what organisations have in common when every text of the set is an attack."""
    question_set = hostile_set()
    name = question_set.questions[0].id
    rungs = question_set.questions[0].ladder
    sheets = [
        AnswerSheet.model_validate(
            {
                "format": "spinout.answers/1",
                "service": {"id": f"s{number}", "name": "Zebedee Baths"},
                "circumstances": {"nation": "wales" if number % 3 else "england"},
                "answers": {
                    name: {"rung": rungs[0 if number % 2 else -2], "note": "Zebedee wrote this"}
                },
            }
        )
        for number in range(120)
    ]
    return weighed(tally(sheets, question_set, sheets[0]), question_set, ("nation",))
