"""A writer of Word documents: headings, paragraphs, tables with header rows, pictures.

python-docx gives the document, its styles and its pictures. What stands in it is written as XML and
put into the file in one go: piece by piece takes twenty times as long.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.pkgwriter import PackageWriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from spinout_cli.sanitize import sanitize

_NOT_IN_XML = re.compile("[\ufffe\uffff\ufdd0-\ufdef]")
_INK = RGBColor(0x1D, 0x1F, 0x21)
_SOFT = RGBColor(0x55, 0x59, 0x5E)
_PALETTE = bytes.fromhex("12663f 17598c ffffff 85807a".replace(" ", ""))
_BAR = (300, 14)
"""How many points wide and high the picture of a theme is."""

_LONGEST = 255
"""How long a property of a document may be: python-docx refuses more."""

_HEADINGS = ("Title", "Heading1", "Heading2")
_KEPT = "<w:keepNext/>"
_LAYOUT = b"<w:sectPr"
_TABLE = (
    '<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>'
    + "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="B9B4AC"/>'
        for edge in ("top", "bottom", "insideH")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
    + "".join(
        f'<w:{edge} w:w="{space}" w:type="dxa"/>'
        for edge, space in (("top", 50), ("start", 0), ("bottom", 50), ("end", 110))
    )
    + "</w:tblCellMar></w:tblPr>"
)
"""Thin lines between rows and none between columns; room around words, in twentieths of a point."""


class Barred(NamedTuple):
    """What stands in a cell with a bar under it: how far it is filled, and what that says in words."""

    title: str
    low: float
    high: float
    words: str


class _PartWriter:
    """Takes the parts of a document from python-docx, which would write them to a file."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, bytes]] = []

    def write(self, name: PackURI, part: bytes) -> None:
        """Keep a part with its name."""
        self.parts.append((name.membername, part))


def _parts(document: WordDocument) -> list[tuple[str, bytes]]:
    """Return the parts of a document with their names.

    `Document.save` would date them by the clock, and ZIP knows no year before 1980, where the clock
    of a computer stands that was never set.
    """
    package, written = document.part.package, _PartWriter()
    for part in package.parts:
        part.before_marshal()
    write: Any = PackageWriter  # python-docx has no other door than these three
    write._write_content_types_stream(written, package.parts)  # noqa: SLF001
    write._write_pkg_rels(written, package.rels)  # noqa: SLF001
    write._write_parts(written, package.parts)  # noqa: SLF001
    return written.parts


class Paper:
    """A document on A4: plain type, a page number at the foot, and words that nothing acts on."""

    def __init__(self, title: str, language: str, at: datetime) -> None:
        """Begin a document in this language, made at this moment."""
        self._content: list[str] = []
        self._pictures = 0
        self._document = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        properties = self._document.core_properties
        properties.title, properties.author = _text(title)[:_LONGEST], "spinout"
        properties.comments = ""
        properties.language = _text(language)[:35]
        properties.created = properties.modified = at.replace(tzinfo=None)
        self._styles()
        self._document.styles["Normal"].element.get_or_add_rPr().append(
            _made("w:lang", val=_text(language))
        )
        self._foot(section.footer.paragraphs[0])

    def _styles(self) -> None:
        """Say once how every kind of paragraph looks."""
        self._style("Normal", 10.5, after=4)
        for name, size in (("Title", 24), ("Heading 1", 16), ("Heading 2", 12)):
            self._style(name, size)
        self._document.styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")
        for name in ("Small", "Cell", "Column", "Gap"):
            self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        self._style("Small", 9.5, after=4).font.color.rgb = _SOFT
        self._style("Cell", 10, after=0)
        self._style("Column", 10, after=0).font.bold = True
        self._style("Gap", 10, after=0).paragraph_format.line_spacing = Pt(6)

    def _style(self, name: str, size: float, after: float | None = None) -> ParagraphStyle:
        style = self._document.styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(name)
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), _INK
        if after is not None:
            style.paragraph_format.space_after = Pt(after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        return style

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
        """Return the document as a file holds it; the same document is the same bytes."""
        body, whole = self._document.part.partname.membername, io.BytesIO()
        with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
            for name, part in _parts(self._document):
                whole_part = part
                if name == body:  # what stands in it comes before how its pages are laid out
                    content = "".join(self._content).encode()
                    whole_part = part.replace(_LAYOUT, content + _LAYOUT, 1)
                archive.writestr(ZipInfo(name), whole_part, ZIP_DEFLATED)
        return whole.getvalue()

    def heading(self, words: str, level: int = 1) -> None:
        """Add a heading; level 0 is the title."""
        self._content.append(_paragraph(_run(words), _HEADINGS[level]))

    def paragraph(self, words: str, lead: str = "") -> None:
        """Add a paragraph with a lead in bold; nothing, where there are no words."""
        if not words:
            return
        stop = "" if lead.endswith((".", "?", "!")) else ":"
        led = _run(f"{lead}{stop} ", bold=True) if lead else ""
        self._content.append(_paragraph(led + _run(words)))

    def meta(self, *parts: str, kept: bool = False) -> None:
        """Add what is said beside the matter, in small type.

        Args:
            parts: what is said; an empty part is left out.
            kept: whether it stays on one page with what comes after it.
        """
        words = " · ".join(part for part in parts if part)
        if words:
            self._content.append(_paragraph(_run(words), "Small", kept=kept))

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str | Barred]],
        widths: Sequence[float],
        *,
        whole: bool = False,
    ) -> None:
        """Add a table whose first row is its header, on every page that it reaches.

        Args:
            columns: what stands at the head of each column.
            rows: the rest.
            widths: how wide each column is, in centimetres.
            whole: whether it is kept on one page, with what stands before and after it.
        """
        twentieths = [round(width * 567) for width in widths]
        head = [self._cell(words, "Column", kept=whole) for words in columns]
        parts = [_row(head, twentieths, "<w:tblHeader/>")]
        for row in rows:
            cells = [self._cell(words, "Cell", kept=whole) for words in row]
            parts.append(_row(cells, twentieths, "<w:cantSplit/>"))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twentieths)
        self._content += (
            f"<w:tbl>{_TABLE}<w:tblGrid>{grid}</w:tblGrid>{''.join(parts)}</w:tbl>",
            _paragraph("", "Gap"),
        )

    def _cell(self, words: str | Barred, style: str, *, kept: bool) -> str:
        if isinstance(words, str):
            return _paragraph(_run(words), style, kept=kept)
        title = _paragraph(_run(words.title), style, kept=kept)
        return title + _paragraph(f"<w:r>{self._picture(words)}</w:r>", style, kept=kept)

    def _picture(self, bar: Barred) -> str:
        """Draw a bar, and say in words what it shows."""
        image = io.BytesIO(_bar(bar.low, bar.high))
        inline = self._document.part.new_pic_inline(image, Cm(7.8), Cm(0.36))
        self._pictures += 1
        inline.docPr.set(
            "id", str(self._pictures)
        )  # given by what is in the document, which is not yet
        inline.docPr.set("descr", _text(bar.words))
        for side in ("distT", "distB", "distL", "distR"):  # left out, some programs make room
            inline.set(side, "0")
        return f"<w:drawing>{inline.xml}</w:drawing>"


def _paragraph(runs: str, style: str = "", *, kept: bool = False) -> str:
    how = (f'<w:pStyle w:val="{style}"/>' if style else "") + _KEPT * kept
    return f"<w:p>{f'<w:pPr>{how}</w:pPr>' if how else ''}{runs}</w:p>"


@lru_cache(4096)  # counts, labels and names come again and again
def _run(words: str, *, bold: bool = False) -> str:
    """Return words that XML can hold and that nothing acts on."""
    how = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{how}<w:t xml:space="preserve">{escape(_text(words))}</w:t></w:r>'


def _row(cells: Sequence[str], widths: Sequence[int], how: str) -> str:
    told = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{how}</w:trPr>{''.join(told)}</w:tr>"


def _made(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return an element that python-docx knows nothing of."""
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _text(words: str) -> str:
    """Return words that XML can hold and that nothing acts on."""
    return _NOT_IN_XML.sub("", sanitize(words))


def _bar(low: float, high: float) -> bytes:
    """Draw a bar as a PNG: solid for what is in place, stripes for what is not known."""
    width, height = _BAR
    ends = (round(width * low / 100), round(width * high / 100))
    edge = b"\3" * width
    lines = (edge, *(_line(y, *ends) for y in range(1, height - 1)), edge)
    parts = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", _PALETTE),
        _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines), 9)),
        _chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _line(y: int, low: int, high: int) -> bytes:
    """Return a line of a bar, each byte the place of a colour in the palette."""
    width = _BAR[0]
    stripes = (b"\1\1\1\2\2\2" * width)[y % 6 :][:width]  # each line one point further
    filled = b"\0" * low + stripes[low:high] + b"\2" * (width - high)
    return b"\3" + filled[1:-1] + b"\3"


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
