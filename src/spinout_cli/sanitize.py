"""Sanitizes text from outside: removes control and bidi characters."""

import re

_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
"""Everything that would start a new line or jump to a column."""

_FLAG = "\U0001f3f4"
"""A black flag, which the tag characters after it turn into the flag of a nation."""

_NATIONS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in f"{code}\x7f")
    for code in ("gbeng", "gbsct", "gbwls")
)
_ACTIVE = re.compile(
    f"({_FLAG}(?:{_NATIONS}))|{_FLAG}[\U000e0000-\U000e007f]+|"  # those three stay as they are
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: the characters that terminals obey
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # bidi and invisible marks
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotation and tag characters
    "\ud800-\udfff"  # half characters, which no file can hold
    "]"
)


def sanitize(text: str) -> str:
    r"""Return the text on one line, with nothing in it that a terminal would act on.

    Line breaks and tabs become a space. Control, bidi, invisible and half characters go; a flag made
    with such characters stays whole or goes whole.

    >>> sanitize("two\nlines \x1b[31mred\u202e")
    'two lines [31mred'
    """
    if text.isprintable():  # most text is: there is nothing in it to change
        return text
    return _ACTIVE.sub(_kept, _BREAKS.sub(" ", text))


def _kept(found: re.Match[str]) -> str:
    return found[1] or ""


def active_character(text: str) -> str | None:
    """Return the first character that `clean` would drop, or None where there is none."""
    found = _ACTIVE.finditer(_BREAKS.sub(" ", text))
    return next((match.group()[-1] for match in found if not match[1]), None)
