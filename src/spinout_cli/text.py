"""Text functions: wrapping, encoding, quoting, plurals and dates."""

import re
import shlex
import unicodedata
from datetime import date, datetime
from pathlib import Path

from spinout_cli.sanitize import sanitize
from spinout_cli.text_width import wrap

WIDTH = 80
"""The width of text where nothing else is known."""

_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # noqa: RUF001  (the quotes that are replaced)
"""Some screen readers spell curly quotes out."""

_COMMAND = ": spinout .*"


def straight_quotes(text: str, *names: str) -> str:
    r"""Return a text with straight quotes, but in commands and in these names, however they are folded.

    A file is found only by its name as it is, and a straight quote would end one of the shell's.

    >>> straight_quotes("“So”. More: spinout explain '“So”.json'")
    '"So". More: spinout explain \'“So”.json\''
    """
    folded = [r"\s*".join(re.escape(c) for c in name if not c.isspace()) for name in names]
    kept = "|".join(filter(None, (_COMMAND, *folded)))
    parts = re.split(f"({kept})", text)
    return "".join(part if n % 2 else part.translate(_STRAIGHT) for n, part in enumerate(parts))


def shell_quote(name: str) -> str:
    """Return a file's name as it is typed in a command: one that begins with a hyphen is no option.

    >>> shell_quote("my set.yaml"), shell_quote("-x.yaml")
    ("'my set.yaml'", './-x.yaml')
    """
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def wrapped(text: str, lead: str = "", *, mark: str = "", width: int = WIDTH) -> list[str]:
    """Return the lines of a text after a lead, with the lines that follow hanging under it."""
    lines = wrap(f"{text}{mark}", max(width - len(lead), 20), break_on_hyphens=True) or [""]
    return [(lead if i == 0 else " " * len(lead)) + line for i, line in enumerate(lines)]


def hung(text: str, indent: str = "  ") -> list[str]:
    """Return the lines of a text, all but the first set in further, with ids kept whole."""
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


_IN_ASCII = str.maketrans(
    {
        **dict.fromkeys("“”„«", '"'),
        **dict.fromkeys("‘’‚", "'"),  # noqa: RUF001  (these are the quotes meant)
        **dict.fromkeys("–—−‐‑·", "-"),  # noqa: RUF001  (these are the dashes meant)
        **dict(zip("■▲●○§»█▒░", "#^*o=>#?.", strict=True)),
        "…": "...",
        "£": "GBP ",
        "€": "EUR ",
        "\u00a0": " ",
    }
)


def to_encoding(text: str, encoding: str) -> str:
    """Return the text in characters that this encoding can carry, as near to the words as it can.

    >>> to_encoding("■ “Dŵr” 漢", "ascii")
    '# "Dwr" ?'
    """
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return "".join(_nearest(character, encoding) for character in text)
    return text


def _nearest(character: str, encoding: str) -> str:
    for nearest in (
        character,
        character.translate(_IN_ASCII),
        unicodedata.normalize("NFKD", character)[:1],
    ):
        try:
            nearest.encode(encoding)
        except UnicodeError:
            continue
        except LookupError:
            return nearest if nearest.isascii() else "?"
        return nearest
    return "?"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def sentence(words: str) -> str:
    """Return the words with a full stop, unless they end like a sentence already.

    >>> sentence("A sponsor turns up"), sentence("Who pays?")
    ('A sponsor turns up.', 'Who pays?')
    """
    words = words.strip()
    return words if not words or words.endswith((".", "!", "?", "…", ".”", "?”")) else f"{words}."


def headline(words: str) -> str:
    """Return the words as they stand alone, without the full stop of a sentence."""
    return words.strip().removesuffix(".")


def capitalise(words: str) -> str:
    """Return the words with a capital at the beginning, and the rest as they are.

    >>> capitalise("what the BBC says")
    'What the BBC says'
    """
    return words[:1].upper() + words[1:]


def format_date(when: date) -> str:
    """Return a date in words, the same in every locale.

    >>> format_date(date(2026, 11, 22))
    '22 November 2026'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def by_and_date(by: str | None, at: datetime | None) -> str:
    """Return a role and a date in one phrase; nothing where there is no role.

    >>> by_and_date("HR lead", datetime(2026, 12, 3))
    'HR lead, 3 December 2026'
    """
    return ", ".join(filter(None, (by, format_date(at.date()) if by and at else "")))


def count_noun(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> count_noun(1, "roadblock"), count_noun(2, "roadblock")
    ('1 roadblock', '2 roadblocks')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


_FORMULA = frozenset("=+-@\t\r＝＋－＠")  # noqa: RUF001  (some spreadsheets read these alike)


def spreadsheet_safe(value: str | int, *, raw: bool) -> str | int:
    """Return what a cell holds: unless raw, a text that would be a formula is made one no more."""
    if isinstance(value, int):
        return value
    text = sanitize(value)
    begins = value[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if begins and not raw else text


_HEARD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})  # noqa: RUF001  (these are the quotes)


def for_screen_reader(words: str) -> str:
    """Return words without what a screen reader would spell out.

    >>> for_screen_reader("•  Consensus 0.38 → 0.46 · “so”")
    'Consensus 0.38 to 0.46, "so"'
    """
    plain = words.replace(" → ", " to ").replace(" · ", ", ").translate(_HEARD)
    return plain.lstrip("•● ")


def display_path(path: Path) -> str:
    """Return a path as it can be shown."""
    return sanitize(str(path))


def command_line(command: str, path: Path) -> str:
    """Return the line that runs a command on a file; where its name cannot be shown, it says so."""
    name = display_path(path)
    if name != str(path):
        return f"spinout {command} FILE (FILE is its own name, which cannot be shown here)"
    return f"spinout {command} {shell_quote(name)}"


def resume_hint(command: str, path: Path) -> str:
    """Say how to go on with a session or a workshop."""
    return f"Go on with   {command_line(command, path)}"
