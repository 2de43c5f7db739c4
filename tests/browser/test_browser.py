"""Every page in a real browser: axe finds nothing, nothing is fetched, it fits, it can be printed."""

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from browser.chromium import Page, opened
from helpers.commonalities_documents import hostile_overview, overview
from helpers.hostile_texts import hostile, hostile_progress, hostile_workshop
from spinout_cli.commands import compare, report
from spinout_cli.reports import commonalities_html, comparison_html, questionnaire_html

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
COMPARED = {
    "compared": ("bryn-library-service.json", "bryn-library-service-later.json"),
    "compared-series": (
        "bryn-library-service.json",
        "bryn-library-service-workshop.json",
        "bryn-library-service-later.json",
    ),
}
VIEWS = {
    "light": (1100, False),
    "dark": (1100, True),
    "phone": (360, False),
    "phone-dark": (360, True),
}
OVERVIEWS = {
    "common": overview,
    "common-working": partial(overview, working=True),
    "common-hostile": hostile_overview,
}
STRICT = """{checks: [{id: 'color-contrast', options: {
    ignoreUnicode: true, ignoreLength: true, ignorePseudo: false, boldValue: 700, boldTextPt: 14,
    largeTextPt: 18, contrastRatio: {normal: {expected: 4.5}, large: {expected: 3}},
    pseudoSizeThreshold: 0.25, shadowOutlineEmMax: 0.2, textStrokeEmMin: 0.03}}]}"""
"""As axe has it, but the contrast of a text counts even if it is one letter long."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def page() -> Iterator[Page]:
    with opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots go: named by the environment, or a temp folder that stays."""
    folder = Path(
        os.environ.get("SPINOUT_PICTURES") or tempfile.mkdtemp(prefix="spinout-pictures-")
    )
    folder.mkdir(exist_ok=True)
    sys.stderr.write(f"\nPictures are in {folder}\n")
    return folder


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page there is: reports, comparisons and the questions on paper, hostile ones too."""
    folder = tmp_path_factory.mktemp("pages")
    told = {path.stem: report.read(path, None) for path in EXAMPLES.glob("*.json")}
    told |= {"hostile": hostile(), "hostile-workshop": hostile_workshop()}
    made = {name: report.drawn(each, "html") for name, each in told.items()}
    for name in ("bryn-library-service", "hostile"):
        chosen = told[name].question_set
        text = questionnaire_html.page(chosen, chosen.themes, quick=False, made_with="A set.")
        made[f"paper-{name}"] = text.encode()
    made |= {
        name: commonalities_html.page(told(), "en-GB", "A topic").encode()
        for name, told in OVERVIEWS.items()
    }
    made["compared-hostile"] = comparison_html.comparison(
        hostile_progress(), "en-GB", "A topic"
    ).encode()
    for name, files in COMPARED.items():
        path = folder / f"{name}.html"
        compare.compare(compare.Request(tuple(EXAMPLES / each for each in files), to=str(path)))
        made[name] = path.read_bytes()
    for name, content in made.items():
        (folder / f"{name}.html").write_bytes(content)
    return {name: folder / f"{name}.html" for name in made}


NAMES = [
    *sorted(path.stem for path in EXAMPLES.glob("*.json")),
    *("hostile", "hostile-workshop", "paper-bryn-library-service", "paper-hostile"),
    *("compared", "compared-series", "compared-hostile"),
    *OVERVIEWS,
]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(
    name: str, view: str, page: Page, pages: dict[str, Path], pictures: Path
) -> None:
    width, dark = VIEWS[view]
    page.show(pages[name], width=width, dark=dark)
    page.picture(pictures / f"{name}-{view}.png")
    page.run(Path(os.environ["SPINOUT_AXE"]).read_text(encoding="utf-8"))
    page.run(f"axe.configure({STRICT})")
    found = page.run(
        f"axe.run({{runOnly: {RULES}}}).then(r => r.violations.concat(r.incomplete).flatMap("
        "v => v.nodes.map(n => v.id + ' ' + n.target + ': ' + n.failureSummary)))"
    )
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_and_does_nothing(
    name: str, page: Page, pages: dict[str, Path]
) -> None:
    page.show(pages[name], width=1100)
    assert page.run("new Promise(done => setTimeout(() => done('waited'), 300))") == "waited"
    assert page.requests == [pages[name].as_uri()]
    assert page.complaints == []
    assert page.run("performance.getEntriesByType('resource').length") == 0
    assert page.run("document.scripts.length") == 0


@pytest.mark.parametrize("width", [320, 360, 1100])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_its_screen(name: str, width: int, page: Page, pages: dict[str, Path]) -> None:
    page.show(pages[name], width=width)
    assert page.run("document.documentElement.scrollWidth") <= width


def test_the_style_is_let_through(page: Page, pages: dict[str, Path]) -> None:
    page.show(pages["bryn-library-service"], width=1100)
    assert page.run("getComputedStyle(document.querySelector('main')).maxWidth") != "none"


def test_the_first_key_offers_to_skip_to_the_content(page: Page, pages: dict[str, Path]) -> None:
    page.show(pages["bryn-library-service"], width=1100)
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0


@pytest.mark.parametrize("name", NAMES)
def test_a_page_comes_out_on_paper(
    name: str, page: Page, pages: dict[str, Path], pictures: Path
) -> None:
    page.show(pages[name], width=1100)
    paper = pictures / f"{name}.pdf"
    page.printed(paper)
    assert paper.read_bytes().startswith(b"%PDF")
    page.show(pages[name], width=680, dark=True, paper=True)
    assert page.run("getComputedStyle(document.body).color") == "rgb(29, 31, 33)"
