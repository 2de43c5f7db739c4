"""What many organisations have in common: the document, as text, and as a page."""

import json
from itertools import chain, combinations

import pytest
from jsonschema import Draft202012Validator

from helpers import html_pages
from helpers.commonalities_documents import counted, hostile_overview, overview, weighed
from helpers.organisations import QUESTIONS, world_set
from spinout_cli.commands.questions import schema
from spinout_cli.commonalities.counts import (
    EVERYBODY,
    ExactCounts,
    Finding,
    Group,
    Moves,
    Pair,
    Replies,
    TwoByTwo,
)
from spinout_cli.reports import commonalities_html
from spinout_cli.reports import commonalities_text as written

SET = world_set()
KEYS = (
    *("counted", "left_out", "prevalence", "together", "separates", "moved", "like", "suppressed"),
    "caution",
)


# The document


@pytest.mark.parametrize("working", [False, True])
def test_it_fits_its_schema_and_has_the_keys_that_were_promised(working):
    told = json.loads(overview(working=working).model_dump_json())
    Draft202012Validator(json.loads(schema("commonalities"))).validate(told)
    assert set(KEYS) <= told.keys()
    assert told["format"] == "spinout.commonalities/1"


def test_it_says_of_every_question_how_many_answered():
    told = overview()
    assert {each.id for each in told.prevalence if each.answered is not None} == set(QUESTIONS)
    assert len(told.prevalence) == 3 * len(QUESTIONS)


def test_the_most_common_stand_first_and_what_is_withheld_last():
    for kind in ("roadblock", "enabler", "unknown"):
        rates = [each.overall for each in overview().prevalence if each.kind == kind]
        known = [rate.rate for rate in rates if rate is not None]
        assert known == sorted(known, reverse=True)
        assert rates[len(known) :] == [None] * (len(rates) - len(known))


def test_a_share_and_its_interval_come_from_the_counts_beside_them():
    for each in overview().prevalence:
        for rate in filter(None, (each.overall, *each.by)):
            assert rate.rate == pytest.approx(rate.count / rate.of, rel=1e-3)
            assert rate.low <= rate.rate <= rate.high


def test_whatever_it_is_told_by_every_report_says_the_same():
    """So nothing is to be had by laying one report beside another."""
    names = [circumstance.id for circumstance in SET.circumstances]
    every = weighed(counted(200), SET, tuple(names))
    for by in chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)):
        some = weighed(counted(200), SET, by)
        for one, all_ in zip(some.prevalence, every.prevalence, strict=True):
            assert one.overall == all_.overall
            assert one.by == tuple(group for group in all_.by if group.circumstance in by)
        assert some.separates == every.separates
        assert some.suppressed == every.suppressed


def test_names_and_notes_never_enter():
    told = hostile_overview()
    assert told.counted == 120
    assert told.prevalence[0].by
    assert "Zebedee" not in told.model_dump_json()


def test_working_data_is_exact_and_says_what_it_is():
    told = overview(working=True)
    assert told.working
    assert told.counted == 600
    assert told.suppressed.least is None
    assert "not for publication" in told.notice
    assert any(each.overall and each.overall.count % 5 for each in told.prevalence)
    assert {each.reason: each.count for each in told.left_out} == {
        "an earlier answer of an organisation that counts": 120
    }


def test_what_nobody_gave_is_named_and_never_counted_as_a_no():
    """Of 100 who replied 60 did not know: 30 of 40 met it, not 30 of 100."""
    replies = {EVERYBODY: Replies(roadblock=30, enabler=10, unknown=60)}
    told = weighed(ExactCounts(counted=100, replies={QUESTIONS[1]: replies}), SET, ())
    rates = {each.kind: each.overall for each in told.prevalence}
    assert (rates["roadblock"].count, rates["roadblock"].of) == (30, 40)
    assert (rates["unknown"].count, rates["unknown"].of) == (60, 100)


# What goes together, separates, moved


def pairs(*strata):
    first, second = Finding("roadblock", QUESTIONS[0]), Finding("enabler", QUESTIONS[2])
    return tuple(Pair(first, second, dict(zip("abc", each, strict=False))) for each in strata)


def test_a_strong_pair_is_listed_with_everything_beside_it():
    cell = TwoByTwo(80, 20, 20, 80)
    (found,) = weighed(
        ExactCounts(counted=400, pairs=pairs([cell, cell])), SET, working=True
    ).together
    assert (found.first.kind, found.second.kind) == ("roadblock", "enabler")
    assert (found.both, found.answered, found.support, found.lift) == (160, 400, 0.4, 1.6)
    assert found.odds_ratio == 16
    assert found.low < 16 < found.high
    assert found.p < 0.001
    assert found.stages == ("a", "b")


def test_shared_progress_and_keeping_apart_are_not_listed():
    progress = [TwoByTwo(90, 30, 30, 10), TwoByTwo(10, 30, 30, 90)]
    apart = [TwoByTwo(20, 80, 80, 20)]
    told = weighed(ExactCounts(counted=400, pairs=pairs(progress, apart)), SET, working=True)
    assert told.together == ()
    assert told.pairs == 2


def test_the_more_pairs_there_are_the_surer_one_must_be():
    weak, nothing = [TwoByTwo(60, 40, 40, 60)], [TwoByTwo(50, 50, 50, 50)]
    alone = weighed(ExactCounts(counted=400, pairs=pairs(weak)), SET, working=True)
    among = weighed(ExactCounts(counted=400, pairs=pairs(weak, *[nothing] * 99)), SET, working=True)
    assert len(alone.together) == 1
    assert among.together == ()


def by_nation(**counts):
    groups = {Group("nation", name): Replies(*each) for name, each in counts.items()}
    total = Replies(*map(sum, zip(*counts.values(), strict=True)))
    sizes = {group: sum(counts[group.choice]) for group in groups}
    replies = {QUESTIONS[1]: {EVERYBODY: total, **groups}}
    return ExactCounts(counted=sum(sizes.values()), sizes=sizes, replies=replies)


def test_a_circumstance_that_separates_is_told_as_shares():
    tallies = by_nation(england=(80, 0, 20), wales=(20, 0, 80))
    (found,) = weighed(tallies, SET).separates
    assert found.circumstance == "nation"
    assert {group.label: group.rate for group in found.groups} == {"england": 0.8, "wales": 0.2}
    assert found.p < 0.001
    assert weighed(by_nation(england=(50, 0, 50), wales=(55, 0, 45)), SET).separates == ()


def by_scheme(lgps, others):
    """Those with one scheme, and everybody else; who has another scheme is not told."""
    group = Group("schemes", "lgps")
    replies = {
        EVERYBODY: Replies(*map(sum, zip(lgps, others, strict=True))),
        group: Replies(*lgps),
    }
    return ExactCounts(
        counted=sum(lgps) + sum(others),
        sizes={group: sum(lgps)},
        replies={QUESTIONS[1]: replies},
    )


def test_all_others_are_counted_and_not_had_from_rounded_numbers():
    """Of 31 of 44 the rounded numbers would make 35 of 45."""
    told = weighed(by_scheme((12, 0, 43), (31, 0, 13)), SET)
    (found,) = told.separates
    commonalities_html = {group.label: (group.count, group.of) for group in found.groups}
    assert commonalities_html == {"lgps": (10, 55), "all others": (30, 45)}
    (exactly,) = weighed(by_scheme((12, 0, 43), (31, 0, 13)), SET, working=True).separates
    commonalities_html = {group.label: (group.count, group.of) for group in exactly.groups}
    assert commonalities_html == {"lgps": (12, 55), "all others": (31, 44)}


def test_what_moved_is_of_those_that_gave_a_rung_both_times():
    told = weighed(ExactCounts(counted=90, moved=80, moves={QUESTIONS[0]: Moves(40, 15, 20)}), SET)
    (question,) = told.moved.questions
    assert told.moved.organisations == 80
    assert (question.better.count, question.better.of) == (40, 75)
    assert (question.worse.count, question.worse.of) == (15, 75)


def test_of_fewer_than_ten_alike_nothing_is_told():
    told = overview(size=8)
    assert told.like.organisations is None
    assert not told.like.roadblocks
    assert not told.like.shared


# As text


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("working", [False, True])
def test_no_line_is_wider_than_the_screen(width, working):
    text = written.text(overview(working=working), width=width)
    assert max(map(len, text.splitlines())) <= max(width, 60)


@pytest.mark.parametrize("of", [4_000, 4_000_000])
def test_a_share_is_none_or_all_only_where_it_is_none_or_all(of):
    replies = {EVERYBODY: Replies(roadblock=of - 10, enabler=10)}
    told = weighed(ExactCounts(counted=of, replies={QUESTIONS[1]: replies}), SET, ())
    rates = [each.overall for each in told.prevalence if each.overall is not None]
    assert all((rate.rate == 1) == (rate.count == rate.of) for rate in rates)
    page = html_pages.read(commonalities_html.page(told, "en-GB", "A topic")).one("main").text
    for words in (written.text(told), page):
        assert "100%" not in words
        assert "over 99%" in words
        assert "under 1%" in words


def test_sections_come_in_the_order_that_was_promised():
    text = written.text(overview())
    headings = [line for line in text.splitlines() if line.isupper() and line[0] != " "]
    assert headings == [
        "WHAT 600 ORGANISATIONS HAVE IN COMMON",
        "WHAT BLOCKS MOST",
        "WHAT HELPS MOST",
        "WHAT NOBODY KNOWS",
        "WHAT GOES TOGETHER, AMONG ORGANISATIONS AS FAR ALONG",
        "WHAT SEPARATES THOSE THAT MEET A ROADBLOCK",
        "WHAT MOVED",
        "THE 35 MOST LIKE IT",
        "WHAT THEY MET",
        "WHAT THEY REPORTED IN THEIR FAVOUR",
        "WHAT THIS RESTS ON",
    ]


def test_plain_text_has_nothing_that_a_screen_reader_stumbles_over():
    text = written.text(overview(), bars=False)
    assert not set(text) & set("█░·■▲●→")
    assert "chose to answer" in text.replace("\n  ", " ")


def test_working_data_is_marked_above_and_below():
    lines = written.text(overview(working=True)).splitlines()
    assert lines[1].startswith("Working data, not for publication")
    assert lines[-1].startswith(("Working data", "be told"))


def test_too_few_to_count_is_said():
    text = written.text(overview(size=8))
    assert text.startswith("WHAT FEWER THAN 10 ORGANISATIONS HAVE IN COMMON")
    assert not set(text) & set("█")


# As a page


@pytest.mark.parametrize(
    "told",
    [overview(), overview(working=True), overview(size=8), hostile_overview()],
    ids=["published", "working", "few", "hostile"],
)
def test_a_page_is_whole_and_nothing_in_it_runs(told):
    root = html_pages.read(commonalities_html.page(told, "en-GB", "A topic"))
    assert not root.all("script", "img", "iframe", "link")
    assert not any(name.startswith("on") for node in root.walk() for name in node.attributes)
    assert not any("style" in node.attributes for node in root.walk())
    named = {node.attributes["id"] for node in root.walk() if "id" in node.attributes}
    links = {node.attributes["href"] for node in root.all("a")}
    assert links <= {f"#{name}" for name in named}
    for bar in (svg for svg in root.all("svg") if svg.attributes.get("role") == "img"):
        assert bar.attributes["aria-label"]


def test_a_page_says_that_nothing_moved_as_the_text_does():
    """Sixty answered again, and of no question may it be told how many stand higher or lower."""
    few = {QUESTIONS[0]: Moves(better=1, worse=1, same=58)}
    told = weighed(ExactCounts(counted=60, moved=60, moves=few), SET, ())
    (moved,) = (
        part
        for part in html_pages.read(commonalities_html.page(told, "en-GB", "A topic")).all(
            "section"
        )
        if part.attributes["aria-labelledby"] == "moved"
    )
    assert "60 organisations answered more than once" in moved.text
    assert not moved.all("table")
    assert "No question has enough answers that moved to be shown." in moved.text
    assert "No question has enough answers that moved to be shown." in written.text(told)


def test_every_number_of_a_picture_stands_beside_it():
    root = html_pages.read(commonalities_html.page(overview(), "en-GB", "A topic"))
    for row in (row for row in root.all("tr") if row.all("svg")):
        share = row.one("svg").attributes["aria-label"].split(",")[0]
        assert share in row.all("td")[0].text


def test_working_data_is_marked_on_the_page_in_its_title_and_on_paper():
    root = html_pages.read(commonalities_html.page(overview(working=True), "en-GB", "A topic"))
    (stamp,) = [node for node in root.all("aside") if node.attributes.get("class") == "stamp"]
    assert "not for publication" in stamp.text
    assert root.one("title").text.startswith("Working data: ")
    style = root.one("style").text
    assert ".stamp { position: fixed;" in style[style.index("@media print") :]
    published = html_pages.read(commonalities_html.page(overview(), "en-GB", "A topic"))
    assert not [n for n in published.walk() if n.attributes.get("class") == "stamp"]
