"""Text folded for comparing: what looks the same to a reader is the same.

Capitals, composed and decomposed accents, wide letters, no-break spaces, hyphens and apostrophes of
every kind, and characters that nobody sees are made alike.
"""

import unicodedata
from collections.abc import Iterator

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
    }
)


def fold(text: str) -> str:
    """Return a text as it is compared with others.

    >>> fold("LL\u0176N \u00a0Libraries") == fold("lly\u0302n libraries")
    True
    """
    return " ".join("".join(folded for folded, _, _ in _folded(text)).split())


def fold_with_places(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text folded, and where each of its characters begins and ends in the text."""
    folded, starts, ends = "", [], []
    for characters, start, end in _folded(text):
        folded += characters
        starts += [start] * len(characters)
        ends += [end] * len(characters)
    return folded, starts, ends


def _folded(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each character with its accents folded, and where it stood."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _belongs(text[start:end], text[end]):
            end += 1
        yield _alike(text[start:end]), start, end
        start = end


def _belongs(before: str, character: str) -> bool:
    """Tell whether a character is shown as a part of what stands before it."""
    if character < "\u0300":
        return False
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return True
    return len(unicodedata.normalize("NFC", before + character)) == 1  # as of the letters of Korean


def _alike(characters: str) -> str:
    plain = unicodedata.normalize("NFKC", characters).translate(_ALIKE).casefold()
    seen = (c for c in unicodedata.normalize("NFKC", plain) if unicodedata.category(c) != "Cf")
    return "".join(" " if c.isspace() else c for c in seen)
