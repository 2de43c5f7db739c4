"""Worlds of invented organisations as streams and as tables, and tallies made easy to compare."""

from collections import Counter
from dataclasses import replace

from helpers.organisations import world_set
from spinout_cli.question_set import loader
from spinout_cli.tables import write
from spinout_cli.tables.collect import TableCollector

DIGEST = "0" * 64
LOADED = loader.LoadedSet(world_set(), DIGEST, "worlds.yaml")
LIKE = {"nation": "wales", "sector": "parks"}


def stream(path, sheets):
    path.write_text("".join(f"{s.model_dump_json(exclude_none=True)}\n" for s in sheets))
    return str(path)


def exported(folder, sheets, loaded=LOADED):
    source = stream(folder.parent / f"{folder.name}.ndjson", sheets)
    folder.mkdir()
    write.write(TableCollector(loaded).rows([source]), folder, loaded, "parquet")
    return folder


def alike(tallies):
    """The same tallies whatever is left out of them for being nought, pairs in either order."""
    overlaps = Counter()
    for pair, number in tallies.overlaps.items():
        overlaps[frozenset(pair)] += number
    return replace(
        tallies,
        sizes={group: size for group, size in tallies.sizes.items() if size},
        overlaps={pair: number for pair, number in overlaps.items() if number},
        replies={
            (name, group): r
            for name, groups in tallies.replies.items()
            for group, r in groups.items()
            if r.answered + r.unknown + r.silent
        },
        pairs={
            (pair.first, pair.second): {s: cells for s, cells in pair.strata.items() if any(cells)}
            for pair in tallies.pairs
        },
    )
