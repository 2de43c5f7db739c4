"""Key bindings of the drawn screens, and how keys are named in a hint."""

from spinout_cli.interview.screen import Command
from spinout_cli.text_width import wrap

_UNBROKEN = "\u00a0"

KEYS: dict[str, Command] = {
    "left": "back",
    "b": "back",
    "right": "next",
    "n": "note",
    "r": "review",
    "m": "map",
    "s": "summary",
    "q": "quit",
}
NAMES: dict[Command, str] = {
    "back": "← back",
    "next": "→ next",
    "note": "n note",
    "review": "r review",
    "map": "m map",
    "summary": "s summary",
    "quit": "q save and leave",
}


def key_row(names: list[str], width: int) -> str:
    """Wrap the names of keys, none of them divided."""
    whole = [name.replace(" ", _UNBROKEN) for name in names]
    return indented(f"{_UNBROKEN}· ".join(whole), width, "  ", "  ").replace(_UNBROKEN, " ")


def wrapped(text: str, width: int) -> list[str]:
    """Wrap by words; a word that is longer than a line is folded."""
    return wrap(text, max(width, 10)) or [""]


def indented(text: str, width: int, first: str, rest: str) -> str:
    """Wrap by words, with a hanging indent."""
    lines = wrapped(text, width - len(rest))
    return "\n".join((first if i == 0 else rest) + line for i, line in enumerate(lines))
