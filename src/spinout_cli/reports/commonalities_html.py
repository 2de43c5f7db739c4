"""Commonalities as one self-contained HTML page."""

from types import SimpleNamespace

from spinout_cli.documents.commonalities import Commonalities
from spinout_cli.reports import commonalities_text as written
from spinout_cli.reports.html_page import render


def page(told: Commonalities, language: str, topic: str) -> str:
    """Return it as an HTML document, in the language of the questions."""
    return render(
        "commonalities.html.j2",
        language,
        told=told,
        topic=topic,
        words=_WORDS,
        sections=_sections(told),
    )


def _number(number: int) -> str:
    return f"{number:,}"


def _ratio(number: float | None) -> str:
    return "no end" if number is None else f"{number:.1f}"


_WORDS = SimpleNamespace(
    kinds=written.KINDS,
    captions={
        "roadblock": "How many meet it, of those that answered. Don't know is no answer here.",
        "enabler": "How many have it, of those that answered. Don't know is no answer here.",
        "unknown": "How many did not know, of those that answered or did not know.",
    },
    heading=written.heading,
    replies=written.replies,
    left_out=written.left_out,
    withheld=written.withheld,
    moves=written.moves,
    none_moved=written.none_moved,
    percent=written.percent,
    chance=written.chance,
    too_few=written.TOO_FEW,
    number=_number,
    ratio=_ratio,
)


def _sections(told: Commonalities) -> list[tuple[str, str]]:
    """What the contents name."""
    return [
        *((kind, title) for kind, title, _ in written.KINDS),
        ("together", "What goes together"),
        ("separates", "What separates"),
        ("moved", "What moved"),
        *([("like", "Those most like it")] if told.like is not None else []),
        ("rests", "What this rests on"),
    ]
