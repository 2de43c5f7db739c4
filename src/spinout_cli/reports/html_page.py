"""A self-contained HTML page: nothing is fetched, and nothing runs but a script of ours, if it has one."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from markupsafe import Markup

from spinout_cli.results.summary import Count
from spinout_cli.sanitize import sanitize
from spinout_cli.text import capitalise, sentence

_REPORTS = Path(__file__).parent


_TEMPLATES = _REPORTS / "templates"


_WEB = re.compile(r"https?://[!-~]+", re.IGNORECASE)


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


_PER_ROW = 16


_UNIT = 18


class Section(NamedTuple):
    """A part of the page that the contents name."""

    id: str
    title: str


class Unit(NamedTuple):
    """One answer as a shape, and where it is drawn."""

    symbol: str
    x: int
    y: int


class Units(NamedTuple):
    """A picture in which every answer is one shape, and the same in words."""

    shapes: tuple[Unit, ...]
    width: int
    height: int
    words: str


def render(template: str, language: str, **told: object) -> str:
    """Return a page drawn with one of the templates beside this file.

    Whatever is put in is cleaned and escaped; the style is allowed by its hash, and nothing else is.
    """
    return _drawn(template, language, _read("page.css"), "", told)


def render_form(template: str, language: str, **told: object) -> str:
    """Return a page to be filled in: as `render`, and our script for it is allowed by its hash."""
    style = _read("page.css") + _read("form.css")
    return _drawn(template, language, style, _read("form.js"), told)


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _drawn(template: str, language: str, style: str, script: str, told: dict[str, object]) -> str:
    policy = f"default-src 'none'; style-src 'sha256-{_hash(style)}'"
    policy += f"; script-src 'sha256-{_hash(script)}'" if script else ""
    policy += "; base-uri 'none'; form-action 'none'"
    if script:
        told = {**told, "script": Markup(script)}  # noqa: S704  (ours)
    safe = language if _LANGUAGE.fullmatch(language) else "en-GB"
    text = (
        _environment()
        .get_template(template)
        .render(style=Markup(style), policy=Markup(policy), language=safe, **told)  # noqa: S704  (ours)
    )
    return text + "\n"


def units(counts: Sequence[Count], per_row: int = _PER_ROW) -> Units:
    """Lay every answer out as a shape of its own, in rows."""
    symbols = [count.symbol for count in counts for _ in range(count.number)]
    shapes = tuple(
        Unit(symbol, i % per_row * _UNIT, i // per_row * _UNIT) for i, symbol in enumerate(symbols)
    )
    lines = -(-len(symbols) // per_row)
    words = ", ".join(f"{count.number} {count.words}" for count in counts if count.number)
    return Units(shapes, per_row * _UNIT, max(lines, 1) * _UNIT, words)


def compile_templates(folder: Path) -> None:
    """Write the templates as Python code: a wheel holds them so, since that takes longest to make."""
    source = _environment().overlay(loader=FileSystemLoader(_TEMPLATES))
    source.compile_templates(folder, extensions=["j2"], zip=None, ignore_errors=False)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([ModuleLoader(_REPORTS / "compiled"), FileSystemLoader(_TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
    )
    environment.filters |= {"sentence": sentence, "capital": capitalise, "figure": _figure}
    environment.tests["web"] = lambda address: bool(_WEB.fullmatch(address))
    return environment


def _inert(value: object) -> object:
    """Take out of every foreign text what a browser, or a terminal it is pasted in, would obey."""
    return sanitize(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _figure(number: float) -> str:
    return f"{number:.1f}"
