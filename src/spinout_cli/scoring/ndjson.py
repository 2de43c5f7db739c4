"""Writes results as lines of JSON."""

from collections.abc import Iterable

import orjson
from pydantic_core import to_json

from spinout_cli.documents.answers import SetRef
from spinout_cli.documents.assessment import (
    Enabler,
    Finding,
    InHouse,
    Roadblock,
    ShownNotice,
    Step,
    Unknown,
)
from spinout_cli.fields import Model
from spinout_cli.scoring.result import ScoreResult

_SHARED = (SetRef, InHouse, Roadblock, Enabler, Finding, Unknown, ShownNotice, Step)
"""Parts that are created once for a question set and shared by many results."""

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z

_KEPT = 1 << 15
"""How many parts are kept as JSON at most."""


class NdjsonWriter:
    """Writes each result as one line of JSON; a part that many results share is encoded once."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._encoded: dict[int, tuple[Model, orjson.Fragment]] = {}

    def lines(self, results: Iterable[ScoreResult]) -> bytes:
        """Return `result.assessment().model_dump_json(by_alias=True)` and a line end for each, in UTF-8."""
        return b"".join([orjson.dumps(result, self._encode, _OPTIONS) for result in results])

    def _encode(self, part: Model) -> orjson.Fragment:
        """Encode what orjson does not know: the models."""
        if kept := self._encoded.get(id(part)):
            return kept[1]
        fragment = orjson.Fragment(to_json(part, by_alias=True))
        if isinstance(part, _SHARED):
            if len(self._encoded) == _KEPT:
                self._encoded.clear()
            self._encoded[id(part)] = part, fragment  # while it is kept, no other part has its id
        return fragment
