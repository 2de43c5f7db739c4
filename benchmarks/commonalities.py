"""How fast many are counted, against one bare GROUP BY over the same file, and against pandas.

python benchmarks/commonalities.py              10,000, 100,000 and 1,000,000 assessments
python benchmarks/commonalities.py --most 5     no more than 100,000
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import duckdb

from measure import built, run, tell
from spinout_cli.commonalities import engines, pipeline
from spinout_cli.commonalities.counting import Counter
from spinout_cli.commonalities.load_tables import TableLoader
from spinout_cli.question_set import loader
from spinout_cli.tables.collect import Progress

FLOOR = "SELECT question_id, counts_as, count(*) FROM read_parquet(?) GROUP BY ALL"
PANDAS_ON = 5
"""The power of ten on which pandas is tried: beyond it, it needs more memory than there may be."""

SLOWER = 5
"""How many times as long pandas is hoped to take."""

PANDAS = """
import sys, warnings
warnings.simplefilter("ignore")  # of what a later pandas will do
import numpy as np, pandas as pd

folder = sys.argv[1]
people = pd.read_parquet(folder + "/assessments.parquet")
told = pd.read_parquet(
    folder + "/answers.parquet",
    columns=["assessment_id", "question_id", "state", "counts_as", "rung"],
)
people = people.sort_values(["updated_at", "assessment_id"])
first = people.drop_duplicates("service_id", keep="first")
last = people.drop_duplicates("service_id", keep="last").set_index("assessment_id")

told["known"] = told.state == "answered"
told["unknown"] = told.state == "unknown"
told["roadblock"] = told.counts_as == "roadblock"
told["enabler"] = told.counts_as == "enabler"
latest = told[told.assessment_id.isin(last.index)]
kinds = ["known", "unknown", "roadblock", "enabler"]
facts = list(last.columns[7:])
for fact in facts:
    given = last[[fact]].explode(fact) if fact == "pension-schemes" else last[[fact]]
    joined = latest.merge(given, left_on="assessment_id", right_index=True)
    joined.groupby(["question_id", fact], observed=True, dropna=False)[kinds].sum()

wide = {
    kind: latest.pivot(index="assessment_id", columns="question_id", values=kind)
    .fillna(False).astype(np.float32)
    for kind in ("known", "roadblock", "enabler")
}
stage = last.launch.astype(object).fillna("").reindex(wide["known"].index)
for name, rows in stage.groupby(stage).groups.items():
    part = {kind: frame.loc[rows] for kind, frame in wide.items()}
    for one in part.values():
        for other in part.values():
            one.T.dot(other)

again = first[~first.assessment_id.isin(last.index)]
ends = pd.concat([again, people[people.service_id.isin(again.service_id)]])
ends = told[told.known].merge(ends[["assessment_id", "service_id", "updated_at"]], on="assessment_id")
ends = ends.sort_values("updated_at").groupby(["service_id", "question_id"], observed=True).rung
np.sign(ends.last() - ends.first()).groupby("question_id", observed=True).value_counts()
"""
"""The same counts as a good pandas script takes them: no row by row, pairs as products of matrices."""

OURS = """
import gc, sys
gc.disable()
from spinout_cli.commonalities import pipeline
from spinout_cli.question_set import loader
pipeline.count_sources([sys.argv[1]], loader.load())
gc.freeze()
"""
"""All that `spinout commonalities` counts, begun and ended as the command is."""


@contextmanager
def counted(folder: Path, scratch: Path) -> Iterator[Counter]:
    """Give a census of these tables: checked, and condensed."""
    loaded = loader.load()
    with engines.opened(None, [folder], scratch) as engine, ExitStack() as kept:
        found = TableLoader(engine, loaded, Progress()).take([folder])
        if found is None:
            raise SystemExit("The tables were refused.")
        yield Counter(found.assessments, found.answers, loaded.set, kept)


def shares(folder: Path, scratch: Path) -> None:
    """Count prevalence by every circumstance, which is also what separates is told from."""
    with counted(folder, scratch) as census:
        census.replies(census.sizes())


def pairs(folder: Path, scratch: Path) -> None:
    """Count every pair within how far along they are."""
    with counted(folder, scratch) as census:
        list(census.pairs())


def everything(folder: Path, _scratch: Path) -> None:
    """Count all that there is."""
    pipeline.count_sources([str(folder)], loader.load())


def floor(folder: Path) -> None:
    """Run one bare GROUP BY."""
    with duckdb.connect() as connection:
        connection.execute(FLOOR, [str(folder / "answers.parquet")]).fetchall()


def seconds(once: Callable[[], object]) -> float:
    """Return how long it takes once."""
    gc.collect()
    begun = time.perf_counter()
    once()
    return time.perf_counter() - begun


def ratio(
    ours: Callable[[], object], theirs: Callable[[], object], times: int
) -> tuple[float, float]:
    """Return the median ratio of alternating runs, and our median seconds."""
    measured = []
    for number in range(times):
        sides = [(0, ours), (1, theirs)]
        took = {side: seconds(once) for side, once in (sides if number % 2 else sides[::-1])}
        measured.append((took[0], took[1]))
    return statistics.median(a / b for a, b in measured), statistics.median(a for a, _ in measured)


def peak(folder: Path, what: str) -> float:
    """Return the greatest memory in GiB of a process that does this once."""
    process = subprocess.Popen([sys.executable, __file__, "--once", what, str(folder)])  # noqa: S603  (ourselves)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("Counting failed.")
    unit = 1 << 30 if sys.platform == "darwin" else 1 << 20
    return used.ru_maxrss / unit


def measured(power: int, folder: Path, scratch: Path, times: int) -> dict[str, float]:
    """Measure one size, tell it, and return what each part took."""
    took = {}
    for name, what, reach in (
        ("shares", shares, 10.0),
        ("pairs", pairs, 60.0),
        ("everything", everything, None),
    ):
        found, took[name] = ratio(partial(what, folder, scratch), partial(floor, folder), times)
        against = "" if reach is None else f"  (<= {reach:.0f}{', missed' * (found > reach)})"
        tell(f"10^{power} {name:<12} {found:7.2f} times the floor{against}")
    return took


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=6, help="the highest power of ten")
    parser.add_argument("--least", type=int, default=4, help="the lowest power of ten")
    parser.add_argument("--times", type=int, default=3, help="alternating runs of each")
    parser.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if given.once:
            globals()[given.once[0]](Path(given.once[1]), scratch)
            return
        _sizes(given, scratch)


def _sizes(given: argparse.Namespace, scratch: Path) -> None:
    from invented import write_tables  # noqa: PLC0415  (counting once does not need it)

    before: dict[str, float] = {}
    for power in range(given.least, given.most + 1):
        folder = scratch / f"10^{power}"
        write_tables(10**power, folder)
        took = measured(power, folder, scratch, given.times)
        for name, earlier in before.items():
            tell(
                f"10^{power} {name:<12} {took[name] / earlier:7.2f} times 10^{power - 1}  (linear: 10)"
            )
        before = took
        for what in ("shares", "pairs"):
            tell(f"10^{power} {what:<12} {peak(folder, what):7.2f} GiB at most  (< 4)")
        if power == PANDAS_ON:
            _against_pandas(folder, given.times)


def _against_pandas(folder: Path, times: int) -> None:
    with built() as package:
        ours, theirs = (
            [*package.script(name, text), str(folder)]
            for name, text in (("ours", OURS), ("theirs", PANDAS))
        )
        sides = [partial(run, command, package.environment) for command in (theirs, ours)]
        found, _ = ratio(*sides, times)
    missed = ", missed" * (found < SLOWER)
    tell(f"10^{PANDAS_ON} pandas takes {found:7.2f} times as long  (>= {SLOWER}{missed})")


if __name__ == "__main__":
    main()
