"""The summary as a Word document: a committee paper with headings, tables and sources."""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell

from spinout_cli.cleaning import clean
from spinout_cli.phrases import sentence
from spinout_cli.summary import Deed, Listed, Summary, ThemeLine

_Item = TypeVar("_Item")
_NOT_IN_XML = re.compile("[\ufffe\uffff\ufdd0-\ufdef]")
_INK = RGBColor(0x1D, 0x1F, 0x21)
_SOFT = RGBColor(0x55, 0x59, 0x5E)
_PALETTE = bytes.fromhex("12663f 17598c ffffff 85807a".replace(" ", ""))
_BAR = (300, 14)
"""How many points wide and high the picture of a theme is."""


def paper(summary: Summary, at: datetime) -> bytes:
    """Return the summary as a Word document that was made at this moment."""
    document = Document()
    _prepare(document, summary, at)
    _head(document, summary)
    _settle(document, summary)
    _favour(document, summary)
    _remarks(document, summary)
    _find_out(document, summary)
    _heading(document, "Could it be done in-house?")
    _paragraph(document, sentence(summary.in_house.title))
    _paragraph(document, summary.in_house.because)
    _themes(document, summary.themes)
    _notices(document, summary)
    _steps(document, summary)
    _rest(document, summary)
    _plan(document, summary)
    _sources(document, summary)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(words: str) -> str:
    """Return words that XML can hold and that nothing acts on."""
    return _NOT_IN_XML.sub("", clean(words))


def _prepare(document: Paper, summary: Summary, at: datetime) -> None:
    """Set A4, plain type, the language and who made it."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    properties = document.core_properties
    properties.title = _text(f"{summary.heading.service}: what stands in the way, and what helps")
    properties.author, properties.comments = "spinout", ""
    properties.language = _text(summary.language)[:35]
    properties.created = properties.modified = at.replace(tzinfo=None)
    _style(document, "Normal", 11, _INK)
    for name, size in (("Title", 24), ("Heading 1", 16), ("Heading 2", 12)):
        _style(document, name, size, _INK)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _text(summary.language))
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _style(document: Paper, name: str, size: int, colour: RGBColor) -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _heading(document: Paper, words: str, level: int = 1) -> None:
    document.add_heading(_text(words), level)


def _paragraph(document: Paper, words: str, lead: str = "", *, soft: bool = False) -> None:
    if not words:
        return
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    if lead:
        paragraph.add_run(f"{lead}: ").bold = True
    run = paragraph.add_run(_text(words))
    if soft:
        run.font.color.rgb, run.font.size = _SOFT, Pt(9.5)


def _meta(document: Paper, *parts: str) -> None:
    _paragraph(document, " · ".join(part for part in parts if part), soft=True)


def _deed(deed: Deed) -> str:
    return sentence(deed.do) + (f" ({deed.by})" if deed.by else "")


def _cites(document: Paper, names: Sequence[str], summary: Summary) -> None:
    numbers = {source.id: source.number for source in summary.sources}
    cited = ", ".join(str(numbers[name]) for name in names if name in numbers)
    _meta(document, f"Sources: {cited}" if cited else "")


def _more(document: Paper, listed: Listed[_Item]) -> None:
    _paragraph(document, listed.more or listed.empty)


def _table(
    document: Paper, columns: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
) -> Table:
    """Make a table whose first row is its header, on every page that it reaches."""
    table: Table = document.add_table(1, len(columns), "Table Grid")
    table.autofit = False
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)  # noqa: SLF001  (python-docx has no door for it)
    for cell, words in zip(table.rows[0].cells, columns, strict=True):
        _fill(cell, words, bold=True)
    for row in rows:
        made = table.add_row()  # type: ignore[no-untyped-call]
        whole = OxmlElement("w:cantSplit")
        made._tr.get_or_add_trPr().append(whole)  # noqa: SLF001  (likewise)
        for cell, words in zip(made.cells, row, strict=True):
            _fill(cell, words)
    for row_ in table.rows:
        for cell, width in zip(row_.cells, widths, strict=True):
            cell.width = Cm(width)
    return table


def _fill(cell: _Cell, words: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(_text(words))
    run.bold, run.font.size = bold, Pt(10)


def _head(document: Paper, summary: Summary) -> None:
    document.add_heading(_text(summary.heading.service), 0)
    _meta(document, *summary.heading.facts)
    _heading(document, "Where it stands")
    rows = [
        (
            lens.name,
            sentence(lens.words[:1].upper() + lens.words[1:]),
            ", ".join(f"{count.number} {count.words}" for count in lens.counts if count.number),
        )
        for lens in summary.lenses
    ]
    _table(document, ("Lens", "Verdict", "Answers that bear on it"), rows, (3.6, 6.5, 6.5))
    _paragraph(document, summary.open)


def _settle(document: Paper, summary: Summary) -> None:
    _heading(document, "To settle")
    for item in summary.settle.shown:
        _heading(document, sentence(item.title), 2)
        _meta(document, item.kind, item.theme, item.lens, item.id)
        _paragraph(document, item.because)
        _paragraph(document, item.noted, "Note")
        _paragraph(document, _deed(item.next) if item.next else "", "Next")
        _paragraph(document, item.story, "Been there")
        _cites(document, item.cites, summary)
    _more(document, summary.settle)


def _favour(document: Paper, summary: Summary) -> None:
    _heading(document, "In your favour")
    for item in summary.favour.shown:
        _heading(document, sentence(item.title), 2)
        _meta(document, item.theme, item.id)
        _paragraph(document, item.because)
        _paragraph(document, item.noted, "Note")
        _cites(document, item.cites, summary)
    _more(document, summary.favour)


def _remarks(document: Paper, summary: Summary) -> None:
    if not summary.remarks.shown:
        return
    _heading(document, "Cautions and options")
    for item in summary.remarks.shown:
        _heading(document, sentence(item.title), 2)
        _meta(document, item.kind, item.id)
        _paragraph(document, item.because)
        _cites(document, item.cites, summary)
    _more(document, summary.remarks)


def _find_out(document: Paper, summary: Summary) -> None:
    if not summary.find_out.shown:
        return
    _heading(document, "Find out")
    rows = [
        (
            sentence(item.what),
            item.ask,
            " ".join(filter(None, (item.note, f"Note: {item.noted}" if item.noted else ""))),
        )
        for item in summary.find_out.shown
    ]
    _table(document, ("What nobody knows yet", "Whom to ask", "Remarks"), rows, (7, 4, 5.6))
    _more(document, summary.find_out)


def _themes(document: Paper, themes: Sequence[ThemeLine]) -> None:
    _heading(document, "Themes")
    _paragraph(
        document,
        "0 is nothing in place, 100 is everything. The range is what is not known. "
        "In the pictures, solid is in place, striped is not known, empty is not in place.",
    )
    rows = [("", theme.known, f"{theme.answered} of {theme.applicable}") for theme in themes]
    table = _table(document, ("Theme", "In place", "Answered"), rows, (8.6, 5, 3))
    for row, theme in zip(table.rows[1:], themes, strict=True):
        cell = row.cells[0]
        _fill(cell, theme.title)
        if theme.low is not None and theme.high is not None:
            run = cell.add_paragraph().add_run()
            run.add_picture(io.BytesIO(_bar(theme.low, theme.high)), Cm(7.8), Cm(0.36))
            drawn = run._r.xpath(".//wp:docPr")[0]  # noqa: SLF001  (alt text has no other door)
            drawn.set("descr", _text(f"{theme.title}: {theme.known}"))


def _bar(low: float, high: float) -> bytes:
    """Draw a bar as a PNG: solid for what is in place, stripes for what is not known."""
    width, height = _BAR
    ends = (round(width * low / 100), round(width * high / 100))
    lines = (bytes(_pixel(x, y, ends) for x in range(width)) for y in range(height))
    pixels = b"".join(b"\0" + line for line in lines)
    parts = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", _PALETTE),
        _chunk(b"IDAT", zlib.compress(pixels, 9)),
        _chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pixel(x: int, y: int, ends: tuple[int, int]) -> int:
    """Return the place of a pixel's colour in the palette."""
    width, height = _BAR
    if x in (0, width - 1) or y in (0, height - 1):
        return 3
    if x < ends[0]:
        return 0
    return 1 if x < ends[1] and (x + y) % 6 < 3 else 2  # noqa: PLR2004  (three pixels to a stripe)


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _notices(document: Paper, summary: Summary) -> None:
    _heading(document, f"Where you are: {summary.place}" if summary.place else "Where you are")
    for item in summary.notices.shown:
        _heading(document, sentence(item.title), 2)
        _paragraph(document, item.says)
        standing = "; ".join(item.standing)
        _meta(document, sentence(standing[:1].upper() + standing[1:]))
        _cites(document, item.cites, summary)
    _more(document, summary.notices)


def _steps(document: Paper, summary: Summary) -> None:
    _heading(document, "Next steps")
    rows = [
        (str(step.number), sentence(step.deed.do), step.deed.by, step.reason)
        for step in summary.steps.shown
    ]
    if rows:
        columns = ("Step", "What to do", "Who, how long", "Why")
        _table(document, columns, rows, (1.3, 6.5, 3.6, 5.2))
    _more(document, summary.steps)


def _rest(document: Paper, summary: Summary) -> None:
    if summary.not_counted.shown:
        _heading(document, "Not counted")
        for ignored in summary.not_counted.shown:
            _paragraph(document, f"{sentence(ignored.title or ignored.id)} {ignored.reason}")
    if summary.notes:
        _heading(document, "Other notes")
        for noted in summary.notes:
            _paragraph(document, noted.noted, _text(noted.ask))
    _heading(document, "What this rests on")
    _paragraph(document, summary.caution)
    _paragraph(document, summary.ending)


def _plan(document: Paper, summary: Summary) -> None:
    if not summary.plan:
        return
    _heading(document, "Everything to do, in order")
    rows = [
        (
            str(line.number),
            sentence(line.deed.do),
            line.deed.who,
            line.deed.effort,
            ", ".join(map(str, line.after)) or "none",
        )
        for line in summary.plan
    ]
    columns = ("Step", "What to do", "Who", "Takes", "After step")
    _table(document, columns, rows, (1.3, 7.6, 3.4, 2, 2.3))


def _sources(document: Paper, summary: Summary) -> None:
    if summary.sources:
        _heading(document, "Sources")
    for source in summary.sources:
        words = f"{sentence(source.title)} {source.published} ({source.read}). {source.url}"
        _paragraph(document, words, str(source.number))
    _meta(document, summary.made_with)
