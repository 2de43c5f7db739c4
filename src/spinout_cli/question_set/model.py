"""The pydantic model of a question set, as its YAML has it."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from spinout_cli.fields import LENSES, AnyState, Basis, Id, Lens, Model, Text
from spinout_cli.question_set.conditions import Condition
from spinout_cli.question_set.wording import DEFAULT_LENSES, LensWords, Wording
from spinout_cli.sanitize import sanitize

Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(sanitize),
]
Ids = tuple[Id, ...]
Mark = Literal["roadblock", "neither", "enabler"]
Need = Literal["roadblock", "enabler", "find_out", "next", "sources"]
Effort = Literal["days", "weeks", "months"]


class Choice(Model):
    """One thing that a circumstance can be."""

    id: Id = Field(description="Its stable name in answers and conditions.")
    label: Words = Field(description="What the person reads.")


class Circumstance(Model):
    """A fact about the service. It is not scored: it decides what is asked and what is said."""

    id: Id = Field(description="Its stable name in answers and conditions.")
    ask: Words = Field(description="The question, in plain words.")
    help: Text = Field("", description="A sentence for somebody who is not sure what is meant.")
    type: Literal["choice", "number", "date", "text"] = Field(
        "choice", description="What kind of answer it takes."
    )
    multiple: bool = Field(
        default=False, description="Whether several choices may be true at once."
    )
    when: Condition | None = Field(None, description="When it is asked; always, if left out.")
    choices: tuple[Choice, ...] = Field((), description="What it can be, for the type `choice`.")

    @cached_property
    def choice_ids(self) -> frozenset[str]:
        """The ids of its choices."""
        return frozenset(choice.id for choice in self.choices)


class Theme(Model):
    """A part of the journey, with its questions."""

    id: Id = Field(description="Its stable name.")
    title: Words = Field(description="Its heading.")
    why: Words = Field(description="Why it matters, in two sentences or so.")
    sources: Ids = Field((), description="The sources that say so.")


class Rung(Model):
    """One step of a ladder, in words that can be observed."""

    id: Id = Field(description="Its stable name within the question.")
    label: Words = Field(description="What can be seen to be so.")
    position: float | None = Field(
        None, ge=0, le=1, description="Where it stands from 0 to 1; evenly spread if left out."
    )
    marks: Mark | None = Field(
        None, description="What it counts as, where that does not follow from its position."
    )


class HardStop(Model):
    """The rung below which a question stops a spin-out, whatever else is good."""

    lens: Literal["launch", "endure", "both"] = Field(description="What it stops.")
    clears_at: Id = Field(description="The lowest rung that does not stop it.")
    reason: Words = Field(description="Why it stops, in words that can be read to anybody.")

    def stops(self, lens: Lens) -> bool:
        """Tell whether it can stop this lens."""
        return self.lens in (lens, "both")


class FindOut(Model):
    """What to find out if nobody knows, and from whom."""

    what: Words = Field("", description="What to find out; the question, if left out.")
    from_: Words = Field("", alias="from", description="Whom to ask.")


class Action(Model):
    """Something to do next."""

    id: Id = Field(description="Its stable name, unique in the whole set.")
    do: Words = Field(description="What to do, beginning with a verb.")
    who: Words = Field(description="Who usually does it.")
    effort: Effort = Field(description="How long it usually takes.")
    helps: Ids = Field((), description="Other questions that it helps as well.")
    after: Ids = Field((), description="Actions that come first.")


def _or_scale(schema: dict[str, Any]) -> None:
    """Let an editor pass the name of a scale too."""
    description = schema.pop("description", "")
    ladder = dict(schema)
    schema.clear()
    schema.update({"description": description, "anyOf": [ladder, {"type": "string"}]})


class Question(Model):
    """One thing that is asked, with its ladder."""

    id: Id = Field(description="Its stable name: the theme's, a dot, and a word or two.")
    theme: Id = Field(description="The theme it belongs to.")
    ask: Words = Field(description="The question, which one person can answer in half a minute.")
    aloud: Text = Field("", description="A sentence for a facilitator to read out.")
    why: Words = Field(description="Why it is asked: no more than its sources carry.")
    lenses: tuple[Lens, ...] = Field(
        LENSES, min_length=1, description="The lenses it bears on; all of them, if left out."
    )
    weight: int = Field(ge=1, le=3, description="How much it weighs.")
    quick: bool = Field(default=False, description="Whether the ten-minute version asks it.")
    when: Condition | None = Field(None, description="When it is asked; always, if left out.")
    rungs: tuple[Rung, ...] = Field(
        min_length=2,
        max_length=7,
        description="The ladder, from the bottom up; or the name of one of `scales`.",
        json_schema_extra=_or_scale,
    )
    hard_stop: HardStop | None = Field(None, description="Where it can stop a spin-out.")
    roadblock: Words = Field(
        "", description="The heading when the answer is low: the missing thing."
    )
    enabler: Words = Field("", description="The heading when the answer is high.")
    find_out: FindOut = Field(
        default_factory=FindOut, description="What to find out if nobody knows."
    )
    next: tuple[Action, ...] = Field((), max_length=12, description="What to do next.")
    sources: Ids = Field((), description="The sources that support this very point.")
    stories: Ids = Field((), description="Stories that bear on it.")
    renamed_from: Ids = Field(
        (), description="The ids it had in earlier versions of the set, so that answers carry over."
    )

    @model_validator(mode="before")
    @classmethod
    def _put_in_words(cls, value: Any) -> Any:  # noqa: ANN401  (as pydantic gives it)
        """Make the headings that are left out, from the question's own words."""
        if not isinstance(value, dict) or not isinstance(value.get("ask"), str):
            return value
        ask = value["ask"]
        made = {
            "roadblock": f"Not in place yet: {ask}",
            "enabler": f"In place: {ask}",
        }
        given = value.get("find_out", {})
        if isinstance(given, dict):
            asked = {"what": ask, "from": "whoever is nearest to it"}
            value = {**value, "find_out": {**asked, **given}}
        return {**made, **value}

    @cached_property
    def ladder(self) -> tuple[str, ...]:
        """The ids of its rungs, from the bottom up."""
        return tuple(rung.id for rung in self.rungs)

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """Where its rungs stand, from 0 to 1."""
        top = len(self.rungs) - 1
        return tuple(
            index / top if rung.position is None else rung.position
            for index, rung in enumerate(self.rungs)
        )

    @cached_property
    def lowest_clear(self) -> int:
        """The index of the lowest rung that does not stop a lens: 0 where none does."""
        return 0 if self.hard_stop is None else self.ladder.index(self.hard_stop.clears_at)

    def bears_on(self, lens: Lens) -> bool:
        """Tell whether it bears on this lens, by its lenses or by its hard stop."""
        return lens in self.lenses or (self.hard_stop is not None and self.hard_stop.stops(lens))

    def decides(self, lens: Lens) -> bool:
        """Tell whether the lens stays unknown for as long as this is not answered."""
        stops = self.hard_stop is not None and self.hard_stop.stops(lens)
        return stops or (self.weight == 3 and lens in self.lenses)  # noqa: PLR2004  (the top weight)


class Rule(Model):
    """A finding that no single question shows."""

    id: Id = Field(description="Its stable name.")
    kind: Literal["roadblock", "enabler", "caution", "option"] = Field(description="What it is.")
    when: Condition = Field(description="When it holds. Where that is not known it is withheld.")
    title: Words = Field(description="Its heading.")
    because: Words = Field(description="Why it is said.")
    sources: Ids = Field((), description="The sources that support it.")


class Notice(Model):
    """What the law or policy says in some circumstances, or who can help."""

    id: Id = Field(description="Its stable name.")
    about: Literal[
        "procurement", "employment", "pensions", "form", "tax", "powers", "regulation", "support"
    ] = Field(description="What it is about.")
    nations: Ids = Field(min_length=1, description="The nations in which it is so.")
    when: Condition | None = Field(None, description="To whom it is told; to all, if left out.")
    title: Words = Field(description="Its heading.")
    says: Words = Field(description="What it says, in plain words.")
    sources: Ids = Field(min_length=1, description="The instrument, with its address.")
    in_force: date | Literal["not-in-force", "unknown"] = Field(
        description="Since when it is in force."
    )
    reviewed: date = Field(description="When somebody last looked at it.")
    review_by: date = Field(description="When somebody must look again.")
    confidence: Literal["confirmed", "reported", "check"] = Field(
        description="Read in the official text; read about elsewhere; or not settled."
    )


class Source(Model):
    """Something published that carries a claim."""

    id: Id = Field(description="Its stable name.")
    title: Words = Field(description="Its title, or a description of what it is.")
    publisher: Words = Field(description="Who published it.")
    year: int | Literal["undated"] = Field(description="When it was published.")
    url: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=400)] = Field(
        description="Where it can be read."
    )
    read: Literal["official", "secondary", "background"] = Field(
        description="An official text, somebody's account of one, or background only."
    )
    extent: Literal["whole", "opening", "extract", "search-result"] | None = Field(
        None, description="How much of it was read; not recorded, if left out."
    )
    checked: date | None = Field(
        None, description="When somebody last held it against what rests on it."
    )
    note: Text = Field("", description="What a reader should know about it.")


class Story(Model):
    """What happened somewhere else, with its ending."""

    id: Id = Field(description="Its stable name.")
    title: Words = Field(description="Whose story it is.")
    dated: Words = Field(description="The years it tells of.")
    nation: Id = Field(description="Where it happened.")
    sectors: Ids = Field(min_length=1, description="The kind of service.")
    themes: Ids = Field(min_length=1, description="The themes it bears on.")
    helped: Text = Field("", description="What helped, as far as the sources carry it.")
    hurt: Text = Field("", description="What hurt, as far as the sources carry it.")
    ending: Words = Field(description="How it ended.")
    outcome: Literal["launched", "stopped", "lasting", "returned", "closed", "moved", "unknown"] = (
        Field(description="How it ended, in a word.")
    )
    disputed: Text = Field("", description="What the parties tell differently.")
    checked: date | None = Field(
        None, description="When somebody last looked for how it ended; not recorded, if left out."
    )
    sources: Ids = Field(min_length=1, description="The sources that tell it.")


class SampleAnswer(Model):
    """An answer in a sample."""

    rung: Id | None = Field(None, description="The rung.")
    state: AnyState | None = Field(None, description="The state, where there is no rung.")
    basis: Basis | None = Field(None, description="What it rests on.")


class Expected(Model):
    """What must come out of a sample."""

    lenses: dict[Lens, Literal["stopped", "unknown", "roadblocks", "clear", "past"]] = Field(
        default_factory=dict, description="The state of each lens."
    )
    roadblocks: Ids = Field((), description="Roadblocks that must be among those found.")
    enablers: Ids = Field((), description="Enablers that must be among those found.")
    findings: Ids = Field((), description="Rules that must hold.")
    notices: Ids = Field((), description="Notices that must be shown.")
    not_findings: Ids = Field((), description="Rules that must not hold.")
    not_notices: Ids = Field((), description="Notices that must not be shown.")


class Sample(Model):
    """Sample answers with what must come out, kept with the set."""

    id: Id = Field(description="Its stable name.")
    title: Text = Field("", description="What it is.")
    story: Id | None = Field(None, description="The story it follows.")
    depth: Literal["quick", "full"] = Field("full", description="The depth it was asked at.")
    circumstances: dict[Id, Text | tuple[Text, ...]] = Field(
        default_factory=dict, description="The circumstances that are known."
    )
    answers: dict[Id, Id | SampleAnswer] = Field(
        description="The answers: a rung, a state, or either with what it rests on."
    )
    expect: Expected = Field(description="What must come out.")


class Allowance(Model):
    """A remark of `spinout questions check` that the authors mean to leave, and why."""

    check: Id = Field(description="The check's name, as it stands in brackets after the remark.")
    id: Id = Field(description="The id of the part that it is about.")
    reason: Words = Field(description="Why it is meant, for whoever reads the file next.")


def _on_scale(question: Any, scales: dict[str, Any]) -> Any:  # noqa: ANN401  (any tree)
    named = question.get("rungs") if isinstance(question, dict) else None
    if isinstance(named, str) and named in scales:
        return {**question, "rungs": scales[named]}
    return question


class QuestionSet(Model):
    """Everything that is asked and said, and what it rests on."""

    format: Literal["spinout.questions/1"] = Field(description="The form of this document.")
    id: Id = Field(description="The set's stable name.")
    version: Words = Field(description="The set's version.")
    title: Words = Field(description="What it is about.")
    language: Words = Field("en-GB", description="The language it is written in.")
    licence: Words = Field("CC-BY-4.0", description="The licence of its words.")
    library: tuple[
        Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*\.yaml$")], ...
    ] = Field((), description="Files beside this one that hold more of its sections.")
    minimum_coverage: float = Field(
        0.5, ge=0, le=1, description="The share of a theme that must be answered for a score."
    )
    left: Condition | None = Field(
        None, description="When the service has already left, so that `launch` is past."
    )
    lenses: tuple[LensWords, ...] = Field(
        (), max_length=2, description="What its lenses are called; plain words, if left out."
    )
    words: Wording = Field(
        default_factory=Wording, description="The words of the field that it is about."
    )
    needs: tuple[Need, ...] = Field(
        (), description="Parts that every question must have, of those that may be left out."
    )
    in_house: Id | None = Field(
        None, description="The question about what staying in-house could not do."
    )
    caution: Words = Field(description="What every result rests on.")
    scales: dict[Id, tuple[Rung, ...]] = Field(
        default_factory=dict,
        description="Ladders that several questions share, each by its name.",
    )
    circumstances: tuple[Circumstance, ...] = Field((), description="Facts about what is assessed.")
    themes: tuple[Theme, ...] = Field(min_length=1, description="The themes, in order.")
    questions: tuple[Question, ...] = Field(min_length=1, description="The questions, in order.")
    rules: tuple[Rule, ...] = Field((), description="Findings from several answers together.")
    notices: tuple[Notice, ...] = Field((), description="What the law or policy says.")
    stories: tuple[Story, ...] = Field((), description="What happened elsewhere.")
    sources: tuple[Source, ...] = Field((), description="What has been published.")
    tests: tuple[Sample, ...] = Field((), description="Sample answers with what must come out.")
    allow: tuple[Allowance, ...] = Field(
        (), description="Remarks of `spinout questions check` that are meant to stay."
    )

    @cached_property
    def question(self) -> dict[str, Question]:
        """The questions by id."""
        return by_id(self.questions)

    @model_validator(mode="before")
    @classmethod
    def _put_in_scales(cls, value: Any) -> Any:  # noqa: ANN401  (as pydantic gives it)
        """Put a scale in the place of its name, wherever a question names one as its rungs."""
        scales = value.get("scales") if isinstance(value, dict) else None
        questions = value.get("questions") if isinstance(value, dict) else None
        if not isinstance(scales, dict) or not isinstance(questions, list | tuple):
            return value
        return {**value, "questions": [_on_scale(question, scales) for question in questions]}

    @cached_property
    def lens_words(self) -> dict[Lens, LensWords]:
        """What its lenses are called: those that it names, or those that its questions bear on."""
        if self.lenses:
            return {each.id: each for each in self.lenses}
        used = [lens for lens in LENSES if any(q.bears_on(lens) for q in self.questions)]
        return {lens: DEFAULT_LENSES[lens] for lens in used or LENSES}

    @property
    def topic(self) -> str:
        """What it is about, for headings."""
        return self.words.topic or self.title

    @cached_property
    def circumstance(self) -> dict[str, Circumstance]:
        """The circumstances by id."""
        return by_id(self.circumstances)

    @cached_property
    def theme(self) -> dict[str, Theme]:
        """The themes by id."""
        return by_id(self.themes)

    @cached_property
    def story(self) -> dict[str, Story]:
        """The stories by id."""
        return by_id(self.stories)

    @cached_property
    def source(self) -> dict[str, Source]:
        """The sources by id."""
        return by_id(self.sources)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The id that a question has now, by each that it had in earlier versions of the set."""
        return {
            old: question.id
            for question in self.questions
            for old in question.renamed_from
            if old not in self.question
        }

    @cached_property
    def ladders(self) -> dict[str, tuple[str, ...]]:
        """The rung ids of every question, from the bottom up."""
        return {question.id: question.ladder for question in self.questions}

    def of_theme(self, theme_id: str) -> tuple[Question, ...]:
        """Return the questions of a theme, in order."""
        return tuple(question for question in self.questions if question.theme == theme_id)


_Named = TypeVar("_Named", Question, Circumstance, Theme, Story, Source)


def by_id(parts: Iterable[_Named]) -> dict[str, _Named]:
    """Return the parts by their ids."""
    return {part.id: part for part in parts}
