"""Notices and cited sources in words."""

from collections.abc import Sequence
from datetime import date

from spinout_cli.documents.assessment import ShownNotice
from spinout_cli.question_set.model import QuestionSet, Source
from spinout_cli.results.summary import EnablerItem, NoticeLine, Remark, RoadblockItem, SourceLine
from spinout_cli.text import format_date, headline, sentence

_CONFIDENCE = {
    "confirmed": "confirmed in the official text",
    "reported": "as reported; we have not seen it in the official text",
    "check": "not settled; check it before you rely on it",
}
_READ = {
    "official": "read in the official text",
    "secondary": "read in somebody's account of it",
    "background": "background only",
}
_EXTENT = {
    "whole": "read whole",
    "opening": "only its opening read",
    "extract": "only an extract read",
    "search-result": "only a search result read",
}


def notice_line(notice: ShownNotice, question_set: QuestionSet, today: date) -> NoticeLine:
    """Tell what the law or policy says, and how far it can be relied on on this day."""
    sources = question_set.source
    return NoticeLine(
        id=notice.id,
        symbol="§",
        title=headline(notice.title),
        says=sentence(notice.says),
        sources=tuple(sources[name].title for name in notice.sources if name in sources),
        confidence=notice.confidence,
        sureness=_CONFIDENCE[notice.confidence],
        force=_force(notice, today),
        reviewed=_reviewed(notice),
        cites=notice.sources,
    )


def _force(notice: ShownNotice, today: date) -> str:
    match notice.in_force:
        case _ if notice.about == "support":
            return ""  # help that somebody offers is not in force or out of it
        case "not-in-force":
            return "not in force"
        case "unknown":
            return "start date not known"
        case date() as since:
            return f"in force {'since' if since <= today else 'from'} {format_date(since)}"


def _reviewed(notice: ShownNotice) -> str:
    if notice.overdue:
        return f"past its review date, {format_date(notice.review_by)}: look again before you rely on it"
    return f"reviewed {format_date(notice.reviewed)}"


def no_notice(nation: str, question_set: QuestionSet) -> str:
    """Tell why no notice is shown; nothing where the set has none."""
    if not question_set.notices:
        return ""
    if nation or not question_set.words.place_unknown:
        return "Nothing in this question set applies to these facts alone."
    return question_set.words.place_unknown


def sources(
    items: Sequence[RoadblockItem | EnablerItem | Remark | NoticeLine], question_set: QuestionSet
) -> tuple[SourceLine, ...]:
    """What has been cited, numbered in the order in which it is cited."""
    cited = dict.fromkeys(name for item in items for name in item.cites)
    known = [question_set.source[name] for name in cited if name in question_set.source]
    return tuple(_source(number, source) for number, source in enumerate(known, start=1))


def _source(number: int, source: Source) -> SourceLine:
    published = f"{source.publisher}, {source.year}"
    read = "; ".join(filter(None, (_READ[source.read], how_read(source))))
    return SourceLine(number, source.id, source.title, published, source.url, read)


def how_read(source: Source) -> str:
    """Tell how much of a source was read and when it was checked; nothing where neither is recorded."""
    extent = _EXTENT[source.extent] if source.extent else ""
    checked = f"checked {format_date(source.checked)}" if source.checked else ""
    return ", ".join(filter(None, (extent, checked)))
