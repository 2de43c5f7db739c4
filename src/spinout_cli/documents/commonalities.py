"""The document `spinout.commonalities/1`: what many assessments have in common."""

from typing import Literal

from pydantic import Field

from spinout_cli.documents.answers import SetRef
from spinout_cli.fields import Model, Ref, Text

Kind = Literal["roadblock", "enabler", "unknown"]


class Rate(Model):
    """A share of those who could have said so, with its interval."""

    count: int = Field(ge=0, description="How many organisations.")
    of: int = Field(ge=1, description="Of how many: those who answered the question.")
    rate: float = Field(ge=0, le=1, description="`count` over `of`.")
    low: float = Field(ge=0, le=1, description="Where its 95% interval begins (Wilson).")
    high: float = Field(ge=0, le=1, description="Where it ends.")


class GroupRate(Rate):
    """A share among organisations that have one of some choices of a circumstance."""

    circumstance: Ref = Field(description="The circumstance.")
    choices: tuple[Ref | None, ...] = Field(
        description="The choices told together; null for those that did not give it. None at all: "
        "everybody else, those that did not give it among them."
    )
    label: Text = Field(description="The choices in words.")


class Prevalence(Model):
    """How common one roadblock, enabler or unknown is."""

    kind: Kind = Field(description="What it is.")
    id: Ref = Field(description="The question.")
    theme: Ref = Field(description="Its theme.")
    title: Text = Field(description="What is missing, what is there, or what to find out.")
    hard_stop: bool = Field(description="Whether it can stop a spin-out.")
    answered: int | None = Field(
        description="How many organisations gave an answer to the question other than don't know; "
        "null where they are too few to be told."
    )
    overall: Rate | None = Field(
        description="The share of those who answered; for `unknown` of those who answered or did not "
        "know. Null where it is withheld, or nobody answered."
    )
    by: tuple[GroupRate, ...] = Field(description="The same by the circumstances asked for.")


class Named(Model):
    """A roadblock or an enabler."""

    kind: Literal["roadblock", "enabler"] = Field(description="What it is.")
    id: Ref = Field(description="The question.")
    title: Text = Field(description="What is missing, or what is there.")


class Together(Model):
    """Two findings that go together more than chance has it, within how far along they are."""

    first: Named = Field(description="One of them.")
    second: Named = Field(description="The other.")
    answered: int = Field(ge=1, description="How many answered both questions.")
    both: int = Field(ge=0, description="How many of these have both.")
    support: float = Field(ge=0, le=1, description="`both` over `answered`.")
    lift: float = Field(
        ge=0, description="How many times what it would be if one had nothing to do with the other."
    )
    odds_ratio: float | None = Field(
        ge=0,
        description="How many times higher the odds of one are where the other is, among "
        "organisations as far along (Mantel-Haenszel); null where nobody has just one of them.",
    )
    low: float = Field(
        ge=0, description="Where its 95% interval begins (Robins-Breslow-Greenland)."
    )
    high: float | None = Field(ge=0, description="Where it ends; null where it has no end.")
    p: float = Field(
        ge=0,
        le=1,
        description="The chance of it if they had nothing to do with each other (Cochran-Mantel-"
        "Haenszel), corrected for how many pairs were looked at (Holm).",
    )
    stages: tuple[Ref | None, ...] = Field(
        description="The stages of the way that it was computed within; null: not given."
    )


class Separates(Model):
    """A circumstance in which those that meet a roadblock differ from those that do not."""

    id: Ref = Field(description="The question.")
    title: Text = Field(description="The roadblock.")
    circumstance: Ref = Field(description="The circumstance.")
    ask: Text = Field(description="The circumstance's question.")
    p: float = Field(
        ge=0,
        le=1,
        description="The chance of groups differing so much if in truth they did not (chi-square), "
        "corrected for how many were looked at (Holm).",
    )
    groups: tuple[GroupRate, ...] = Field(description="The roadblock's share in each group.")


class MovedQuestion(Model):
    """Where answers to one question went between an organisation's first and its last."""

    id: Ref = Field(description="The question.")
    ask: Text = Field(description="Its words.")
    better: Rate | None = Field(description="Those that stand on a higher rung; null if withheld.")
    worse: Rate | None = Field(description="Those that stand on a lower rung; null if withheld.")


class Moved(Model):
    """What moved, of organisations that answered more than once."""

    organisations: int | None = Field(description="How many they are; null if fewer than ten.")
    questions: tuple[MovedQuestion, ...] = Field(description="The most that got better first.")


class Shared(Model):
    """A circumstance that organisations like the one that was given have in common."""

    circumstance: Ref = Field(description="The circumstance.")
    choices: tuple[Ref | None, ...] = Field(description="The choices; null: not given.")
    label: Text = Field(description="The choices in words.")


class Found(Rate):
    """What organisations like the one that was given found."""

    id: Ref = Field(description="The question.")
    title: Text = Field(description="What is missing, or what is there.")


class Alike(Model):
    """The organisations most like the one that was given."""

    organisations: int | None = Field(
        description="How many they are; null where fewer than ten: then nothing is told of them."
    )
    shared: tuple[Shared, ...] = Field(description="What they have in common with it.")
    roadblocks: tuple[Found, ...] = Field(description="What they met, the most common first.")
    enablers: tuple[Found, ...] = Field(description="What they reported in their favour.")


class LeftOut(Model):
    """Assessments that were not counted."""

    reason: Text = Field(description="Why.")
    count: int | None = Field(description="How many; null if fewer than ten and not working data.")


class Suppressed(Model):
    """What is not shown, so that nobody can be told from it."""

    rule: Text = Field(description="The rule in words.")
    least: int | None = Field(description="The least count shown; null in working data.")
    rounded_to: int | None = Field(description="What counts are rounded to; null in working data.")
    overall: int = Field(ge=0, description="Findings without even a count for everybody.")
    groups: int = Field(ge=0, description="Counts of a group told only together with others.")
    pairs: int = Field(ge=0, description="Pairs without a stage of the way that may be shown.")


class Commonalities(Model):
    """What many organisations have in common. None of it says what causes what."""

    format: Literal["spinout.commonalities/1"] = Field(description="The form of this document.")
    working: bool = Field(description="Whether it is working data: exact, and not for publication.")
    notice: Text = Field(description="The same in words, to stand on every page.")
    question_set: SetRef = Field(description="The question set that the answers were read with.")
    counted: int | None = Field(description="How many organisations; null if fewer than ten.")
    left_out: tuple[LeftOut, ...] = Field(description="What was not counted.")
    prevalence: tuple[Prevalence, ...] = Field(
        description="Roadblocks, then enablers, then what nobody knows; the most common first."
    )
    pairs: int = Field(ge=0, description="How many pairs were looked at.")
    together: tuple[Together, ...] = Field(description="The surest first.")
    separates: tuple[Separates, ...] = Field(
        description="The surest first; last, where it is only how far along they are."
    )
    moved: Moved = Field(description="What moved.")
    like: Alike | None = Field(description="Those most like the one given; null if none was.")
    suppressed: Suppressed = Field(description="What is not shown.")
    caution: Text = Field(description="What all of this rests on.")
