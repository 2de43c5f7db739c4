"""Text laid out in lines, by whole words, and in the characters that there are."""

import re
import shlex
import textwrap
import unicodedata

WIDTH = 80
"""The width of text where nothing else is known."""

_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # noqa: RUF001  (the quotes that are replaced)
"""Some screen readers spell curly quotes out."""

_COMMAND = ": spinout .*"


def straight(text: str, *names: str) -> str:
    r"""Return a text with straight quotes, but in commands and in these names, however they are folded.

    A file is found only by its name as it is, and a straight quote would end one of the shell's.

    >>> straight("“So”. More: spinout explain '“So”.json'")
    '"So". More: spinout explain \'“So”.json\''
    """
    folded = [r"\s*".join(re.escape(c) for c in name if not c.isspace()) for name in names]
    kept = "|".join(filter(None, (_COMMAND, *folded)))
    parts = re.split(f"({kept})", text)
    return "".join(part if n % 2 else part.translate(_STRAIGHT) for n, part in enumerate(parts))


def typed(name: str) -> str:
    """Return a file's name as it is typed in a command: one that begins with a hyphen is no option.

    >>> typed("my set.yaml"), typed("-x.yaml")
    ("'my set.yaml'", './-x.yaml')
    """
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def wrapped(text: str, lead: str = "", *, mark: str = "", width: int = WIDTH) -> list[str]:
    """Return the lines of a text after a lead, with the lines that follow hanging under it."""
    lines = textwrap.wrap(f"{text}{mark}", max(width - len(lead), 20)) or [""]
    return [(lead if i == 0 else " " * len(lead)) + line for i, line in enumerate(lines)]


def hung(text: str, indent: str = "  ") -> list[str]:
    """Return the lines of a text, all but the first set in further, with ids kept whole."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )


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


def carried(text: str, encoding: str) -> str:
    """Return the text in characters that this encoding can carry, as near to the words as it can.

    >>> carried("■ “Dŵr” 漢", "ascii")
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
