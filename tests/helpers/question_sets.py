"""Small question sets, built in code, for tests to use and to vary."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from spinout_cli.question_set.model import QuestionSet

_RUNGS = ("nothing", "begun", "drafted", "secured")


def question(name: str, **changes: Any) -> dict[str, Any]:
    """Return a question with four rungs: nothing, begun, drafted, secured."""
    theme, slug = name.split(".")
    made: dict[str, Any] = {
        "id": name,
        "theme": theme,
        "ask": f"How far is {slug}?",
        "why": f"The survey names {slug}.",
        "lenses": ["launch", "endure"],
        "weight": 2,
        "rungs": [{"id": rung, "label": f"The {slug} is {rung}"} for rung in _RUNGS],
        "roadblock": f"The {slug} is not there yet.",
        "enabler": f"The {slug} is there.",
        "find_out": {"what": f"Where the {slug} stands", "from": "the service lead"},
        "next": [{"id": f"do-{slug}", "do": f"Begin {slug}", "who": "lead", "effort": "days"}],
        "sources": ["survey"],
    }
    return {**made, **changes}


def source(name: str, **changes: Any) -> dict[str, Any]:
    """Return a source."""
    return {
        "id": name,
        "title": f"The {name}",
        "publisher": "A publisher",
        "year": 2020,
        "url": f"https://example.org/{name}",
        "read": "official",
        **changes,
    }


def notice(name: str, **changes: Any) -> dict[str, Any]:
    """Return a notice that holds in England and Wales."""
    return {
        "id": name,
        "about": "procurement",
        "nations": ["england", "wales"],
        "title": f"The title of {name}",
        "says": f"What {name} says.",
        "sources": ["act"],
        "in_force": "2025-02-24",
        "reviewed": "2026-11-01",
        "review_by": "2027-11-01",
        "confidence": "confirmed",
        **changes,
    }


def story(name: str, **changes: Any) -> dict[str, Any]:
    """Return a story from England about a library."""
    return {
        "id": name,
        "title": f"The story of {name}",
        "dated": "2012",
        "nation": "england",
        "sectors": ["libraries"],
        "themes": ["staff"],
        "helped": "A vote.",
        "hurt": "",
        "ending": "It still runs.",
        "outcome": "lasting",
        "sources": ["survey"],
        **changes,
    }


def _choices(*names: str) -> list[dict[str, str]]:
    return [{"id": name, "label": name.replace("-", " ").title()} for name in names]


def _circumstances() -> list[dict[str, Any]]:
    return [
        {"id": "nation", "ask": "Where is it?", "choices": _choices("england", "wales")},
        {"id": "sector", "ask": "What does it do?", "choices": _choices("libraries", "health")},
        {
            "id": "pension-schemes",
            "ask": "Which pension schemes?",
            "multiple": True,
            "choices": _choices("lgps", "nhs"),
        },
        {"id": "people", "ask": "How many people?", "type": "number"},
        {
            "id": "board-date",
            "ask": "When does the board meet?",
            "type": "date",
            "when": {"people": {"at_least": "10"}},
        },
        {"id": "nickname", "ask": "What is it called?", "type": "text"},
        {"id": "launch", "ask": "When does it leave?", "choices": _choices("left", "soon")},
    ]


def _questions() -> list[dict[str, Any]]:
    vote = question(
        "staff.vote",
        weight=3,
        quick=True,
        lenses=["launch"],
        stories=["riverside"],
        hard_stop={"lens": "launch", "clears_at": "secured", "reason": "Staff must agree."},
    )
    surplus = question(
        "staff.surplus", lenses=["endure"], when={"staff.vote": {"at_least": "drafted"}}, weight=1
    )
    in_house = question("money.in-house", sources=["act", "survey"])
    exit_cost = question(
        "money.exit-cost",
        weight=3,
        quick=True,
        when={"pension-schemes": {"has": "lgps"}},
        hard_stop={"lens": "both", "clears_at": "drafted", "reason": "Somebody must pay."},
    )
    exit_cost["next"][0] |= {"after": ["do-vote"], "helps": ["money.in-house"]}
    return [vote, surplus, in_house, exit_cost]


def _rules() -> list[dict[str, Any]]:
    much_unknown = {"tally.unknown": {"at_least": "2"}}
    agreed_in_wales = {
        "all": [
            {"nation": {"is": "wales"}},
            {"not": {"staff.vote": {"state": "unknown"}}},
            {"any": [{"staff.vote": {"is": "secured"}}, {"board-date": {"after": "2026-01-01"}}]},
        ]
    }
    words = {"title": "A finding", "because": "The survey says so.", "sources": ["survey"]}
    return [
        {"id": "much-unknown", "kind": "caution", "when": much_unknown, **words},
        {"id": "agreed-in-wales", "kind": "enabler", "when": agreed_in_wales, **words},
    ]


def _tests() -> list[dict[str, Any]]:
    return [
        {
            "id": "lost-vote",
            "story": "riverside",
            "circumstances": {"nation": "england", "pension-schemes": ["lgps"], "people": "12"},
            "answers": {
                "staff.vote": "nothing",
                "money.exit-cost": {"rung": "secured", "basis": "seen"},
                "money.in-house": "unknown",
            },
            "expect": {
                "lenses": {"launch": "stopped"},
                "roadblocks": ["staff.vote"],
                "enablers": ["money.exit-cost"],
                "notices": ["reserved"],
                "not_findings": ["agreed-in-wales"],
            },
        }
    ]


def _lens(name: str, title: str, title_past: str) -> dict[str, str]:
    return {"id": name, "title": title, "title_past": title_past, "past": "it has left"}


def small_set(**changes: Any) -> dict[str, Any]:
    """Return a small sound set as plain data, anew each time; top-level keys can be replaced."""
    made = {
        "format": "spinout.questions/1",
        "id": "small",
        "version": "1",
        "title": "A small set",
        "minimum_coverage": 0.5,
        "left": {"launch": {"is": "left"}},
        "in_house": "money.in-house",
        "lenses": [
            _lens("launch", "Before it leaves", "Before it left"),
            _lens("endure", "After it leaves", "After it left"),
        ],
        "words": {
            "subject": "service",
            "undertaking": "a spin-out",
            "every_lens": "before and after it leaves",
            "every_lens_past": "before and after it left",
            "in_house": "Could it be done in-house?",
            "in_house_open": "You have not yet said what staying in-house could not do.",
            "in_house_past": "It has left, so what staying in-house could not do is not weighed here.",
            "place_unknown": "Say where the service is, and what the law says there is shown here.",
            "groups": ["staff", "managers", "commissioner", "union", "users", "other"],
        },
        "caution": "This is for tests.",
        "circumstances": _circumstances(),
        "themes": [
            {"id": "staff", "title": "Staff", "why": "They do it.", "sources": ["survey"]},
            {"id": "money", "title": "Money", "why": "It is needed."},
        ],
        "questions": _questions(),
        "rules": _rules(),
        "notices": [
            notice("reserved"),
            notice("lgps-guarantee", when={"pension-schemes": {"has": "lgps"}}),
        ],
        "stories": [story("riverside"), story("hillside", sectors=["health"], outcome="closed")],
        "sources": [source("survey"), source("act"), source("blog", read="background")],
        "tests": _tests(),
    }
    return {**made, **deepcopy(changes)}


class _WithoutAnchors(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (PyYAML's)
        return True


def as_yaml(tree: object) -> str:
    """Return plain data as YAML, without anchors, in the order it is in."""
    return yaml.dump(tree, Dumper=_WithoutAnchors, sort_keys=False, allow_unicode=True, width=100)


def small_question_set(**changes: Any) -> QuestionSet:
    """Return a small sound set, ready to be used; top-level keys can be replaced."""
    return QuestionSet.model_validate(small_set(**changes))


def write_set(folder: Path, **changes: Any) -> Path:
    """Write a small sound set to `questions.yaml` in the folder, and return its path."""
    path = folder / "questions.yaml"
    path.write_text(as_yaml(small_set(**changes)), encoding="utf-8")
    return path


def divided_set(folder: Path) -> Path:
    """Write a small sound set with its library in two files beside it, and return its path."""
    tree = small_set(library=["library.yaml", "cases.yaml"])
    cases = {"tests": tree.pop("tests"), "sources": [tree["sources"].pop()]}
    library = {section: tree.pop(section) for section in ("notices", "stories")}
    (folder / "library.yaml").write_text(as_yaml(library), encoding="utf-8")
    (folder / "cases.yaml").write_text(as_yaml(cases), encoding="utf-8")
    path = folder / "questions.yaml"
    path.write_text(as_yaml(tree), encoding="utf-8")
    return path
