"""Names of the formats that documents and session files begin with."""

from collections.abc import Mapping
from typing import Final

ANSWERS: Final = "spinout.answers/1"
WORKSHOP: Final = "spinout.workshop/1"
ASSESSMENT: Final = "spinout.assessment/1"

SESSION: Final = "spinout.session/1"
WORKSHOP_SESSION: Final = "spinout.workshop-session/1"
"""What the header of a session file says; that of a workshop has a format of its own."""


def is_workshop_header(value: object) -> bool:
    """Tell whether the header of a session file is a workshop's.

    >>> is_workshop_header({"format": "spinout.workshop-session/1"}), is_workshop_header(None)
    (True, False)
    """
    return isinstance(value, Mapping) and value.get("format") == WORKSHOP_SESSION
