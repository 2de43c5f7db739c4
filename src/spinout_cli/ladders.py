"""The ladders that answers were given on, told from the questions that a file keeps."""

from collections.abc import Mapping
from hashlib import sha256
from json import dumps
from typing import Any

from spinout_cli import bank
from spinout_cli.errors import SpinoutError
from spinout_cli.standing import Ladders


class KeptLadders:
    """Reads the ladders out of kept questions: many files keep the same, which are read once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[bytes, Ladders] = {}

    def of(self, questions: Mapping[str, Any] | None, where: str) -> Ladders | None:
        """Return the ladders of the questions that a file keeps; None where it keeps none.

        Raises:
            SpinoutError: they are no questions; the message begins with `where`.
        """
        if questions is None:
            return None
        key = sha256(dumps(questions, sort_keys=True).encode()).digest()
        if key not in self._known:
            try:
                self._known[key] = bank.kept(questions).ladders
            except SpinoutError as problem:
                raise SpinoutError(f"{where}: {problem}") from None
        return self._known[key]
