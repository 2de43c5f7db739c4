"""A Word document as lines of text, for tests to compare and to look at."""

import io
from collections.abc import Iterator

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph


def outline(content: bytes) -> str:
    """Return what stands in a document, in order: styles, texts, tables and alt texts."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: bytes) -> Iterator[str]:
    document = Document(io.BytesIO(content))
    properties = document.core_properties
    yield f"title: {properties.title}"
    yield f"made: {properties.modified} by {properties.author}, {properties.language}"
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _table(part)
        elif isinstance(part, Paragraph):
            style = part.style.name if part.style else ""
            yield f"{style}: {part.text}"


def _table(table: Table) -> Iterator[str]:
    for row in table.rows:
        header = row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None  # noqa: SLF001
        cells = [cell.text.strip() + _alt(cell) for cell in row.cells]
        yield f"{'header' if header else 'row'}: {' | '.join(cells)}"


def _alt(cell) -> str:
    found = cell._tc.xpath(".//wp:docPr")  # noqa: SLF001
    return "".join(f" [picture: {drawn.get('descr')}]" for drawn in found)
