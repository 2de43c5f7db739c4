"""The checks of a review by name, and the model of one remark."""

from typing import Literal, NamedTuple

from spinout_cli.fields import Id

Where = tuple[str | int, ...]
"""The path of a part in the set's files."""

Kind = Literal["error", "warning", "hint"]
"""Cannot be meant; should be mended, or allowed with a reason; worth a look."""


class Check(NamedTuple):
    """One thing that is looked for: how bad it is, and what it finds."""

    kind: Kind
    finds: str


CHECKS: dict[str, Check] = {
    "best-unreachable": Check("error", "a question no rung of which counts as an enabler"),
    "marks-fall": Check("error", "a higher rung that is marked as worse than a lower one"),
    "never-asked": Check("error", "a question or circumstance whose condition can never hold"),
    "never-holds": Check("error", "a rule, a notice or `left` that can never hold"),
    "no-way-forward": Check(
        "error", "a roadblock whose actions all wait for actions that are not offered with it"
    ),
    "lens-unasked": Check("warning", "a lens without a question"),
    "lens-unstopped": Check(
        "warning", "a lens that no answer can stop and no question of weight 3 decides"
    ),
    "always-holds": Check("warning", "a condition that nothing can make false"),
    "dead-branch": Check("warning", "a part of an `any` that never makes a difference"),
    "better-is-worse": Check(
        "warning", "a roadblock or caution that a better answer alone switches on"
    ),
    "short-ladder": Check("warning", "a ladder whose top stands below 1"),
    "rungs-alike": Check("warning", "two rungs that the words or the positions hardly tell apart"),
    "no-source": Check("warning", "a theme that says why it matters and names no source"),
    "background-source": Check("warning", "a claim that rests on a source of background only"),
    "never-cited": Check("warning", "a source or a story that nothing points to"),
    "overdue": Check("warning", "a notice past the date by which somebody must look again"),
    "quick-empty": Check("warning", "a theme of which the quick depth asks nothing"),
    "quick-misses": Check(
        "warning", "a question that decides a lens and that the quick depth does not ask"
    ),
    "weight-drowns": Check(
        "warning", "one question with half the weight of a theme of four or more"
    ),
    "near-duplicate": Check(
        "warning", "two questions, headings or actions in nearly the same words"
    ),
    "too-long": Check("warning", "a question over 140 characters, or a label over 110"),
    "reading-age": Check("warning", "a question with its rungs that reads harder than age 14"),
    "unused-allow": Check("warning", "an entry under `allow` that allows nothing"),
    "stop-without-story": Check("hint", "a hard stop that no story illustrates"),
    "not-enumerated": Check("hint", "a condition with too many combinations to try out"),
}
"""Every check by its name, in the order in which they are told."""


class Remark(NamedTuple):
    """Something that a review noticed: the check, the path, whose it is, and what to do."""

    check: str
    where: Where
    id: Id | None
    message: str

    @property
    def kind(self) -> Kind:
        """How bad it is."""
        return CHECKS[self.check].kind
