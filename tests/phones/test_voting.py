"""Voting by phone against the real server: what is counted, and what a phone sees."""

import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.phone_clients import BALLOT, LADDER
from spinout_cli.phones.ballot_box import REVEAL_DELAY, Ballot, BallotBox, ShownResult
from spinout_cli.workshop.vote_parser import Tally


def test_a_vote_is_given_changed_and_counted_once(box, phone):
    first, second = phone(), phone()
    assert first.page().title == "Join the vote"
    assert first.join().title == "You have joined"
    second.join()
    box.open(BALLOT)
    assert first.page().title == "Does the council agree?"
    assert "Your vote is in." in first.vote(0).text
    page = first.vote(2)
    assert 'value="2" checked' in page.text
    assert page.text.count("checked") == 1
    second.vote(3)
    assert box.cast() == 2
    assert box.close() == {"": Tally((0, 0, 1), 1)}
    assert box.cast() == 0


def test_a_reload_a_lost_connection_and_a_second_tab_are_one_seat(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(1)
    tab = phone()
    tab.cookie = one.cookie
    assert 'value="1" checked' in tab.page().text
    assert tab.join().view.startswith("vote-")
    tab.vote(2)
    assert box.cast() == 1
    assert box.close()[""].counts == (0, 0, 1)


def test_groups_are_told_apart_and_who_would_rather_not_say_counts_in_the_whole(box, phone):
    box.set_groups(("staff", "managers"))
    phones = [phone() for _ in range(3)]
    assert "I would rather not say" in phones[0].page().text
    for each, group in zip(phones, ("staff", "managers", "no such group"), strict=True):
        each.join(group)
    box.open(BALLOT)
    for place, each in enumerate(phones):
        each.vote(place)
    assert box.close() == {
        "staff": Tally((1, 0, 0)),
        "managers": Tally((0, 1, 0)),
        "": Tally((0, 0, 1)),
    }


def test_a_group_that_is_no_more_is_asked_again(box, phone):
    box.set_groups(("staff", "managers"))
    one, two = phone(), phone()
    one.join("staff")
    two.join("managers")
    box.set_groups(("staff", "users"))
    assert one.page().view == "wait"
    assert two.page().title == "Which group are you in?"
    two.send("group", group="users")
    box.open(BALLOT)
    two.vote(0)
    assert box.close() == {"users": Tally((1, 0, 0))}


def test_a_late_joiner_votes_in_what_is_open_and_one_too_late_is_told(box, phone):
    early = phone()
    early.join()
    box.open(BALLOT)
    late = phone()
    assert late.join().title == BALLOT.ask
    stale = early.page()
    late.vote(1)
    assert box.close()[""].counts == (0, 1, 0)
    box.open(Ballot("Another question", LADDER))
    answer = early.send("vote", vote=1, place=0)
    assert answer.status == 409
    assert "came too late" in answer.text
    assert stale.title != answer.title == "Another question"
    assert box.cast() == 0


def test_a_vote_that_is_opened_again_is_a_fresh_one(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(1)
    box.open(BALLOT)
    page = one.page()
    assert "checked" not in page.text
    assert "Your vote is in" not in page.text
    assert one.send("vote", vote=1, place=1).status == 409
    assert box.close() == {}


def test_handing_the_phone_on_makes_a_seat_of_its_own(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(0)
    before = one.cookie
    assert one.send("leave").title == "Join the vote"
    assert one.cookie == ""
    assert "checked" not in one.join().text.replace('value="" checked', "")
    one.vote(1)
    owner = phone()
    owner.cookie = before
    assert owner.page().title == "Join the vote"
    assert box.presence().here == 1
    assert box.cast() == 2
    assert box.close()[""].counts == (1, 1, 0)


def test_phones_show_the_spread_after_the_wall(phone, box):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(0)
    box.close()
    box.show(ShownResult(BALLOT, (1, 0, 0, 0), ("Agreed: A.",)))
    closed = one.page()
    assert closed.title == "The vote has closed"
    assert "Agreed" not in closed.text
    revision = one.ask("GET", f"/{one.word}/revision").text
    time.sleep(REVEAL_DELAY + 0.3)
    assert one.ask("GET", f"/{one.word}/revision").text != revision
    page = one.page()
    assert "<td>1</td>" in page.text
    assert "Agreed: A." in page.text


def test_a_warm_up_says_that_it_is_not_kept(box, phone):
    one = phone()
    one.join()
    box.open(Ballot("Tea or coffee?", LADDER, warm_up=True))
    assert "It is not kept." in one.page().text


def test_phones_are_turned_off_and_on_with_votes_kept(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(2)
    box.pause(paused=True)
    assert one.page().title == "Phones are off for now"
    assert one.send("vote", vote=1, place=0).status == 409
    box.pause(paused=False)
    assert 'value="2" checked' in one.page().text


def test_a_new_word_unseats_everybody(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    one.vote(2)
    before, word = one.word, box.unseat()
    assert word != before
    assert one.page().status == 404
    assert box.cast() == box.presence().here == 0
    one.word = word
    assert one.page().title == "Join the vote"


def test_a_phone_that_is_silent_has_lost_touch_and_keeps_its_vote():
    now = [0.0]
    box = BallotBox(clock=lambda: now[0])
    token = box.join()
    box.open(BALLOT)
    box.vote(token, 1, 0)
    assert (box.presence().here, box.presence().lost) == (1, 0)
    now[0] = 60.0
    assert (box.presence().here, box.presence().lost) == (0, 1)
    assert box.cast() == 1
    box.touch(token)
    assert box.presence().here == 1


def test_no_choice_is_told_in_words(box, phone):
    one = phone()
    one.join()
    box.open(BALLOT)
    answer = one.send("vote", vote=1)
    assert answer.status == 422
    assert "Choose one of the answers" in answer.text
    assert one.send("vote", vote=1, place=99).status == 422
    assert box.cast() == 0


def test_sixty_phones_vote_at_once_and_change_their_minds(box, phone):
    phones = [phone() for _ in range(60)]

    def use(number):
        each = phones[number]
        each.join()
        for place in (0, 1, number % 4):
            assert each.vote(place).status == 200

    box.open(BALLOT)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(use, range(60)))
    assert box.close() == {"": Tally((15, 15, 15), 15)}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3))))
def test_the_last_vote_of_each_seat_is_what_counts(votes):
    """Whatever the order: each seat counts once, with what it chose last."""
    box = BallotBox()
    seats = [box.join() for _ in range(6)]
    box.open(BALLOT)
    last = {}
    for seat, place in votes:
        box.vote(seats[seat], 1, place)
        last[seat] = place
    counts = [list(last.values()).count(place) for place in range(4)]
    tally = Tally(tuple(counts[:3]), counts[3])
    assert box.close() == ({"": tally} if last else {})
