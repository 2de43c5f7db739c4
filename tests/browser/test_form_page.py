"""The page of `delegate --page` in a real browser: answered by keyboard, saved, reopened, gathered."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.chromium import Page, opened
from browser.test_browser import RULES, STRICT
from helpers.hostile_texts import hostile
from helpers.pseudo_terminal import session as session_in
from spinout_cli.commands import assess, delegate, gather, session_start
from spinout_cli.documents.answers import AnswerSheet, Service, SetRef
from spinout_cli.question_set import loader
from spinout_cli.reports import form_html

pytestmark = pytest.mark.browser

THEMES = ("pensions", "employment")
ASKED = [q for q in loader.load(None).set.questions if q.theme in THEMES]
CATCH = "URL.createObjectURL = blob => { window.caught = blob.text(); return '#'; };"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with opened() as browser:
        yield browser


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    path = tmp_path / "lead.spinout"
    given = tmp_path / "given.json"
    given.write_text(
        json.dumps(
            {
                "format": "spinout.answers/1",
                "service": {"id": "s1", "name": "Bryn"},
                "circumstances": {"pension-schemes": ["lgps"]},
                "answers": {},
            }
        )
    )
    assess.assess(
        session_start.Request(
            file=path,
            depth=None,
            themes=(),
            answers=str(given),
            old=None,
            no_input=True,
            plain=True,
            colour=False,
            questions=None,
        )
    )
    return path


@pytest.fixture
def form(lead: Path, tmp_path: Path) -> Path:
    path = tmp_path / "hr.html"
    delegate.delegate(delegate.Request(lead, THEMES, "HR lead", str(path), "By Friday", page=True))
    return path


def complaints(page: Page) -> list[str]:
    page.run(Path(os.environ["SPINOUT_AXE"]).read_text(encoding="utf-8"))
    page.run(f"axe.configure({STRICT})")
    return page.run(
        f"axe.run({{runOnly: {RULES}}}).then(r => r.violations.concat(r.incomplete).flatMap("
        "v => v.nodes.map(n => v.id + ' ' + n.target + ': ' + n.failureSummary)))"
    )


def tab_to(page: Page, selector: str) -> None:
    for _ in range(400):
        page.key("Tab")
        if page.run(f"document.activeElement.matches({json.dumps(selector)})"):
            return
    raise AssertionError(selector)


def save(page: Page) -> dict:
    page.run(CATCH)
    tab_to(page, "#save")
    page.key("Enter")
    return json.loads(page.run("window.caught"))


def write(page: Page, selector: str, words: str) -> None:
    page.run(f"document.querySelector({json.dumps(selector)}).focus()")
    page.run(f"document.execCommand('insertText', false, {json.dumps(words)})")


def reopen(page: Page, text: str) -> None:
    page.run(
        "(() => { const files = new DataTransfer();"
        f"files.items.add(new File([{json.dumps(text)}], 'a.json'));"
        "const field = document.getElementById('load'); field.files = files.files;"
        "field.dispatchEvent(new Event('change', {bubbles: true}));"
        "return new Promise(done => setTimeout(done, 200)); })()"
    )


@pytest.mark.parametrize(
    ("width", "dark"), [(1100, False), (1100, True), (360, False), (360, True)]
)
def test_axe_finds_nothing_in_any_state(page: Page, form: Path, width: int, dark: bool) -> None:  # noqa: FBT001
    page.show(form, width=width, dark=dark)
    assert complaints(page) == []
    assert page.run("document.documentElement.scrollWidth") <= width
    page.run(
        "for (const box of document.querySelectorAll('input[value=not-applicable]')) box.click();"
        "for (const part of document.querySelectorAll('details')) part.open = true;"
    )
    assert complaints(page) == []
    page.run("for (const box of document.querySelectorAll('input[data-clears]')) box.click()")
    assert complaints(page) == []
    save(page)


def test_it_asks_for_nothing_and_needs_no_network(page: Page, form: Path) -> None:
    page.show(form, width=1100)
    assert page.requests == [form.as_uri()]
    assert page.complaints == []
    assert page.run("performance.getEntriesByType('resource').length") == 0
    assert page.run("document.querySelectorAll('[data-question]').length") == len(ASKED)


def test_answered_by_keyboard_saved_opened_again_finished_and_gathered(
    page: Page, form: Path, lead: Path, tmp_path: Path
) -> None:
    page.show(form, width=1100)
    tab_to(page, "input[data-part=answer]")
    first = page.run("document.activeElement.closest('[data-question]').dataset.question")
    page.key(" ")
    write(page, "#question-1 textarea[data-part=note]", "From <b>the fund</b>")
    half = save(page)
    question = loader.load(None).set.question[first]
    assert half["answers"][first]["rung"] == question.ladder[0]
    assert half["answers"][first]["note"] == "From <b>the fund</b>"
    assert list(half["answers"]) == [first]
    assert AnswerSheet.model_validate(half).role == "HR lead"

    page.show(form, width=360)
    reopen(page, json.dumps(half))
    assert page.run("document.getElementById('status').textContent").startswith("1 of ")
    page.run(
        "[...document.querySelectorAll('[data-question]')].slice(1).forEach((q, n) => q"
        ".querySelector(n === 0 ? 'input[value=not-applicable]' : 'input[value=unknown]').click())"
    )
    assert len(page.run("[...document.querySelectorAll('#open li')].map(l => l.textContent)")) == 1
    write(page, "#question-2 textarea[data-part=reason]", "All are in another scheme")
    assert "Every question" in page.run("document.getElementById('status').textContent")
    whole = save(page)
    assert whole["session"] == half["session"]
    assert whole["answers"][first] == half["answers"][first]
    back = tmp_path / "back.json"
    back.write_text(json.dumps(whole))
    gather.gather(gather.Request(lead, (back,)))
    now = session_in(lead)
    assert len(now.answers) == len(ASKED)
    assert now.answers[first].by == "HR lead"
    assert now.notes[first] == "From <b>the fund</b>"
    before = lead.read_bytes()
    gather.gather(gather.Request(lead, (back,)))
    assert lead.read_bytes() == before


def test_a_rung_that_clears_a_stop_is_a_belief_until_it_is_said_what_it_rests_on(
    page: Page, form: Path
) -> None:
    page.show(form, width=1100)
    page.run("document.querySelector('input[data-clears]').click()")
    (answer,) = save(page)["answers"].values()
    assert answer["basis"] == "think"
    page.run("document.querySelector('.basis:not([hidden]) input[value=seen]').click()")
    (answer,) = save(page)["answers"].values()
    assert answer["basis"] == "seen"


@pytest.mark.parametrize(
    "text",
    ["{", "null", "[]", '{"format": "other"}', '{"format": "spinout.answers/1", "answers": null}'],
)
def test_a_file_that_holds_no_answers_changes_nothing(page: Page, form: Path, text: str) -> None:
    page.show(form, width=1100)
    page.run("document.querySelector('input[value=unknown]').click()")
    before = save(page)["answers"]
    reopen(page, text)
    assert "Nothing has changed" in page.run("document.getElementById('status').textContent")
    assert save(page)["answers"] == before


def test_without_scripts_it_is_the_questionnaire(page: Page, form: Path) -> None:
    page.scripts(on=False)
    try:
        page.show(form, width=1100)
        assert page.run("getComputedStyle(document.getElementById('save')).display")
        assert page.run("document.getElementById('save').offsetParent === null")
        assert page.run("document.querySelector('.without-script').offsetParent !== null")
        assert page.run("document.querySelector('.basis').offsetParent !== null")
    finally:
        page.scripts(on=True)


def test_hostile_texts_do_nothing(page: Page, tmp_path: Path) -> None:
    chosen = hostile().question_set
    ref = SetRef(id=chosen.id, version='"><script>hurt=1</script>', digest="0")
    mine = form_html.FormFor(
        role="</script><img src=x onerror=hurt=1>",
        message="<script>hurt=1</script>",
        ref=ref,
        service=Service(id="s", name="' onload='hurt=1"),
        depth="full",
        file="a.json",
    )
    text = form_html.page(mine, chosen.themes, chosen.questions, lambda _: (), "en-GB")
    path = tmp_path / "hostile.html"
    path.write_text(text, encoding="utf-8")
    page.show(path, width=1100)
    assert page.run("typeof hurt") == "undefined"
    assert page.requests == [path.as_uri()]
    assert page.run("document.scripts.length") == 1
    save(page)
