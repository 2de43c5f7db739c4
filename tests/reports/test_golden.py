"""Every format of every example, as it was when somebody last looked at it.

After a change that is meant: `pytest tests/reports/test_golden.py --update-golden`, then read the diff.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.docx_text import outline
from helpers.hostile_texts import hostile, hostile_workshop
from spinout_cli.commands import compare, report
from spinout_cli.commands.report import Format, LoadedReport
from spinout_cli.results.hints import CommandHints

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden"
ENDINGS: dict[Format, str] = {
    "terminal": "txt",
    "html": "html",
    "markdown": "md",
    "csv": "csv",
    "json": "json",
    "docx": "docx.txt",
    "answers": "answers.json",
}
NAMES = ("bryn", "workshop", "hostile", "hostile-workshop")
EXAMPLES = {
    "bryn": "bryn-library-service.json",
    "workshop": "bryn-library-service-workshop.json",
}


def told(name: str) -> LoadedReport:
    if name == "hostile":
        return hostile()
    if name == "hostile-workshop":
        return hostile_workshop()
    read = report.read(ROOT / "examples" / EXAMPLES[name], None)
    return replace(read, hints=CommandHints(EXAMPLES[name]))


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795341600")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", report.FORMATS)
def test_a_report_is_as_it_was(name: str, form: Format, *, update_golden: bool) -> None:
    content = report.drawn(told(name), form)
    text = outline(content) if form == "docx" else content.decode()
    path = GOLDEN / f"{name}.{ENDINGS[form]}"
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("ending", ["txt", "html", "json"])
def test_a_comparison_is_as_it_was(ending: str, tmp_path: Path, *, update_golden: bool) -> None:
    files = ("bryn-library-service.json", "bryn-library-service-later.json")
    made, path = tmp_path / f"compared.{ending}", GOLDEN / f"compared.{ending}"
    sources = tuple(ROOT / "examples" / name for name in files)
    compare.compare(compare.Request(sources, to=str(made)))
    if update_golden:
        path.write_bytes(made.read_bytes())
    assert made.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_test() -> None:
    expected = {f"{name}.{ending}" for name in NAMES for ending in ENDINGS.values()}
    expected |= {"compared.txt", "compared.html", "compared.json"}
    assert {path.name for path in GOLDEN.iterdir()} == expected
