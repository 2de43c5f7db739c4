"""The current time, which SOURCE_DATE_EPOCH overrides."""

import os
from datetime import UTC, datetime

from spinout_cli.errors import UsageError


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
