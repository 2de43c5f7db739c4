"""A strict JSON reader: no duplicate keys, no NaN, no infinities."""

import json
from typing import Any, NoReturn

import jiter

from spinout_cli.errors import SpinoutError
from spinout_cli.sanitize import sanitize

_MORE = (
    "this is more than one document. Give many of them, one on each line, to   spinout score -   or "
    "in a file whose name ends in .ndjson"
)


def read_json(data: bytes, where: str) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """Read JSON that can only mean one thing.

    Raises:
        SpinoutError: with `where`, what is wrong and what to do.
    """
    try:
        return jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return _with_care(data, where)  # which tells what is wrong in our words


def _with_care(data: bytes, where: str) -> Any:  # noqa: ANN401  (as above)
    """Read JSON slowly, a byte order mark passed over, and tell what is wrong with it."""
    try:
        text = data.decode("utf-8-sig")  # PowerShell and Excel put a mark before what they write
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        _refuse(where, f"byte {error.start} is not UTF-8. Save the file as UTF-8.")
    except json.JSONDecodeError as error:
        why = _MORE if error.msg == "Extra data" else f"this is not JSON: {error.msg}."
        _refuse(f"{where}:{error.lineno}:{error.colno}", why)
    except RecursionError:
        _refuse(where, "it is nested too deeply.")
    except ValueError as error:
        _refuse(
            where, str(error) if isinstance(error, _AmbiguousError) else "a number is too large."
        )


class _AmbiguousError(ValueError):
    """JSON that could mean two things; the message says where."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _AmbiguousError(f"the key '{sanitize(twice)[:64]}' is given twice. Keep one of them.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _AmbiguousError(f"{name} is not a number that JSON knows. Use null or leave it out.")


def _refuse(where: str, why: str) -> NoReturn:
    raise SpinoutError(f"{where}: {why}") from None
