"""How fast a stream is scored, against only reading and writing the same JSON."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import Package, alternating, built, pairs_wanted, report_rate, tell

SEED = 20261122
ANSWERS = 60
SHEETS = 20_000
STATES = ("unknown", "not-applicable", "skipped")

FLOOR = """
import json, sys, time
taken = 0.0
with open(sys.argv[1], "rb") as sheets, open(sys.argv[2], "rb") as documents:
    for sheet, text in zip(sheets, documents, strict=True):
        document = json.loads(text)
        begun = time.perf_counter()
        json.loads(sheet)
        json.dumps(document)
        taken += time.perf_counter() - begun
print(taken)
"""
"""Holds one document at a time, and counts no time but that of the two calls."""


class Stream:
    """A file of answer sheets in a folder, and what comes of scoring it."""

    def __init__(self, package: Package, sheets: int) -> None:
        """Write the sheets: the same ones every time, and no two alike."""
        self._package = package
        self._sheets = package.folder / f"{sheets}.ndjson"
        self._documents = package.folder / f"{sheets}.scored"
        asked = _asked(package)
        made = random.Random(SEED)  # noqa: S311  (nothing is secret here)
        with self._sheets.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(_sheet(asked, made, n))}\n" for n in range(sheets))

    def score(self, into: str = os.devnull, workers: int = 1) -> tuple[float, int]:
        """Score it; return the seconds of the whole process and its greatest memory in kilobytes."""
        begun = time.perf_counter()
        used = ended(self.start(into, workers))
        return time.perf_counter() - begun, used.ru_maxrss

    def start(self, into: str = os.devnull, workers: int = 1) -> "subprocess.Popen[bytes]":
        """Begin to score it."""
        with self._sheets.open("rb") as given, Path(into).open("wb") as taken:
            return subprocess.Popen(  # noqa: S603  (our own)
                [*self._package.spinout, "score", "-", "--workers", str(workers)],
                env=self._package.environment,
                stdin=given,
                stdout=taken,
            )

    def floor(self) -> float:
        """Return the seconds that the JSON alone takes."""
        if not self._documents.exists():
            self.score(str(self._documents))
        script = self._package.script("floor", FLOOR)
        command = [*script, str(self._sheets), str(self._documents)]
        return float(subprocess.check_output(command, env=self._package.environment))  # noqa: S603  (our own)


def ended(process: "subprocess.Popen[bytes]") -> "resource.struct_rusage":
    """Wait until it has scored all, and return what it used."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit("Scoring failed.")
    return used


def _asked(package: Package) -> dict[str, Any]:
    command = [*package.spinout, "questions", "list", "--json"]
    asked: dict[str, Any] = json.loads(
        subprocess.check_output(command, env=package.environment)  # noqa: S603  (our own)
    )
    return asked


def _sheet(asked: dict[str, Any], made: random.Random, number: int) -> dict[str, Any]:
    questions = made.sample(asked["questions"], ANSWERS)
    return {
        "format": "spinout.answers/1",
        "service": {"id": f"service-{number}", "name": f"Service {number}"},
        "circumstances": {c["id"]: _fact(c, made) for c in asked["circumstances"]},
        "answers": {question["id"]: _answer(question, made) for question in questions},
        "updated": "2026-11-22T14:02:00Z",
    }


def _fact(circumstance: dict[str, Any], made: random.Random) -> object:
    chosen = made.choice(circumstance["choices"])["id"]
    return [chosen] if circumstance["multiple"] else chosen


def _answer(question: dict[str, Any], made: random.Random) -> dict[str, str]:
    """Most answers are rungs; some are not known, and one in ten has a note."""
    if made.random() < 0.15:  # noqa: PLR2004
        answer = {"state": made.choice(STATES)}
    else:
        answer = {"rung": made.choice(question["rungs"])["id"]}
        if question["hard_stop"]:
            answer["basis"] = made.choice(("seen", "told", "think"))
    if made.random() < 0.1:  # noqa: PLR2004
        answer["note"] = f"Asked on day {made.randrange(1000)}; the minutes say so."
    return answer


def main() -> None:
    """Measure and report."""
    pairs = pairs_wanted()
    with built() as package:
        stream = Stream(package, SHEETS)
        with one_core():
            measured = alternating(lambda: stream.score()[0], stream.floor, pairs)
            report_rate(f"{SHEETS} sheets of {ANSWERS} answers", *measured, reach=1.0)
        _workers(stream, pairs)
        _memory(package)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep all that is begun here on the same core, where that can be asked for."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _workers(stream: Stream, pairs: int) -> None:
    """Set two workers against one, order kept."""
    measured = alternating(
        lambda: stream.score(workers=2)[0], lambda: stream.score(workers=1)[0], pairs
    )
    report_rate("two workers against one", *measured, reach=1.3)


def _memory(package: Package) -> None:
    """Show that ten times as many sheets take no more memory."""
    few, many = (Stream(package, sheets).score()[1] for sheets in (SHEETS // 10, SHEETS))
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    tell(
        f"{'greatest memory':<34} {many / few:6.2f}  (flat: 1.0;  {few / unit:.1f} MiB for "
        f"{SHEETS // 10} sheets, {many / unit:.1f} MiB for {SHEETS})"
    )


if __name__ == "__main__":
    main()
