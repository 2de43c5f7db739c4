"""Scoring answers that have been given: one, or as many as come."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spinout_cli import bank, output
from spinout_cli.errors import UsageError
from spinout_cli.files import Entry, piped, read_many

if TYPE_CHECKING:
    from spinout_cli.assessment import Assessment
    from spinout_cli.draft import Draft
    from spinout_cli.scoring import Scorer

_FAILS = {
    "stopped": {"stopped"},
    "roadblocks": {"stopped", "roadblocks"},
    "unknown": {"unknown"},
}


def matches(found: "Assessment | Draft", fail_on: str) -> bool:
    """Tell whether either lens is what `--fail-on` names; `roadblocks` includes stopped."""
    return any(verdict.state in _FAILS[fail_on] for verdict in found.lenses.values())


def now() -> datetime:
    """The moment of scoring: now, or SOURCE_DATE_EPOCH where outputs must be repeatable.

    Raises:
        UsageError: what is set there is no moment.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "SOURCE_DATE_EPOCH must be a number of seconds since 1970. Change it or unset it."
        ) from None
    return moment.replace(microsecond=0)


def score(sources: list[str], questions: Path | None, fail_on: str | None) -> int:
    """Score every source and write the results; return the exit code.

    Answers that cannot be used are named on stderr and left out, and the exit code is then 1.
    """
    if sources == ["-"] and piped().isatty():
        raise UsageError(
            "Nothing is piped in. Give files, or pipe NDJSON: spinout score - < many.ndjson"
        )
    from spinout_cli.draft import LineWriter  # noqa: PLC0415  (as late as what it writes)
    from spinout_cli.scoring import Scorer  # noqa: PLC0415  (late: the rest here scores nothing)

    loaded = bank.load(questions)
    scorer, at = Scorer(loaded.set, loaded.digest), now()
    single = (
        len(sources) == 1
        and sources[0] != "-"
        and Path(sources[0]).is_file()
        and not sources[0].endswith((".ndjson", ".jsonl"))
    )
    write = _single if single else LineWriter().line
    bad = matched = 0
    for entry in read_many(sources):
        draft = _scored(entry, scorer, at)
        if draft is None:
            bad += 1
            continue
        matched += fail_on is not None and matches(draft, fail_on)
        output.write_bytes(write(draft) + b"\n")
    if bad and not single:
        output.tell(f"{bad} could not be used and were left out.")
    return 1 if bad else 3 if matched else 0


def _single(draft: "Draft") -> bytes:
    return draft.assessment().model_dump_json(indent=2, by_alias=True).encode()


def _scored(entry: Entry, scorer: "Scorer", at: datetime) -> "Draft | None":
    if entry.sheet is None:
        output.tell(entry.problem)
        return None
    return scorer.draft(entry.sheet, at)
