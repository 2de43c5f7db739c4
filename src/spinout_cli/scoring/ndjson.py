"""Writes results as lines of JSON."""

from collections import defaultdict
from collections.abc import Iterable

from pydantic_core import to_json

from spinout_cli.documents.assessment import Enabler, Roadblock
from spinout_cli.fields import Lens, Model
from spinout_cli.scoring.result import ScoreResult, Verdict

_SHARED = ("roadblocks", "enablers", "findings", "find_out", "notices", "next_steps")
"""The last fields of an assessment: their parts are made once, and shared by many drafts."""


_OPENINGS = [
    ((b'],"%b":[' if n else b',"%b":[') % name.encode(), name) for n, name in enumerate(_SHARED)
]


class NdjsonWriter:
    """Writes drafts on one line of JSON each; what many of them share is written once."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        self._written: dict[int, bytes] = {}
        self._kept: list[Model] = []

    def lines(self, drafts: Iterable[ScoreResult]) -> bytes:
        """Return `draft.assessment().model_dump_json(by_alias=True)` and a line end for each, in UTF-8."""
        pieces: list[bytes] = []
        for draft in drafts:
            pieces += _beginning(draft)
            for opening, name in _OPENINGS:
                pieces.append(opening)
                if parts := getattr(draft, name):
                    pieces += self._all(parts)
                    pieces[-1] = pieces[-1][:-1]  # after the last there is no comma
            pieces.append(b"]}\n")
        return b"".join(pieces)

    def _all(self, parts: list[Model]) -> list[bytes]:
        written = self._written
        try:
            return [written[id(part)] for part in parts]
        except KeyError:  # some of them are new
            for part in parts:
                self._write(part)
            return self._all(parts)

    def _write(self, part: Model) -> None:
        """Write a part, and keep it: for as long as it is kept nothing else has its id."""
        if id(part) not in self._written:
            self._kept.append(part)
            self._written[id(part)] = to_json(part, by_alias=True) + b","


def _beginning(draft: ScoreResult) -> tuple[bytes, bytes, bytes]:
    """Write all that comes before the lists of parts."""
    first = to_json(
        {
            "format": "spinout.assessment/1",
            "question_set": draft.question_set,
            "service": draft.service,
            "circumstances": draft.circumstances,
            "depth": draft.depth,
            "scored_at": draft.scored_at,
        }
    )
    lenses = ",".join([_lens(lens, verdict) for lens, verdict in draft.lenses.items()])
    blocking, enabling = _by_theme(draft.roadblocks), _by_theme(draft.enablers)
    themes = ",".join(
        [
            f"{{{theme.text},{figures.text},{extent.text},"
            f'"roadblocks":[{blocking[theme.id]}],"enablers":[{enabling[theme.id]}]}}'
            for theme, figures, extent in draft.themes
        ]
    )
    own = to_json(
        {"in_house": draft.in_house, "not_counted": draft.not_counted, "caution": draft.caution}
    )
    return first[:-1], f',"lenses":{{{lenses}}},"themes":[{themes}],'.encode(), own[1:-1]


def _by_theme(parts: Iterable[Roadblock | Enabler]) -> defaultdict[str, str]:
    """Write the ids of what was found, by theme, as a list has them between its brackets."""
    ids: defaultdict[str, str] = defaultdict(str)
    for part in parts:
        before = ids[part.theme]
        ids[part.theme] = f'{before},"{part.id}"' if before else f'"{part.id}"'
    return ids


def _lens(lens: Lens, verdict: Verdict) -> str:
    stops, unknown = _names(verdict.hard_stops), _names(verdict.unknown)
    return f'"{lens}":{{"state":"{verdict.state}","hard_stops":{stops},"unknown":{unknown}}}'


def _names(names: list[str]) -> str:
    """Write ids: letters, digits, hyphens and dots, which JSON takes as they are."""
    return '["' + '","'.join(names) + '"]' if names else "[]"
