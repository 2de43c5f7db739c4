"""What a Word document is made of: headings, paragraphs, tables with header rows, pictures."""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from spinout_cli.cleaning import clean

_NOT_IN_XML = re.compile("[\ufffe\uffff\ufdd0-\ufdef]")
_INK = RGBColor(0x1D, 0x1F, 0x21)
_SOFT = RGBColor(0x55, 0x59, 0x5E)
_PALETTE = bytes.fromhex("12663f 17598c ffffff 85807a".replace(" ", ""))
_BAR = (300, 14)
"""How many points wide and high the picture of a theme is."""

_CELL = {"top": 50, "bottom": 50, "start": 0, "end": 110}
"""How far the words in a cell stand from its edges, in twentieths of a point."""


class Paper:
    """A document on A4: plain type, a page number at the foot, and words that nothing acts on."""

    def __init__(self, title: str, language: str, at: datetime) -> None:
        """Begin a document in this language, made at this moment."""
        self._document = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = _text(title), "spinout", ""
        properties.language = _text(language)[:35]
        properties.created = properties.modified = at.replace(tzinfo=None)
        self._style("Normal", 10.5)
        for name, size in (("Title", 24), ("Heading 1", 16), ("Heading 2", 12)):
            self._style(name, size)
        self._document.styles["Normal"].element.get_or_add_rPr().append(
            _made("w:lang", val=_text(language))
        )
        self._document.styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")
        self._foot(section.footer.paragraphs[0])

    def _style(self, name: str, size: float) -> None:
        style = self._document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)

    @staticmethod
    def _foot(paragraph: Paragraph) -> None:
        """Number the pages: a committee speaks of page 4."""
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run()
        run.font.size, run.font.color.rgb = Pt(9), _SOFT
        field = _made("w:instrText")
        field.text = "PAGE"
        for part in (_made("w:fldChar", fldCharType="begin"), field):
            run._r.append(part)  # noqa: SLF001  (python-docx has no door for fields)
        run._r.append(_made("w:fldChar", fldCharType="end"))  # noqa: SLF001  (likewise)

    def bytes(self) -> bytes:
        """Return the document as a file holds it."""
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def heading(self, words: str, level: int = 1) -> None:
        """Add a heading; level 0 is the title."""
        self._document.add_heading(_text(words), level)

    def paragraph(
        self, words: str, lead: str = "", *, soft: bool = False, kept: bool = False
    ) -> None:
        """Add a paragraph with a lead in bold; nothing, where there are no words.

        Args:
            words: what it says.
            lead: what stands before them in bold.
            soft: whether it is in small type.
            kept: whether it stays on one page with what comes after it.
        """
        if not words:
            return
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        paragraph.paragraph_format.keep_with_next = kept
        if lead:
            stop = "" if lead.endswith((".", "?", "!")) else ":"
            paragraph.add_run(_text(f"{lead}{stop} ")).bold = True
        run = paragraph.add_run(_text(words))
        if soft:
            run.font.color.rgb, run.font.size = _SOFT, Pt(9.5)

    def meta(self, *parts: str, kept: bool = False) -> None:
        """Add what is said beside the matter, in small type."""
        self.paragraph(" · ".join(part for part in parts if part), soft=True, kept=kept)

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        *,
        whole: bool = False,
    ) -> Table:
        """Add a table whose first row is its header, on every page that it reaches.

        Args:
            columns: what stands at the head of each column.
            rows: the rest.
            widths: how wide each column is, in centimetres.
            whole: whether it is kept on one page, with what stands before and after it.
        """
        table: Table = self._document.add_table(1, len(columns))
        table.autofit = False
        _lined(table)
        table.rows[0]._tr.get_or_add_trPr().append(_made("w:tblHeader"))  # noqa: SLF001  (no door for it)
        for cell, words in zip(table.rows[0].cells, columns, strict=True):
            fill(cell, words, bold=True)
        for row in rows:
            made = table.add_row()  # type: ignore[no-untyped-call]
            made._tr.get_or_add_trPr().append(_made("w:cantSplit"))  # noqa: SLF001  (likewise)
            for cell, words in zip(made.cells, row, strict=True):
                fill(cell, words)
        _sized(table, widths)
        if whole:
            for cell in (cell for row_ in table.rows for cell in row_.cells):
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        after = self._document.add_paragraph()
        after.paragraph_format.space_after = after.paragraph_format.space_before = Pt(0)
        after.paragraph_format.line_spacing = Pt(6)
        return table


def _sized(table: Table, widths: Sequence[float]) -> None:
    """Say how wide columns are in both places that programs look at."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _lined(table: Table) -> None:
    """Draw thin lines between rows, and none between columns."""
    borders, margins = _made("w:tblBorders"), _made("w:tblCellMar")
    for edge in ("top", "bottom", "insideH"):
        borders.append(_made(f"w:{edge}", val="single", sz="4", space="0", color="B9B4AC"))
    for edge, space in _CELL.items():
        margins.append(_made(f"w:{edge}", w=str(space), type="dxa"))
    properties = table._tbl.tblPr  # noqa: SLF001  (python-docx has no door for them)
    for part in (borders, margins):
        properties.append(part)


def fill(cell: _Cell, words: str, *, bold: bool = False) -> None:
    """Put words in a cell."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(_text(words))
    run.bold, run.font.size = bold, Pt(10)


def picture(cell: _Cell, low: float, high: float, words: str) -> None:
    """Put a bar in a cell, and say in words what it shows."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(_bar(low, high)), Cm(7.8), Cm(0.36))
    drawn = run._r.xpath(".//wp:docPr")[0]  # noqa: SLF001  (alt text has no other door)
    drawn.set("descr", _text(words))


def _made(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return an element that python-docx knows nothing of."""
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _text(words: str) -> str:
    """Return words that XML can hold and that nothing acts on."""
    return _NOT_IN_XML.sub("", clean(words))


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
