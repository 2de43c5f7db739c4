"""The pages of a phone in a real browser: every state, with and without script, awake and asleep."""

import os
import re
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from browser.chromium import opened
from helpers.phone_clients import BALLOT, LADDER, Phone
from spinout_cli.phones.ballot_box import Ballot, BallotBox, ShownResult
from spinout_cli.phones.server import PhoneServer

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('button, input:not([type=hidden])')].filter(each => {
    const box = each.getBoundingClientRect(); return box.width < 24 || box.height < 24}).length"""
VIEWS = {
    "phone": {"width": 360},
    "narrow": {"width": 320},
    "dark": {"width": 360, "dark": True},
    "large": {"width": 1280, "scale": 4},
}


@pytest.fixture(scope="module")
def page():
    with opened() as browser:
        browser._send("Accessibility.enable")  # noqa: SLF001  (the pipe's own)
        yield browser


@pytest.fixture
def room(page):
    box = BallotBox()
    server = PhoneServer(box, "127.0.0.1", 0)
    server.start()
    page.scripts(on=True)
    yield SimpleNamespace(box=box, server=server, address=server.address)
    page.visit("about:blank", width=360)
    server.stop()


def until(page, script, seconds=10.0):
    """Wait until something is so on the page."""
    end = time.monotonic() + seconds
    while not page.run(script):
        assert time.monotonic() < end, f"{script}\n{page.run('document.body.innerText')}"
        time.sleep(0.05)


def heading(page, words):
    until(page, f"document.querySelector('h1')?.textContent == {words!r}")


def press_button(page, words):
    """Tap the button with these words."""
    box = page.run(
        f"""(() => {{ const b = [...document.querySelectorAll('button')].find(each =>
        each.textContent == {words!r}); b.scrollIntoView({{block: 'center'}});
        const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }})()"""
    )
    page.click(*box)


def choose(page, number):
    page.run(f"document.querySelectorAll('input[type=radio]')[{number}].click()")


def join(page, room, **view):
    page.visit(room.address, **(view or VIEWS["phone"]))
    press_button(page, "Join")
    heading(page, "You have joined")


def checked(page):
    """Check the page as it stands with axe, and that it fits and can be tapped."""
    axe = Path(os.environ["SPINOUT_AXE"]).read_text("utf-8")
    page.run(f"{axe}; 0")
    found = page.run(
        f"axe.run({{runOnly: {RULES}}}).then(told => told.violations.map(v => "
        "v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))"
    )
    assert found == []
    assert page.run(FITS)
    assert page.run(SMALL) == 0


@pytest.mark.parametrize("view", VIEWS)
def test_every_state_is_accessible(page, room, view):
    box = room.box
    box.set_groups(("staff", "managers"))
    page.visit(room.address, **VIEWS[view])
    checked(page)
    press_button(page, "Join")
    heading(page, "You have joined")
    checked(page)
    box.open(BALLOT)
    heading(page, BALLOT.ask)
    checked(page)
    press_button(page, "Give my vote")
    until(page, "document.body.innerText.includes('Choose one of the answers')")
    checked(page)
    choose(page, 1)
    press_button(page, "Give my vote")
    until(page, "document.body.innerText.includes('Your vote is in.')")
    checked(page)
    box.close()
    box.show(ShownResult(BALLOT, (0, 1, 0, 0), ("Agreed: B.",)))
    heading(page, "The vote has closed")
    checked(page)
    until(page, "!!document.querySelector('table')")
    checked(page)
    box.pause(paused=True)
    heading(page, "Phones are off for now")
    checked(page)
    box.pause(paused=False)
    box.set_groups(("users", "managers"))
    until(page, "document.querySelector('h1').textContent != 'Phones are off for now'")
    box.unseat()
    page.visit(room.address + "x", **VIEWS[view])
    heading(page, "This code is not in use")
    checked(page)


def test_a_screen_reader_is_told_what_changed_and_focus_moves(page, room):
    join(page, room)
    room.box.open(BALLOT)
    heading(page, BALLOT.ask)
    assert page.run("document.activeElement.tagName") == "H1"
    assert page.run("document.querySelector('[role=status]').textContent") == BALLOT.ask
    told = page.spoken()
    assert f"heading: {BALLOT.ask}" in told
    assert "group: Your answer" in told
    assert "radio: B A first talk" in told
    assert "radio: I don't know" in told
    assert "button: Give my vote" in told
    choose(page, 0)
    press_button(page, "Give my vote")
    until(page, "document.querySelector('[role=status]').textContent.startsWith('Your vote is in')")
    room.box.close()
    room.box.show(ShownResult(BALLOT, (1, 0, 0, 0)))
    until(page, "!!document.querySelector('table')")
    told = page.spoken()
    assert "rowheader: A Nothing yet" in told
    assert any(words.startswith("table: How the room voted") for words in told)


def test_the_keyboard_alone_gives_a_vote_and_arrows_give_none(page, room):
    join(page, room)
    room.box.open(BALLOT)
    heading(page, BALLOT.ask)
    page.key("Tab")
    page.key(" ")
    page.key("ArrowDown")
    time.sleep(0.3)
    assert room.box.cast() == 0
    page.key("Tab")
    page.key("Enter")
    until(page, "document.body.innerText.includes('Your vote is in.')")
    assert room.box.close()[""].counts == (0, 1, 0)


def test_it_works_with_script_off(page, room):
    page.scripts(on=False)
    page.visit(room.address, width=360)
    loaded(page, "Join", "You have joined")
    room.box.open(BALLOT)
    loaded(page, "Check for the next step", "Give my vote")
    page.run("document.querySelectorAll('input[type=radio]')[2].checked = true")
    loaded(page, "Give my vote", "Your vote is in.")
    assert room.box.cast() == 1
    loaded(page, "Hand this phone on", "Join the vote")
    assert room.box.close()[""].counts == (0, 0, 1)


def loaded(page, button, words):
    """Tap a button until another page has come: one that has not been drawn takes no tap."""
    end = time.monotonic() + 10
    while words not in page.run("document.body?.innerText ?? ''"):
        assert time.monotonic() < end, page.run("document.body.innerText")
        if page.run(
            f"[...document.querySelectorAll('button')].some(b => b.textContent == {button!r})"
        ):
            press_button(page, button)
        time.sleep(0.5)


def test_reload_back_and_a_second_visit_keep_the_seat(page, room):
    join(page, room)
    room.box.open(BALLOT)
    heading(page, BALLOT.ask)
    choose(page, 1)
    press_button(page, "Give my vote")
    until(page, "document.body.innerText.includes('Your vote is in.')")
    for _ in range(3):
        page.visit(room.address, width=360)
        until(page, "document.querySelectorAll('input[type=radio]')[1]?.checked")
    page.visit("about:blank", width=360)
    page.run("history.back()")
    until(page, "document.querySelectorAll('input[type=radio]')[1]?.checked")
    assert room.box.cast() == 1


def test_a_choice_that_is_not_given_yet_is_not_taken_away(page, room):
    """What others do, and beats of the stream, change nothing on a page that is being filled in."""
    join(page, room)
    room.box.open(BALLOT)
    heading(page, BALLOT.ask)
    choose(page, 2)
    with closing(Phone(room.server, room.box.word)) as other:
        other.join()
        other.vote(0)
    time.sleep(1)
    assert page.run("document.querySelectorAll('input[type=radio]')[2].checked")


def test_offline_and_online_again(page, room):
    join(page, room)
    page.offline(off=True)
    room.box.open(BALLOT)
    page.run("window.dispatchEvent(new Event('online'))")
    until(page, "document.body.innerText.includes('cannot reach the laptop')")
    page.offline(off=False)
    page.run("window.dispatchEvent(new Event('online'))")
    heading(page, BALLOT.ask)
    until(page, "!document.body.innerText.includes('cannot reach the laptop')")


def test_a_phone_that_slept_asks_again(page, room):
    join(page, room)
    page.freeze(frozen=True)
    room.box.open(BALLOT)
    room.box.close()
    room.box.open(Ballot("Another question", LADDER))
    page.freeze(frozen=False)
    page.run("document.dispatchEvent(new Event('visibilitychange'))")
    heading(page, "Another question")


def test_nothing_is_fetched_from_elsewhere_and_nothing_complained_of(page, room):
    join(page, room)
    room.box.open(BALLOT)
    heading(page, BALLOT.ask)
    own = re.escape(f"http://127.0.0.1:{room.server.port}/")
    assert all(re.match(f"{own}|data:", each) for each in page.requests)
    assert page.complaints == []
