"""What every format says, and that none of them does anything."""

import base64
import csv
import dataclasses
import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example as example_of
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.docx_text import outline
from helpers.hostile_texts import ATTACKS, attacked, hostile, hostile_progress, hostile_workshop
from helpers.html_pages import Node, read
from helpers.question_sets import small_set
from spinout_cli.commands import report
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reports import comparison_html, questionnaire_html
from spinout_cli.reports.html_page import units
from spinout_cli.reports.summary import csv as table
from spinout_cli.reports.summary import docx, html, markdown
from spinout_cli.reports.summary.html import rows
from spinout_cli.results.summary import ActionItem, Count, PlanLine, Summary
from spinout_cli.sanitize import active_character, sanitize

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
INERT = frozenset(
    {
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav",
        "section", "article", "div", "span", "p", "b", "h1", "h2", "h3", "ul", "ol", "li", "a",
        "code", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "defs", "pattern",
        "path", "rect", "circle", "i", "dl", "dt", "dd", "figure", "figcaption", "blockquote",
    }
)  # fmt: skip


@cache
def example() -> Summary:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795341600")
        return report.read(ROOT / "examples" / "bryn-library-service.json", None).summary


@cache
def room() -> report.LoadedReport:
    return report.read(ROOT / "examples" / "bryn-library-service-workshop.json", None)


@cache
def questions(name: str) -> str:
    told = (
        hostile()
        if name == "hostile"
        else report.read(ROOT / "examples" / "bryn-library-service.json", None)
    )
    chosen = told.question_set
    return questionnaire_html.page(chosen, chosen.themes, quick=False, made_with="These questions.")


@cache
def text_of(name: str) -> str:
    match name:
        case "example":
            return html.page(example())
        case "workshop":
            return html.page(room().summary)
        case "hostile":
            return html.page(hostile().summary)
        case "compared":
            return comparison_html.comparison(hostile_progress(), "en-GB", "A topic")
        case "hostile-workshop":
            return html.page(hostile_workshop().summary)
        case _:
            return questions(name.removeprefix("paper-"))


@cache
def page_of(name: str) -> Node:
    return read(text_of(name))


@cache
def paper() -> bytes:
    return docx.paper(example(), AT)


PAGES = (
    *("example", "workshop", "hostile", "hostile-workshop", "compared"),
    *("paper-example", "paper-hostile"),
)


def everywhere(value: Any, words: str) -> Any:
    """The same summary with these words in place of every text in it."""
    if isinstance(value, str):
        return words
    if isinstance(value, tuple):
        return tuple(everywhere(item, words) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    return dataclasses.replace(
        value,
        **{
            field.name: everywhere(getattr(value, field.name), words)
            for field in dataclasses.fields(value)
        },
    )


# ------------------------------------------------------------------ HTML


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_made_of_nothing_that_runs_or_fetches(name: str) -> None:
    page = page_of(name)
    assert {node.tag for node in page.all()} <= INERT
    for node in page.all():
        for attribute, value in node.attributes.items():
            assert not attribute.startswith("on")
            assert attribute not in {"style", "src", "srcset", "action", "formaction", "xlink:href"}
            if attribute == "href":
                assert re.fullmatch(r"#[a-z0-9-]+|https?://[!-~]+", value)
            elif attribute not in {"aria-label", "content"}:
                assert "url(" not in value.replace("url(#hatch)", "")


@pytest.mark.parametrize("name", PAGES)
def test_only_the_style_of_the_page_itself_is_allowed(name: str) -> None:
    page = page_of(name)
    (policy,) = (m for m in page.all("meta") if m.attributes.get("http-equiv"))
    style = "".join(c for c in page.one("style").children if isinstance(c, str))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.attributes["content"].split("; ")[:2] == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
    ]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_outside_only_without_a_way_back(name: str) -> None:
    for link in page_of(name).all("a"):
        if not link.attributes["href"].startswith("#"):
            assert "noopener" in link.attributes["rel"].split()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_found_through_by_its_structure(name: str) -> None:
    page = page_of(name)
    assert page.one("html").attributes["lang"] == "en-GB"
    assert page.one("title").text
    levels = [int(node.tag[1]) for node in page.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    first = page.one("body").all("a")[0]
    assert first.attributes["href"] == "#main"
    assert page.one("main").attributes["id"] == "main"


@pytest.mark.parametrize("name", PAGES)
def test_every_reference_in_a_page_leads_to_one_place(name: str) -> None:
    page = page_of(name)
    ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for node in page.all():
        href = node.attributes.get("href", "")
        assert not href.startswith("#") or href[1:] in ids
        assert node.attributes.get("aria-labelledby", ids[0]) in ids


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("paper-")])
def test_the_contents_name_every_part_of_a_page(name: str) -> None:
    page = page_of(name)
    links = [link.attributes["href"][1:] for link in page.one("nav").all("a")]
    assert links == [heading.attributes["id"] for heading in page.all("h2")]


@pytest.mark.parametrize("name", PAGES)
def test_tables_say_what_they_are_and_what_their_headers_head(name: str) -> None:
    for each in page_of(name).all("table"):
        assert each.one("caption").text
        assert all("scope" in header.attributes for header in each.all("th"))


@pytest.mark.parametrize("name", PAGES)
def test_a_picture_has_words_or_is_passed_over(name: str) -> None:
    page = page_of(name)
    hidden = [node for node in page.all() if node.attributes.get("aria-hidden") == "true"]
    passed_over = {id(inner) for node in hidden for inner in [node, *node.all("svg")]}
    for drawn in page.all("svg"):
        named = drawn.attributes.get("role") == "img" and drawn.attributes.get("aria-label")
        assert named or id(drawn) in passed_over


def test_the_page_says_everything_that_the_summary_says() -> None:
    summary, page = example(), read(html.page(example())).text
    said = [lens.words[1:] for lens in summary.lenses]
    said += [
        f"{count.number} {count.words}"
        for lens in summary.lenses
        for count in lens.counts
        if count.number
    ]
    for item in summary.settle.shown:
        said += [item.title, item.because, item.story, item.noted, item.id, item.theme]
        said += [item.next.do, item.next.effort] if item.next else []
    said += [part for item in summary.favour.shown for part in (item.title, item.because)]
    said += [part for item in summary.remarks.shown for part in (item.title, item.because)]
    said += [part for item in summary.find_out.shown for part in (item.what, item.ask, item.note)]
    said += [part for theme in summary.themes for part in (theme.title, theme.known[1:])]
    said += [part for item in summary.notices.shown for part in (item.title, item.says)]
    said += [line.deed.do for line in summary.plan] + [s.title for s in summary.sources]
    said += [summary.caution, summary.ending, summary.made_with, summary.in_house.because]
    assert [words for words in said if " ".join(words.split()) not in page] == []


def test_the_picture_of_a_theme_shows_what_is_not_known() -> None:
    theme = next(t for t in example().themes if t.low and t.high and t.high > t.low)
    page = read(html.page(example()))
    drawn = next(s for s in page.all("svg") if s.attributes.get("aria-label") == theme.known)
    place, unknown = drawn.all("rect")
    assert theme.low is not None
    assert theme.high is not None
    assert float(place.attributes["width"]) == pytest.approx(theme.low * 4, abs=0.1)
    assert float(unknown.attributes["x"]) == pytest.approx(theme.low * 4, abs=0.1)
    assert float(unknown.attributes["width"]) == pytest.approx(
        (theme.high - theme.low) * 4, abs=0.1
    )


def test_every_answer_is_one_shape_in_the_picture_of_a_lens() -> None:
    drawn = units([Count("■", 2, "stop it"), Count("?", 0, "not known"), Count("▲", 20, "more")])
    assert [unit.symbol for unit in drawn.shapes] == ["■"] * 2 + ["▲"] * 20
    assert len({(unit.x, unit.y) for unit in drawn.shapes}) == 22
    assert drawn.words == "2 stop it, 20 more"
    assert all(unit.x < drawn.width and unit.y < drawn.height for unit in drawn.shapes)


def test_a_step_is_drawn_after_those_that_come_first() -> None:
    plan = [
        PlanLine(1, "a", ActionItem("A", "", "days"), (), ""),
        PlanLine(2, "b", ActionItem("B", "", "months"), (), ""),
        PlanLine(3, "c", ActionItem("C", "", "weeks"), (1, 2), ""),
    ]
    first, second, third = rows(plan)
    assert (first.start, second.start) == (0, 0)
    assert third.start == max(first.start + first.length, second.start + second.length)
    assert third.span == third.start + third.length


def test_what_is_hostile_is_shown_as_text() -> None:
    page = read(html.page(hostile_workshop().summary)).text
    shown = [sanitize(attack) for attack in ATTACKS]
    assert "<script>alert(1)</script>" in page
    assert sum(" ".join(attack.split()).removesuffix(".") in page for attack in shown) > 10


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//e.example", "https://a b"]
)
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    summary = example()
    sources = tuple(dataclasses.replace(source, url=url) for source in summary.sources)
    page = read(html.page(dataclasses.replace(summary, sources=sources)))
    assert all(link.attributes["href"].startswith("#") for link in page.all("a"))


@pytest.mark.parametrize("form", ["html", "markdown", "csv"])
@pytest.mark.parametrize("words", [*ATTACKS, "", " ", "x" * 5000, "half \ud800 of it"])
def test_any_words_anywhere_stay_words(form: str, words: str) -> None:
    summary = everywhere(hostile_workshop().summary, words)
    match form:
        case "html":
            text = html.page(summary)
            assert {node.tag for node in read(text).all()} <= INERT
        case "markdown":
            text = markdown.page(summary)
            assert_inert_markdown(text)
        case _:
            text = table.rows(summary)
    assert active_character(text.replace("\n", "")) is None


@pytest.mark.parametrize("language", ["", 'en" onload="x', "x" * 50])
def test_a_language_that_is_none_is_not_repeated(language: str) -> None:
    page = html.page(dataclasses.replace(example(), language=language))
    assert read(page).one("html").attributes["lang"] == "en-GB"


# ------------------------------------------------------------------ Markdown


def assert_inert_markdown(text: str) -> None:
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        assert token.type != "html_block"
        for inner in token.children or ():
            assert inner.type not in {"html_inline", "image", "code_inline", "s_open"}
            if inner.type == "link_open":
                assert str(inner.attrs["href"]).startswith(("http://", "https://"))


def test_markdown_shows_what_is_hostile_and_runs_none_of_it() -> None:
    text = markdown.page(hostile_workshop().summary)
    assert_inert_markdown(text)
    shown = MarkdownIt("commonmark").enable("table").render(text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "[click](javascript:alert(1))" in shown


@given(st.text())
def test_any_text_is_one_inert_paragraph_of_markdown_that_reads_as_it_was(words: str) -> None:
    tokens = MarkdownIt("commonmark").parse(markdown.escaped(words))
    told = " ".join(sanitize(words).split())
    if not told:
        assert [token.type for token in tokens] == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inner = tokens[1].children or []
    assert {part.type for part in inner} <= {"text", "text_special"}
    assert " ".join("".join(part.content for part in inner).split()) == told


@given(st.text(st.sampled_from("a# \\\t\u00a0")))
@example_of("Unit #")
@example_of("Unit ## #")
def test_any_text_is_a_heading_of_markdown_that_reads_as_it_was(words: str) -> None:
    """Hashes at the end of a heading would close it, and be gone."""
    told = " ".join(sanitize(words).split())
    tokens = MarkdownIt("commonmark").parse(f"# {markdown.escaped(words)}")
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    inner = tokens[1].children or []
    assert " ".join("".join(part.content for part in inner).split()) == told


def test_markdown_can_be_laid_side_by_side() -> None:
    text = markdown.page(example())
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_a_change_in_one_item_changes_only_its_lines() -> None:
    summary = example()
    first, *others = summary.settle.shown
    changed = dataclasses.replace(first, because="Another reason.")
    settle = dataclasses.replace(summary.settle, shown=(changed, *others))
    before = markdown.page(summary).split("\n")
    after = markdown.page(dataclasses.replace(summary, settle=settle)).split("\n")
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


# ------------------------------------------------------------------ CSV

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_a_row_for_everything_that_is_said() -> None:
    summary = example()
    kinds = [row["kind"] for row in read_table(table.rows(summary))]
    assert kinds.count("hard stop") + kinds.count("roadblock") == len(summary.settle.shown)
    assert kinds.count("in your favour") == len(summary.favour.shown)
    assert kinds.count("find out") == len(summary.find_out.shown)
    assert kinds.count("notice") == len(summary.notices.shown)
    assert kinds.count("step") == len(summary.plan)


def test_a_row_says_what_its_finding_says() -> None:
    item = example().settle.shown[0]
    row = read_table(table.rows(example()))[0]
    assert item.next is not None
    assert (row["kind"], row["order"], row["id"]) == ("hard stop", "1", item.id)
    assert (row["title"], row["because"], row["note"]) == (item.title, item.because, item.noted)
    assert (row["next"], row["who"], row["effort"]) == (
        item.next.do,
        item.next.who,
        item.next.effort,
    )
    assert row["sources"].split() == list(item.cites)


def test_no_cell_is_a_formula() -> None:
    cells = [
        cell for row in read_table(table.rows(hostile_workshop().summary)) for cell in row.values()
    ]
    assert [cell for cell in cells if cell.strip().startswith(FORMULA)] == []
    assert sum(cell.startswith("'") for cell in cells) > 5


def test_programs_get_cells_as_they_are() -> None:
    cells = [c for row in read_table(table.rows(hostile().summary, raw=True)) for c in row.values()]
    assert any(cell.startswith("=HYPERLINK") for cell in cells)
    assert not any(cell.startswith("'") for cell in cells)


@pytest.mark.parametrize("words", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "\uff1d1"])
def test_whatever_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(words: str) -> None:
    summary = everywhere(hostile().summary, words)
    for row in read_table(table.rows(summary)):
        assert row["order"].isdigit()
        assert row["id"].startswith("'")
        assert row["title"].startswith("'")


# ------------------------------------------------------------------ Word


def test_the_paper_has_headings_tables_and_the_caution() -> None:
    made = Document(io.BytesIO(paper()))
    headings = [p.text for p in made.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings[:3] == ["Where it stands", "To settle", "In your favour"]
    assert {"Themes", "Next steps", "What this rests on", "Sources"} <= set(headings)
    assert example().caution in [p.text for p in made.paragraphs]
    assert len(made.tables) == 5
    for drawn in made.tables:
        assert drawn.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None  # noqa: SLF001


def test_every_column_of_a_table_is_named() -> None:
    """A voice that reads a cell says first what its column is called."""
    made = Document(io.BytesIO(docx.paper(room().summary, AT)))
    heads = [[cell.text for cell in drawn.rows[0].cells] for drawn in made.tables]
    assert heads
    assert all(map(all, heads))
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown.page(room().summary))
    named = [after.content for before, after in pairwise(tokens) if before.type == "th_open"]
    assert named
    assert all(named)


def test_every_picture_in_the_paper_has_words() -> None:
    made = Document(io.BytesIO(paper()))
    drawn = made.element.body.xpath(".//wp:docPr")
    told = [f"{theme.title}: {theme.known}" for theme in example().themes if theme.low is not None]
    assert [picture.get("descr") for picture in drawn] == told
    assert len({picture.get("id") for picture in drawn}) == len(drawn)


def test_the_same_paper_is_the_same_bytes_whenever_it_is_made() -> None:
    with zipfile.ZipFile(io.BytesIO(paper())) as package:
        assert {part.date_time[0] for part in package.infolist()} == {1980}
    assert docx.paper(example(), AT) == paper()


def test_the_pictures_in_the_paper_are_pictures() -> None:
    with zipfile.ZipFile(io.BytesIO(paper())) as package:
        drawn = [package.read(name) for name in package.namelist() if name.endswith(".png")]
    assert drawn
    assert all(content.startswith(b"\x89PNG") for content in drawn)


def test_the_paper_leads_nowhere() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.paper(hostile_workshop().summary, AT))) as package:
        assert not any(
            b'TargetMode="External"' in package.read(name) for name in package.namelist()
        )


@pytest.mark.parametrize("words", ["\x1b]52;c;x\x07", "\ufffe\uffff\ufdd0", "\ud800", "<w:p/>", ""])
def test_the_paper_holds_any_words(words: str) -> None:
    text = outline(docx.paper(everywhere(hostile_workshop().summary, words), AT))
    assert active_character(text.replace("\n", "")) is None


def test_a_long_name_stands_whole_at_the_head_of_the_paper() -> None:
    """What the file says of itself holds 255 characters; a service may be called more."""
    long = "Library " * 60 + "Service"
    heading = dataclasses.replace(example().heading, service=long)
    made = Document(io.BytesIO(docx.paper(dataclasses.replace(example(), heading=heading), AT)))
    assert made.paragraphs[0].text == long
    assert made.core_properties.title == long[:255]


def test_attacks_reach_every_text_of_a_set() -> None:
    assert attacked({"title": "x", "id": "kept", "rungs": [{"label": "y"}]}) == {
        "title": ATTACKS[0],
        "id": "kept",
        "rungs": [{"label": ATTACKS[1]}],
    }


# ------------------------------------------------------------------ the questions on paper


def test_the_paper_asks_everything_in_order_with_its_ladder() -> None:
    told = report.read(ROOT / "examples" / "bryn-library-service.json", None)
    chosen, page = told.question_set, page_of("paper-example")
    asked = page.all("article")
    assert len(asked) == len(chosen.circumstances) + len(chosen.questions)
    in_order = [*chosen.circumstances] + [q for t in chosen.themes for q in chosen.of_theme(t.id)]
    for article, thing in zip(asked, in_order, strict=True):
        assert thing.ask in article.one("h3").text
    first = asked[len(chosen.circumstances)]
    keys = [item.all("span")[1].text for item in first.all("li")]
    assert keys == [f"{n + 1}." for n in range(len(chosen.questions[0].rungs))] + ["0.", "8.", "9."]


def test_what_clears_a_stop_is_asked_what_it_rests_on() -> None:
    page = page_of("paper-example")
    vote = next(
        a for a in page.all("article") if a.all("code") and a.one("code").text == "staff.vote"
    )
    assert "If you ticked 5, what does that rest on?" in vote.text


def test_what_is_asked_only_of_some_says_when_not_to_answer() -> None:
    """Who does not know the fact is asked: it may be what stops it."""
    page = page_of("paper-example").text
    assert "Answer unless you know that fact 7 is not “Yes, at least one”." in page
    assert "Answer unless you know that fact 11 is “It has already left”." in page
    assert "Only if" not in page
    assert (
        "Where a question names a fact or an answer that you do not know, answer the question."
        in page.split("Fact 1.")[0]
    )


def asked_unless(when: dict[str, Any]) -> str:
    """What the paper says of a question that is asked under this condition."""
    data = small_set()
    data["questions"][2]["when"] = when
    chosen = QuestionSet.model_validate(data)
    page = read(questionnaire_html.page(chosen, chosen.themes, quick=False, made_with="A set."))
    asked = next(a for a in page.all("article") if "How far is in-house?" in a.text)
    return asked.all("p")[0].text.removeprefix("money.in-house · Answer unless you know that ")


LEFT, LGPS = {"launch": {"is": "left"}}, {"pension-schemes": {"has": "lgps"}}
NHS = {"pension-schemes": {"has": "nhs"}}


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (
            {"all": [{"not": LEFT}, {"any": [LGPS, NHS]}]},
            "fact 7 is “Left”, or (fact 3 does not include “Lgps”, and fact 3 does not include “Nhs”).",
        ),
        (
            {"any": [{"all": [{"not": LEFT}, LGPS]}, NHS]},
            "(fact 7 is “Left”, or fact 3 does not include “Lgps”), and fact 3 does not include “Nhs”.",
        ),
        (
            {"not": {"any": [LEFT, {"all": [LGPS, NHS]}]}},
            "fact 7 is “Left”, or (fact 3 includes “Lgps”, and fact 3 includes “Nhs”).",
        ),
        (
            {"all": [{"not": LEFT}, {"all": [LGPS, {"any": [NHS]}]}]},
            "fact 7 is “Left”, or fact 3 does not include “Lgps”, or fact 3 does not include “Nhs”.",
        ),
        (
            {"nation": {"in": ["england", "wales"]}},
            "fact 1 is neither “England” nor “Wales”.",
        ),
        ({"people": {"at_least": "10"}}, "fact 4 is below “10”."),
        ({"people": {"below": "10"}}, "fact 4 is “10” or more."),
    ],
    ids=["all-any", "any-all", "not-any-all", "all-all", "in", "at-least", "below"],
)
def test_when_not_to_answer_can_be_read_in_one_way_only(when: dict[str, Any], words: str) -> None:
    assert asked_unless(when) == words


@pytest.mark.parametrize("moment", [0.0, -86400.0, 315_532_000.0, 4_400_000_000.0])
def test_a_word_document_is_made_whatever_the_clock_says(moment, monkeypatch):
    """A computer whose clock was never set stands in 1970; ZIP begins in 1980 and ends in 2107."""
    expected = docx.paper(example(), AT)
    monkeypatch.setattr("time.time", lambda: moment)
    assert docx.paper(example(), AT) == expected
