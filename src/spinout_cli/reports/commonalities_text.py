"""Commonalities as text."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TypeVar

from spinout_cli.documents.commonalities import (
    Alike,
    Commonalities,
    Found,
    GroupRate,
    Kind,
    MovedQuestion,
    Prevalence,
    Rate,
    Separates,
    Together,
)
from spinout_cli.sanitize import sanitize
from spinout_cli.text import WIDTH, count_noun, headline

_Entry = TypeVar("_Entry")

BLOCKS = "█░"
"""What stdout must be able to carry for shares to be drawn as bars."""

SHOWN = 10
"""How many entries of each list are shown as text; JSON and HTML have all of them."""

_BAR = 10
KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("roadblock", "What blocks most", "No roadblock can be shown."),
    ("enabler", "What helps most", "Nothing that helps can be shown."),
    ("unknown", "What nobody knows", "Nothing of what is not known can be shown."),
)
TOO_FEW = "Fewer than 10 organisations are like it, so nothing is told of them."


def text(told: Commonalities, *, width: int = WIDTH, bars: bool = True) -> str:
    """Return it as lines of text.

    Args:
        told: what organisations have in common.
        width: how long a line may be.
        bars: whether shares are drawn as well as written.
    """
    return "\n".join(sanitize(line).rstrip() for line in _Page(told, width, bars=bars).lines())


def percent(rate: float) -> str:
    """Return a share in words: none or all only where it is none or all.

    >>> percent(0.4567), percent(0.004), percent(0.0)
    ('46%', 'under 1%', '0%')
    >>> percent(0.99), percent(299 / 300), percent(1.0)
    ('99%', 'over 99%', '100%')
    """
    words = f"{rate:.0%}"
    if words == "0%" and rate > 0:
        return "under 1%"
    return "over 99%" if words == "100%" and rate < 1 else words


def heading(told: Commonalities) -> str:
    """Return what it is about."""
    if told.counted is None:
        return "What fewer than 10 organisations have in common"
    return f"What {count_noun(told.counted, 'organisation')} have in common"


def stated(rate: Rate) -> str:
    """Return an interval, and what the share is a share of."""
    return f"{percent(rate.low)} to {percent(rate.high)}; {rate.count:,} of {rate.of:,}"


def chance(p: float) -> str:
    """Return a chance in words: more digits than these say nothing.

    >>> chance(0.031), chance(1e-9)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"  # noqa: PLR2004  (the least that is told)


def replies(told: Commonalities) -> str:
    """Return how many answered the questions, from the fewest to the most."""
    every = [each for each in told.prevalence if each.kind == "roadblock"]
    known = sorted((e.answered, e.id) for e in every if e.answered is not None)
    if not known:
        return "No question was answered by enough organisations to say how many."
    (least, rarest), (most, commonest) = known[0], known[-1]
    few = len(every) - len(known)
    note = f" Fewer than 10 answered {count_noun(few, 'question')}." if few else ""
    if least == most:
        return f"Each question was answered by {most:,}.{note}"
    return (
        f"Each question was answered by {least:,} ({rarest}) to {most:,} ({commonest}) of them; "
        f"every share says of how many it is.{note}"
    )


def left_out(told: Commonalities) -> str:
    """Return what was not counted and why; nothing if all was."""
    parts = [
        f"{'fewer than 10' if each.count is None else f'{each.count:,}'} ({each.reason})"
        for each in told.left_out
    ]
    return f"Left out: {', '.join(parts)}." if parts else ""


def withheld(told: Commonalities) -> str:
    """Return how much is not shown."""
    kept = told.suppressed
    parts = [
        f"{number:,} {words}"
        for number, words in (
            (kept.overall, "of the findings not shown at all"),
            (kept.groups, "counts of one group told only together with others"),
            (kept.pairs, "pairs not looked at for want of a stage that may be shown"),
        )
        if number
    ]
    return f"{kept.rule} Withheld: {', '.join(parts)}." if parts else kept.rule


def moves(told: Commonalities) -> list[MovedQuestion]:
    """Return the questions of which it may be told how many answers moved."""
    return [each for each in told.moved.questions if each.better or each.worse]


def none_moved(told: Commonalities) -> str:
    """Return what is said where there is no such question."""
    if told.moved.organisations is None:
        return "Fewer than 10 organisations answered more than once."
    return "No question has enough answers that moved to be shown."


def odds(pair: Together) -> str:
    """Return how strongly two findings go together."""
    high = "no end" if pair.high is None else f"{pair.high:.1f}"
    ratio = "without end" if pair.odds_ratio is None else f"{pair.odds_ratio:.1f}"
    return f"odds ratio {ratio} ({pair.low:.1f} to {high})"


def met(pair: Together) -> str:
    """Return how often two findings are met together."""
    return (
        f"{pair.both:,} of {pair.answered:,} have both ({percent(pair.support)}); "
        f"lift {pair.lift:.2f}; {chance(pair.p)}"
    )


class _Page:
    """Lays it out."""

    def __init__(self, told: Commonalities, width: int, *, bars: bool) -> None:
        self._told = told
        self._width = width
        self._bars = bars

    def lines(self) -> Iterator[str]:
        """Yield it line by line."""
        told = self._told
        yield from self._words(heading(told).upper())
        yield from self._words(told.notice)
        yield ""
        yield from self._words(replies(told))
        yield from self._words(left_out(told)) if told.left_out else ()
        for kind, title, empty in KINDS:
            found = [e for e in told.prevalence if e.kind == kind and e.overall is not None]
            yield from self._list(title, found, self._prevalence, empty)
        yield from self._list(
            "What goes together, among organisations as far along",
            told.together,
            self._pair,
            f"Of {count_noun(told.pairs, 'pair')} looked at, none goes together more than chance has it.",
        )
        yield from self._list(
            "What separates those that meet a roadblock",
            told.separates,
            self._separates,
            "No circumstance separates them more than chance has it.",
        )
        yield from self._list("What moved", moves(told), self._moved, none_moved(told))
        if told.like is not None:
            yield from self._alike(told.like)
        yield from ("", "WHAT THIS RESTS ON")
        yield from self._words(told.caution, "  ")
        yield from self._words(withheld(told), "  ")
        if told.working:
            yield from ("", *self._words(told.notice))

    def _words(self, words: str, lead: str = "") -> list[str]:
        """Wrap by words under a lead, with ids kept whole."""
        room = max(self._width - len(lead), 20)
        lines = wrap(words, room, break_on_hyphens=False) or [""]
        return [(" " * len(lead) if n else lead) + line for n, line in enumerate(lines)]

    def _list(
        self,
        title: str,
        entries: Sequence[_Entry],
        say: Callable[[_Entry], Iterator[str]],
        empty: str,
    ) -> Iterator[str]:
        yield from ("", *self._words(title.upper()))
        for entry in entries[:SHOWN]:
            yield from say(entry)
        if not entries:
            yield from self._words(empty, "  ")
        if len(entries) > SHOWN:
            yield f"  {len(entries) - SHOWN} more: --json or --format html"

    def _share(self, rate: Rate, title: str) -> Iterator[str]:
        """Yield a share, drawn and written, with what it is a share of."""
        filled = round(rate.rate * _BAR)
        bar = f"{'█' * filled}{'░' * (_BAR - filled)}  " if self._bars else ""
        yield from self._words(headline(title), f"{percent(rate.rate):>8}  {bar}")

    @property
    def _inner(self) -> str:
        return " " * (22 if self._bars else 10)

    def _prevalence(self, entry: Prevalence) -> Iterator[str]:
        if entry.overall is not None:
            yield from self._share(entry.overall, entry.title)
            stop = "; can stop it" if entry.hard_stop and entry.kind == "roadblock" else ""
            yield from self._words(f"{stated(entry.overall)}; {entry.id}{stop}", self._inner)
            yield from self._groups(entry.by)

    def _groups(self, groups: Sequence[GroupRate]) -> Iterator[str]:
        for name in dict.fromkeys(group.circumstance for group in groups):
            own = [group for group in groups if group.circumstance == name]
            shares = " · ".join(f"{g.label} {percent(g.rate)} of {g.of:,}" for g in own)
            shares = shares if self._bars else shares.replace(" · ", "; ")
            yield from self._words(shares, f"{self._inner}{name}: ")

    def _pair(self, pair: Together) -> Iterator[str]:
        yield from self._words(headline(pair.first.title), "  ")
        yield from self._words(headline(pair.second.title), "  with  ")
        yield from self._words(f"{odds(pair)}; {met(pair)}", "      ")
        yield from self._words(f"{pair.first.id}, {pair.second.id}", "      ")

    def _separates(self, entry: Separates) -> Iterator[str]:
        yield from self._words(headline(entry.title), "  ")
        yield from self._words(f"{entry.ask} {chance(entry.p)}; {entry.id}", "      ")
        for group in sorted(entry.groups, key=lambda group: -group.rate):
            yield from self._words(
                f"{group.label} ({stated(group)})", f"    {percent(group.rate):>8}  "
            )

    def _moved(self, entry: MovedQuestion) -> Iterator[str]:
        yield from self._words(f"{headline(entry.ask)} {entry.id}", "  ")
        for rate, way in ((entry.better, "stand higher"), (entry.worse, "stand lower")):
            if rate is not None:
                yield from self._words(f"{way} ({stated(rate)})", f"    {percent(rate.rate):>8}  ")

    def _alike(self, alike: Alike) -> Iterator[str]:
        if alike.organisations is None:
            yield from ("", "THOSE MOST LIKE IT")
            yield from self._words(TOO_FEW, "  ")
            return
        yield from ("", f"THE {alike.organisations:,} MOST LIKE IT")
        for each in alike.shared:
            yield from self._words(each.label, f"  {each.circumstance}: ")
        yield from self._list(
            "What they met", alike.roadblocks, self._found, "Nothing can be shown."
        )
        yield from self._list(
            "What they reported in their favour",
            alike.enablers,
            self._found,
            "Nothing can be shown.",
        )

    def _found(self, found: Found) -> Iterator[str]:
        yield from self._share(found, found.title)
        yield from self._words(f"{stated(found)}; {found.id}", self._inner)
