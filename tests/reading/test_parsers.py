"""Every parser against what it promises of any bytes: those that the fuzzer kept, and those that Hypothesis draws."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import parser_targets
from helpers.strategies import laws
from hostile.forged import facts, head, workshop_head

CORPUS = sorted((Path(__file__).parents[2] / "fuzz/corpus").glob("*/*"))

IDS = st.sampled_from(
    ["staff.vote", "staff.time", "no.such", "../../x", "con", "", "nation", "people"]
)
WORDS = st.sampled_from(
    ["lost", "wales", "unknown", "[/]", "\x1b[2J", "\u202e", "x" * 5000]
) | st.text(max_size=9)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | IDS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
KINDS = st.sampled_from(
    [*("service", "depth", "circumstance", "answer", "note", "draft", "import", "room", "plan"),
     *("vote", "agreed", "statement", "action", "park", "withdraw", "later")]
)  # fmt: skip
PLAUSIBLE = st.sampled_from(
    [
        {"rung": "lost"}, {"state": "unknown"}, {"name": "Bryn"}, "wales", ["lgps"], 12,
        {"participants": {"staff": 9}}, ["staff.vote"], True,
        {"kind": "hidden", "counts": {"lost": 5}, "unknown": 1, "groups": None},
        {"state": "unknown", "agreed_by": "room"}, {"name": "n", "words": "w"}, {"do": "d"},
        {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "lost"}}},
    ]
)  # fmt: skip
EVENTS = st.tuples(KINDS, st.none() | IDS, PLAUSIBLE | TREES)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_the_fuzzer_kept(path):
    parser_targets.TARGETS[path.parent.name](path.read_bytes())


@laws
@given(st.binary(max_size=200), st.sampled_from(sorted(parser_targets.TARGETS)))
def test_any_bytes(data, name):
    parser_targets.TARGETS[name](data)


@settings(laws, max_examples=100)
@given(st.data())
def test_a_kept_input_that_is_changed_somewhere(data):
    path = data.draw(st.sampled_from(CORPUS))
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole)))
        cut = data.draw(st.integers(0, 6))
        whole[at : at + cut] = data.draw(st.binary(max_size=6))
    parser_targets.TARGETS[path.parent.name](bytes(whole))


def as_lines(header, events):
    """Records without their checksums, which the law makes fit."""
    told = [("header", None, header), *events]
    return b"".join(
        json.dumps(
            {"seq": seq, "t": "2026-11-22T14:02:00.000Z", "kind": kind, "q": q, "v": v},
            ensure_ascii=False, separators=(",", ":"),
        ).encode(errors="surrogatepass") + b"\n"
        for seq, (kind, q, v) in enumerate(told)
    )  # fmt: skip


@settings(laws, max_examples=100)
@given(st.lists(EVENTS, max_size=8), st.booleans())
def test_any_events_add_up_to_a_sheet_or_are_refused(events, alone):
    header = head(set={}) if alone else workshop_head(set={})
    parser_targets.session(as_lines(header, [*facts(), *events]))


@settings(laws, max_examples=100)
@given(st.sampled_from([head, workshop_head]), st.dictionaries(
    st.sampled_from(["format", "session", "service", "question_set", "set", "depth", "themes"]),
    TREES, max_size=3,
))  # fmt: skip
def test_any_header_opens_something_or_is_refused(make, changes):
    parser_targets.session(as_lines(make(set={}) | changes, facts()))


@settings(laws, max_examples=100)
@given(st.dictionaries(
    st.sampled_from(["format", "question_set", "session", "service", "role", "depth",
                     "circumstances", "answers", "rooms", "questions", "plan", "started"]),
    st.dictionaries(IDS, PLAUSIBLE | TREES, max_size=3) | TREES,
    max_size=5,
), st.sampled_from(["spinout.answers/1", "spinout.workshop/1"]))  # fmt: skip
def test_any_document_is_read_or_refused(document, form):
    whole = {"format": form, "answers": {}} | document
    parser_targets.answers(json.dumps(whole, ensure_ascii=False).encode(errors="surrogatepass"))


@settings(laws, max_examples=100)
@given(
    st.lists(st.lists(IDS | WORDS | st.sampled_from(["A", "b", "?", "-", "1", "role", "#"]), max_size=5), max_size=6),
    st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_any_rows_are_counted_or_refused(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["staff.vote", "role", "staff.time"], *rows])
    parser_targets.ballots(out.getvalue().encode(errors="surrogatepass"))


@laws
@given(st.lists(st.sampled_from(["0", "3", "31", "?", "?1", "A2", "none", "staff", ":", ";", "=", "->", "-", "dk", "\u00b2"]), max_size=12).map(" ".join))  # fmt: skip
def test_any_line_of_counts_is_understood_or_answered(line):
    parser_targets.counts(line.encode())
