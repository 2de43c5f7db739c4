"""Plausible invented assessments with associations that are known because they were planted.

    python benchmarks/invented.py 1000 > many.ndjson
    python benchmarks/invented.py 1000000 --to tables

The same number and seed make the same assessments, as answers documents or straight as the tables
`assessments` and `answers` of `spinout export`: the second form is what exporting the first gives,
and is made column by column, so that a million take a minute or two.

Everybody further along answers higher on everything; apart from that answers are independent of
each other, except where `PLANTED` says so. Nothing here is taken from any real organisation.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import Question
from spinout_cli.question_set.rungs import rung_effect, stops
from spinout_cli.scoring.scorer import Scorer
from spinout_cli.tables import columns as tables
from spinout_cli.tables import parquet
from spinout_cli.tables import rows as rows_module

SEED = 20261125
CHUNK = 20_000
"""Assessments made at once; some of them are later answers of organisations in the same chunk."""

AGAIN = 0.08
"""The share of assessments that are a later answer of an organisation."""

BEGUN = datetime(2024, 1, 8, 9, tzinfo=UTC)
STATES = ("answered", "unknown", "not-applicable", "skipped", "not-asked")
SHARES = (0.87, 0.06, 0.03, 0.03, 0.01)
BASES = ("seen", "told", "think")
BASIS_SHARES = (0.6, 0.25, 0.15)
SECOND_CHOICE = 0.2
"""The share that make a second choice where several may be."""

NOT_GIVEN = 0.05
"""The share of organisations that do not give a circumstance."""

ALONG = {
    "left": 1.2,
    "under-6-months": 0.8,
    "6-18-months": 0.2,
    "over-18-months": -0.4,
    "no-date": -0.9,
}
LAUNCHES = (0.08, 0.2, 0.3, 0.22, 0.2)
NOT_TOLD = -0.2
"""How far along those are who do not say: a stage of their own, not a mixture of the others."""


class Planted(NamedTuple):
    """What is there to be found."""

    pairs: tuple[tuple[str, str], ...]
    """Questions whose answers go together, beyond how far along an organisation is."""

    separates: tuple[tuple[str, str, str, float], ...]
    """A circumstance, one of its choices, a question, and how much higher they stand there."""

    moved: Mapping[str, tuple[float, float]]
    """By question, the shares of those answering again who stand one rung lower, and one higher."""


PLANTED = Planted(
    pairs=(
        ("leadership.skills", "governance.board"),
        ("finance.working-capital", "finance.income-mix"),
        ("staff.surplus", "public.user-role"),
    ),
    separates=(
        ("reorganisation", "being-reorganised", "commissioner.relationship", -1.2),
        ("size", "under-10", "infrastructure.support-services", -1.2),
        ("nation", "wales", "procurement.subsidy", 1.2),
    ),
    moved={"finance.downside": (0.05, 0.6), "public.calendar": (0.6, 0.05)},
)
_STRENGTH = 1.1
"""How much of what two planted questions have in common is in each answer; the rest has spread 1."""

_STAYS = (0.1, 0.1)


@dataclass(slots=True)
class Chunk:
    """Some assessments, column by column: a row is an assessment, a column a question."""

    first: int
    service: Any
    days: Any
    facts: dict[str, Any]
    """By circumstance, the place of the choice, -1 where none is given; a bit each where several may be."""

    state: Any
    rung: Any
    basis: Any


@dataclass(frozen=True, slots=True)
class Bank:
    """The question set, with what is needed of it as arrays."""

    loaded: loader.LoadedSet
    scorer: Scorer

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return its questions."""
        return self.loaded.set.questions

    def column(self, name: str) -> int:
        """Return the place of a question."""
        return [q.id for q in self.questions].index(name)


@cache
def the_bank() -> Bank:
    """Return the question set that is built in."""
    loaded = loader.load()
    return Bank(loaded, Scorer(loaded.set, loaded.digest))


def chunks(number: int, seed: int = SEED) -> Iterator[Chunk]:
    """Yield so many assessments, some at a time: the same ones for the same number and seed."""
    for first in range(0, number, CHUNK):
        yield _chunk(first, min(CHUNK, number - first), np.random.default_rng((seed, first)))


def _chunk(first: int, size: int, made: np.random.Generator) -> Chunk:
    again = int(size * AGAIN)
    alone = size - again
    facts = {name: _choices(name, alone, made) for name in the_bank().loaded.set.circumstance}
    rung = _rungs(facts, alone, made)
    later = _moved(rung[:again], made)
    days = made.integers(0, 700, alone)
    return Chunk(
        first,
        np.concatenate([np.arange(alone), np.arange(again)]) + first,
        np.concatenate([days, days[:again] + made.integers(90, 365, again)]),
        {name: np.concatenate([given, given[:again]]) for name, given in facts.items()},
        made.choice(len(STATES), (size, rung.shape[1]), p=SHARES).astype(np.int8),
        np.concatenate([rung, later]),
        made.choice(len(BASES), (size, rung.shape[1]), p=BASIS_SHARES).astype(np.int8),
    )


def _choices(name: str, size: int, made: np.random.Generator) -> Any:  # noqa: ANN401  (an array)
    circumstance = the_bank().loaded.set.circumstance[name]
    count = len(circumstance.choices)
    shares = np.array(LAUNCHES if name == "launch" else [1 / (n + 2) for n in range(count)])
    given = made.choice(count, size, p=shares / shares.sum())
    if circumstance.multiple:
        given = (1 << given) | np.where(
            made.random(size) < SECOND_CHOICE, 1 << made.integers(0, count, size), 0
        )
        return np.where(made.random(size) < NOT_GIVEN, 0, given)
    return np.where(made.random(size) < NOT_GIVEN, -1, given)


def _rungs(facts: dict[str, Any], size: int, made: np.random.Generator) -> Any:  # noqa: ANN401
    """Draw how high everybody stands on every ladder."""
    known = the_bank()
    along = np.array(
        [*(ALONG[c.id] for c in known.loaded.set.circumstance["launch"].choices), NOT_TOLD]
    )
    usual = np.random.default_rng(1).uniform(-0.3, 0.7, len(known.questions))
    height = made.standard_normal((size, len(known.questions)), dtype=np.float32)
    height += (along[facts["launch"]][:, None] + usual).astype(np.float32)
    for pair in PLANTED.pairs:
        shared = _STRENGTH * made.standard_normal(size)
        for name in pair:
            height[:, known.column(name)] += shared
    for circumstance, choice, question, shift in PLANTED.separates:
        ids = [c.id for c in known.loaded.set.circumstance[circumstance].choices]
        height[:, known.column(question)] += shift * (facts[circumstance] == ids.index(choice))
    rung = np.empty(height.shape, np.int8)
    for column, question in enumerate(known.questions):
        cuts = np.linspace(-1.0, 1.2, len(question.rungs) - 1)
        rung[:, column] = np.searchsorted(cuts, height[:, column])
    return rung


def _moved(rung: Any, made: np.random.Generator) -> Any:  # noqa: ANN401  (arrays)
    """Return where those stand who answer again: mostly where they stood."""
    known = the_bank()
    shares = np.array([PLANTED.moved.get(q.id, _STAYS) for q in known.questions])
    drawn = made.random(rung.shape)
    step = (drawn > 1 - shares[:, 1]).astype(np.int8) - (drawn < shares[:, 0])
    return np.clip(rung + step, 0, [len(q.rungs) - 1 for q in known.questions]).astype(np.int8)


# ------------------------------------------------------------------------- as documents


def documents(number: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Yield the assessments as answers documents."""
    for chunk in chunks(number, seed):
        open_ = _open(chunk)
        for row in range(len(chunk.service)):
            yield _document(chunk, row, open_)


def _document(chunk: Chunk, row: int, open_: Any) -> dict[str, Any]:  # noqa: ANN401  (an array)
    service, ended = int(chunk.service[row]) + 1, _ended(chunk.days[row])
    given = {
        question.id: _answer(question, chunk, (row, column))
        for column, question in enumerate(the_bank().questions)
        if open_[row, column] and STATES[chunk.state[row, column]] != "not-asked"
    }
    return {
        "format": "spinout.answers/1",
        "service": {"id": f"invented-{service}", "name": f"Service {service} (invented)"},
        "circumstances": _circumstances(chunk, row),
        "answers": given,
        "started": f"{ended - timedelta(minutes=40):%Y-%m-%dT%H:%M:%SZ}",
        "updated": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
    }


def _answer(question: Question, chunk: Chunk, at: tuple[int, int]) -> dict[str, str]:
    state, rung = STATES[chunk.state[at]], int(chunk.rung[at])
    if state != "answered":
        return {"state": state}
    answer = {"rung": question.ladder[rung]}
    if question.hard_stop is not None and rung >= question.lowest_clear:
        answer["basis"] = BASES[chunk.basis[at]]
    return answer


def _circumstances(chunk: Chunk, row: int) -> dict[str, Any]:
    given = {name: chosen(name, int(codes[row])) for name, codes in chunk.facts.items()}
    return {name: value for name, value in given.items() if value is not None}


@cache
def chosen(name: str, code: int) -> Any:  # noqa: ANN401  (a choice, or several)
    """Return what a code of a circumstance stands for; None if nothing was given."""
    circumstance = the_bank().loaded.set.circumstance[name]
    ids = [choice.id for choice in circumstance.choices]
    if circumstance.multiple:
        return [one for place, one in enumerate(ids) if code >> place & 1] or None
    return None if code < 0 else ids[code]


def _ended(day: int) -> datetime:
    return BEGUN + timedelta(days=int(day))


def _open(chunk: Chunk) -> Any:  # noqa: ANN401  (an array)
    """Tell which questions apply to whom: as the scorer tells it, once for all who are alike."""
    names = list(chunk.facts)
    codes, which = np.unique(
        np.stack([chunk.facts[n] for n in _looked_at(names)]), axis=1, return_inverse=True
    )
    columns = {q.id: column for column, q in enumerate(the_bank().questions)}
    found = np.zeros((codes.shape[1], len(columns)), bool)
    for row, pattern in enumerate(codes.T):
        given = {
            n: chosen(n, int(code)) for n, code in zip(_looked_at(names), pattern, strict=True)
        }
        sheet = AnswerSheet.model_validate(
            {"format": "spinout.answers/1", "circumstances": given, "answers": {}}
        )
        found[row, [columns[q.id] for q in the_bank().scorer.stand(sheet).applicable]] = True
    return found[which.ravel()]


def _looked_at(names: list[str]) -> list[str]:
    """The circumstances that decide which questions apply."""
    text = " ".join(q.when.model_dump_json() for q in the_bank().questions if q.when is not None)
    return [name for name in names if f'"{name}"' in text]


# ------------------------------------------------------------------------- straight as tables


def write_tables(number: int, folder: Path, seed: int = SEED) -> None:
    """Write `assessments.parquet` and `answers.parquet` into a folder, as exporting would."""
    loaded = the_bank().loaded
    folder.mkdir(parents=True, exist_ok=True)
    ours, answers, _ = tables.tables(loaded.set)
    with (
        (folder / "assessments.parquet").open("wb") as one,
        (folder / "answers.parquet").open("wb") as many,
    ):
        writers = (parquet.Writer(one, ours, loaded), parquet.Writer(many, answers, loaded))
        for chunk in chunks(number, seed):
            counted = _Counted(chunk)
            writers[0].table(_assessments(counted, writers[0].schema))
            writers[1].table(_answers(counted, writers[1].schema))
        for writer in writers:
            writer.close()


class _Counted:
    """What scoring makes of a chunk, column by column."""

    def __init__(self, chunk: Chunk) -> None:
        known = the_bank().questions
        self.chunk = chunk
        state = [
            STATES.index(name) for name in ("unknown", "not-applicable", "skipped", "not-asked")
        ]
        given, rung = chunk.state, chunk.rung
        can_stop = np.array([q.hard_stop is not None for q in known])
        clear = np.array([q.lowest_clear if q.hard_stop else 99 for q in known])
        self.open = _open(chunk)
        self.asked = self.open & (given != state[3])
        believed = (given == 0) & (chunk.basis == BASES.index("think")) & (rung >= clear)
        set_aside = (given == state[1]) & can_stop
        self.known = self.asked & (given == 0) & ~believed
        self.state = np.where(believed | set_aside, state[0], given)
        self.reason = np.where(
            believed, 2, np.where(set_aside, 3, np.where(given == state[0], 1, 0))
        )
        launch = the_bank().loaded.set.circumstance["launch"]
        self.past = chunk.facts["launch"] == [c.id for c in launch.choices].index("left")
        self.means, self.stops = _meanings(rung, self.past)

    def lens(self, lens: str) -> list[str]:
        """Tell how everybody stands before it leaves (launch) or after (endure)."""
        bearing = [n for n, q in enumerate(the_bank().questions) if q.bears_on(lens)]
        deciding = [n for n, q in enumerate(the_bank().questions) if q.decides(lens)]
        stopping = [
            q.hard_stop is not None and q.hard_stop.stops(lens) for q in the_bank().questions
        ]
        clear = np.array([q.lowest_clear for q in the_bank().questions])
        met = (self.known & np.array(stopping) & (self.chunk.rung < clear)).any(axis=1)
        settled = self.known | (self.asked & (self.state == STATES.index("not-applicable")))
        doubt = (self.open & ~settled)[:, deciding].any(axis=1)
        marks = _marks()[np.arange(self.known.shape[1])[None, :], self.chunk.rung]
        blocked = (self.known & (marks == 0))[:, bearing].any(axis=1)
        past = self.past if lens == "launch" else np.zeros(len(met), bool)
        names = np.select(
            [past, met, doubt, blocked], ["past", "stopped", "unknown", "roadblocks"], "clear"
        )
        return [str(name) for name in names]


@cache
def _marks() -> Any:  # noqa: ANN401  (an array: by question and rung, the place in COUNTS_AS)
    made = np.zeros((len(the_bank().questions), 5), np.int8)
    for column, question in enumerate(the_bank().questions):
        for rung in range(len(question.rungs)):
            made[column, rung] = tables.COUNTS_AS.index(rung_effect(question, rung))
    return made


def _meanings(rung: Any, past: Any) -> tuple[Any, Any]:  # noqa: ANN401  (arrays)
    """Tell what every rung counts as, and whether it stops a lens."""
    known = the_bank().questions
    stopping = np.zeros((2, len(known), 5), bool)
    for column, question in enumerate(known):
        for place in range(len(question.rungs)):
            for gone in (False, True):
                stopping[int(gone), column, place] = stops(question, place, past=gone)
    columns = np.arange(len(known))[None, :]
    stopped = stopping[past.astype(int)[:, None], columns, rung]
    return np.where(stopped, 0, _marks()[columns, rung]), stopped


def _assessments(counted: _Counted, schema: pa.Schema) -> pa.Table:
    chunk = counted.chunk
    ended = [_ended(day) for day in chunk.days]
    services = [rows_module.fingerprint(f"invented-{service + 1}") for service in chunk.service]
    columns = [
        list(range(chunk.first + 1, chunk.first + 1 + len(services))),
        services,
        [None] * len(services),
        ["full"] * len(services),
        [moment - timedelta(minutes=40) for moment in ended],
        ended,
        counted.lens("launch"),
        counted.lens("endure"),
        *[_told(name, codes) for name, codes in chunk.facts.items()],
    ]
    return parquet.batch(list(zip(*columns, strict=True)), schema)


def _told(name: str, codes: Any) -> list[Any]:  # noqa: ANN401  (an array, and choices)
    several = the_bank().loaded.set.circumstance[name].multiple
    given = [chosen(name, int(code)) for code in codes]
    return [sorted(one) if several and one else one for one in given]


def _answers(counted: _Counted, schema: pa.Schema) -> pa.Table:
    questions = the_bank().questions
    rows, columns = np.nonzero(counted.asked)
    at = (rows, columns)
    silent = ~counted.known[at]
    rung = counted.chunk.rung[at]
    themes = list(dict.fromkeys(q.theme for q in questions))
    rungs = [(q, place) for q in questions for place in range(len(q.rungs))]
    names = list(dict.fromkeys(q.ladder[place] for q, place in rungs))
    named, stands = np.zeros((len(questions), 5), np.int32), np.zeros((len(questions), 5))
    for question, place in rungs:
        column = questions.index(question)
        named[column, place] = names.index(question.ladder[place])
        stands[column, place] = question.positions[place]
    arrays = [
        pa.array(rows + counted.chunk.first + 1, pa.int64()),
        _words([q.id for q in questions], columns),
        _words(themes, np.array([themes.index(q.theme) for q in questions])[columns]),
        _words(STATES, counted.state[at]),
        _words(
            ["", "unknown", "think", "not-applicable"], counted.reason[at], counted.reason[at] == 0
        ),
        _words(names, named[columns, rung], silent),
        pa.array(rung.astype(np.int64), mask=silent),
        pa.array(stands[columns, rung], mask=silent),
        _words(tables.COUNTS_AS, counted.means[at], silent),
        pa.array(counted.stops[at] & ~silent),
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _words(words: Any, places: Any, missing: Any = None) -> pa.Array:  # noqa: ANN401  (arrays)
    indices = pa.array(places.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def main() -> None:
    """Write as many as were asked for."""
    parser = argparse.ArgumentParser(description="Write invented assessments.")
    parser.add_argument("number", type=int, help="how many")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed makes others")
    parser.add_argument("--to", type=Path, help="a folder for tables; otherwise NDJSON on stdout")
    given = parser.parse_args()
    if given.to is not None:
        write_tables(given.number, given.to, given.seed)
        return
    for document in documents(given.number, given.seed):
        sys.stdout.write(f"{json.dumps(document, separators=(',', ':'))}\n")


if __name__ == "__main__":
    main()
