"""Advice on the usual slips in YAML: what was written, and what to type instead."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_SHOWN = 60
"""How many characters of a text a message repeats."""

_BEFORE = 2
"""How many lines before the place of an error its cause is looked for."""

_APOSTROPHE = re.compile(r"'(?P<first>[^'\"]*\w)'(?P<rest>\w[^'\"{}\[\]]*)'")
_COLON = re.compile(
    r"[{,]\s*(?P<key>[\w-]+): (?P<text>[^\"',{}\[\]][^\"',{}\[\]]*: [^\"',{}\[\]]*)"
)
_NO_SPACE = re.compile(r"^\s*(?:- )?(?P<key>[a-z_]+):(?P<text>(?!//)[^\s\"'\[{].*)$")
_CUT = re.compile(r" +#\S.*")


class Advice(NamedTuple):
    """What to do about a slip, and in which line it is, counted from 0."""

    line: int
    message: str


def shortened(text: str) -> str:
    """Return the beginning of a text, as a message repeats it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} ..."


def on_broken_line(lines: Sequence[str], line: int) -> Advice | None:
    """Return advice on what keeps a file from being read, at this line or shortly before.

    >>> on_broken_line(["weight:1", "quick: true"], 1)
    Advice(line=0, message='put a space after the colon: weight: 1')
    """
    opened = _opened_quote(lines[: line + 1])
    if opened is not None:
        return Advice(opened, 'close the quotes that are opened in this line with another "')
    for number in range(min(line, len(lines) - 1), max(line - _BEFORE, 0) - 1, -1):
        message = _on_line(lines[number])
        if message:
            return Advice(number, message)
    return None


def _on_line(line: str) -> str:
    if found := _APOSTROPHE.search(line):
        text = shortened(f"{found['first']}'{found['rest']}")
        return f'an apostrophe ends a text in single quotes. Use double quotes: "{text}"'
    if found := _COLON.search(line):
        text = shortened(found["text"].strip())
        return f'a text with a colon and a space needs quotes: {found["key"]}: "{text}"'
    if found := _NO_SPACE.match(line):
        return f"put a space after the colon: {found['key']}: {shortened(found['text'])}"
    return ""


def _opened_quote(lines: Sequence[str]) -> int | None:
    """Return the line in which double quotes are opened that nothing closes in it."""
    odd = [number for number, line in enumerate(lines) if line.count('"') % 2]
    return odd[-1] if len(odd) % 2 else None


def on_cut_text(text: str, rest: str) -> str:
    """Return what to say where a text ends in front of a mark that was meant to be part of it.

    Args:
        text: the text as YAML took it.
        rest: what stands after it on its line.
    """
    if " " not in text.strip() or not _CUT.fullmatch(rest):
        return ""
    return (
        f"YAML reads this text as “{shortened(text)}” and takes “{shortened(rest.strip())}” for a "
        f'comment, since a space and # begin one. Put quotes round it: "{shortened(text + rest)}" '
        "If it is a comment, put a space after the #."
    )


def on_divided_text(group: Mapping[str, object], key: str) -> str:
    """Return what to say of a key that is the rest of a text which a comma divided.

    >>> on_divided_text({"label": "Looked at once", "not written down": None}, "not written down")
    'a comma within braces ends the text “Looked at once”, so “not written down” is taken for a key. \
Put quotes round the text: label: "Looked at once, not written down"'
    """
    keys = list(group)
    place = keys.index(key)
    pieces = [key]
    while place and group[keys[place]] is None:
        place -= 1
        before = group[keys[place]]
        pieces.insert(0, before if isinstance(before, str) else keys[place])
    if not isinstance(group[keys[place]], str):
        return ""
    whole = ", ".join(pieces).strip("“”")
    curly = " Curly quotes are no quotes in YAML." if "“" in pieces[0] else ""
    return (
        f"a comma within braces ends the text “{shortened(pieces[0].strip('“”'))}”, so "
        f"“{shortened(key.strip('“”'))}” is taken for a key. Put quotes round the text: "
        f'{keys[place]}: "{shortened(whole)}"{curly}'
    )
