"""How long a stream takes to score, against another checkout: of what was before a change, say.

git worktree add --detach ../before HEAD~1
python benchmarks/against.py ../before
"""

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from measure import built, tell
from scoring import Stream, ended, one_core

SHEETS = 8_000


def at_once(streams: Sequence[Stream]) -> list[float]:
    """Score all of these at the same time; return how many seconds of the processor each took.

    On one core they take turns every few milliseconds, so that what makes the machine slow makes all
    of them slow.
    """
    running = [stream.start() for stream in streams]
    used = map(ended, running)
    return [each.ru_utime + each.ru_stime for each in used]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path, help="a folder with another version of the project")
    parser.add_argument("--rounds", type=int, default=5, help="how often to score with both")
    given = parser.parse_args()
    with built() as ours, built(given.checkout) as theirs, one_core():
        streams = [Stream(package, SHEETS) for package in (ours, theirs)]
        rounds = [at_once(streams) for _ in range(given.rounds)]
    ratios = [mine / other for mine, other in rounds]
    middle, least, most = statistics.median(ratios), min(ratios), max(ratios)
    tell(f"{middle:.3f} times the other's processor time  ({least:.3f} to {most:.3f})")


if __name__ == "__main__":
    main()
