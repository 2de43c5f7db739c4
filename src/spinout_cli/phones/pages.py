"""HTML pages of a phone, one for each state; they work without script."""

from html import escape

from spinout_cli.interview.slide import DONT_KNOW_MARK
from spinout_cli.phones.ballot_box import WHOLE_ROOM, Ballot, SeatState, ShownResult

_PAPER = "If you would rather not use a phone, vote on a paper slip. It counts the same."
_WIFI = (
    "Your vote goes to the laptop in this room and nowhere else. It is not encrypted on the way: "
    "whoever controls the Wi-Fi could read it."
)
_NO_CHOICE = "Choose one of the answers, then give your vote."
_STAYS = (
    "Does somebody else need this phone? A vote you have given stays in, and after that can no "
    "longer be changed. The next person joins and votes as themselves."
)


def join_page(word: str, groups: tuple[str, ...]) -> str:
    """Return the page that a phone without a seat is shown."""
    body = (
        "<p>You vote unseen. We ask for no name and keep none.</p>"
        f'<form method="post" action="/{word}/join">{_group_choice(groups)}'
        '<button type="submit">Join</button></form>'
        f"<p>{_PAPER}</p><p>{_WIFI}</p>"
    )
    return _page(word, "Join the vote", "join", 0, body)


def state_page(word: str, state: SeatState, problem: str = "") -> str:
    """Return the page for what a seat may know now."""
    title, view, body = _state(word, state, problem)
    return _page(word, title, view, state.revision, body + _hand_on(word))


def _state(word: str, state: SeatState, problem: str) -> tuple[str, str, str]:
    again = _check_again(word)
    if state.group is None:
        return "Which group are you in?", "group", _group_form(word, state.groups)
    if state.paused:
        told = "<p>Votes are on paper for now. This page goes on when phones are on again.</p>"
        return "Phones are off for now", "off", told + again
    if state.ballot is not None:
        view = f"vote-{state.number}-{'' if state.own is None else state.own}"
        return state.ballot.ask, view, _vote(word, state, state.ballot, problem)
    if state.waits_for_result:
        told = "<p>Look at the wall. This page shows the result in a moment.</p>"
        return "The vote has closed", f"closed-{state.number}", told + again
    if state.result is not None:
        view = f"result-{state.number}-{len(state.result.remarks)}"
        return state.result.ballot.ask, view, _result(state.result) + again
    told = "<p>The next question will appear here. There is no hurry.</p>"
    return "You have joined", "wait", told + again


def message_page(title: str, words: str, word: str = "") -> str:
    """Return a page that says what happened and what to do."""
    return _page(word, title, "message", 0, f"<p>{escape(words)}</p>")


# ------------------------------------------------------------------ parts


def _vote(word: str, state: SeatState, ballot: Ballot, problem: str) -> str:
    told = ""
    if problem == "no-choice":
        told = f'<p id="problem" class="problem">{_NO_CHOICE}</p>'
    elif problem == "closed":
        told = '<p class="problem">The vote you gave came too late and was not counted. This is open now.</p>'
    elif state.own is not None:
        told = (
            '<p class="in"><strong>Your vote is in.</strong> You can change it until the vote '
            "closes.</p>"
        )
    warm = (
        "<p>This is a warm-up, to see that it works. It is not kept.</p>" if ballot.warm_up else ""
    )
    aloud = f"<p>{escape(ballot.aloud)}</p>" if ballot.aloud else ""
    rows = "".join(_place(n, *place, own=state.own == n) for n, place in enumerate(ballot.places))
    button = "Give my vote" if state.own is None else "Change my vote"
    return (
        f'{told}{warm}{aloud}<form method="post" action="/{word}/vote">'
        f'<input type="hidden" name="vote" value="{state.number}">'
        f'<fieldset><legend>Your answer</legend>{rows}</fieldset><button type="submit">{button}</button></form>'
    )


def _place(number: int, letter: str, label: str, *, own: bool) -> str:
    mark = "" if letter == DONT_KNOW_MARK else f"<b>{escape(letter)}</b> "
    checked = " checked" if own else ""
    return (
        f'<div class="choice"><input type="radio" name="place" id="place-{number}" '
        f'value="{number}"{checked}><label for="place-{number}">{mark}{escape(label)}</label></div>'
    )


def _result(result: ShownResult) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_lettered(letter, label)}</th><td>{count}</td></tr>'
        for (letter, label), count in zip(result.ballot.places, result.counts, strict=True)
    )
    remarks = "".join(f"<p>{escape(words.strip())}</p>" for words in result.remarks)
    warm = "<p>This was a warm-up. It is not kept.</p>" if result.ballot.warm_up else ""
    return (
        '<table><caption>How the room voted</caption><thead><tr><th scope="col">Answer</th>'
        f'<th scope="col">Votes</th></tr></thead><tbody>{rows}</tbody></table>{warm}{remarks}'
    )


def _lettered(letter: str, label: str) -> str:
    return escape(label) if letter == DONT_KNOW_MARK else f"{escape(letter)} {escape(label)}"


def _group_form(word: str, groups: tuple[str, ...]) -> str:
    return (
        f'<form method="post" action="/{word}/group">{_group_choice(groups)}'
        '<button type="submit">Go on</button></form>'
    )


def _group_choice(groups: tuple[str, ...]) -> str:
    if not groups:
        return ""
    names = [(name, name[:1].upper() + name[1:]) for name in groups]
    rows = "".join(
        f'<div class="choice"><input type="radio" name="group" id="group-{n}" '
        f'value="{escape(value)}"{" checked" if value == WHOLE_ROOM else ""}>'
        f'<label for="group-{n}">{escape(label)}</label></div>'
        for n, (value, label) in enumerate([*names, (WHOLE_ROOM, "I would rather not say")])
    )
    hint = "Groups of fewer than 5 are never shown apart. If you would rather not say, your vote counts in the whole room only."
    return f'<fieldset><legend>Your group</legend><p class="hint">{hint}</p>{rows}</fieldset>'


def _check_again(word: str) -> str:
    return f'<form method="get" action="/{word}"><button class="second">Check for the next step</button></form>'


def _hand_on(word: str) -> str:
    return (
        f'<form method="post" action="/{word}/leave" class="leave"><p>{_STAYS}</p>'
        '<button class="second" type="submit">Hand this phone on</button></form>'
    )


def _page(word: str, title: str, view: str, revision: int, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – workshop vote</title>"  # noqa: RUF001  (a dash)
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/phone.css">'
        '<script src="/phone.js" defer></script></head><body>'
        '<p id="told" role="status"></p>'
        f'<main data-word="{word}" data-view="{view}" data-revision="{revision}">'
        f'<h1 tabindex="-1">{escape(title)}</h1>{body}</main></body></html>'
    )
