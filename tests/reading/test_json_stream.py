"""However documents are laid out in a stream, each comes out whole, in order, with its line."""

import json

from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import laws
from spinout_cli.reading.json_stream import documents

LIMIT = 1 << 20
TEXTS = st.text(max_size=8) | st.sampled_from(['"}', "{[", '\\"', "]}\\", "} {", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), max_size=5)
LAYOUTS = {
    "lines": lambda all_: "".join(f"{json.dumps(one)}\n" for one in all_),
    "laid out": lambda all_: "".join(f"{json.dumps(one, indent=2)}\n" for one in all_),
    "indented by tabs": lambda all_: "".join(f"{json.dumps(one, indent=chr(9))}\n" for one in all_),
    "one after another": lambda all_: " ".join(json.dumps(one) for one in all_),
    "no space between": lambda all_: "".join(json.dumps(one) for one in all_),
    "an array": json.dumps,
    "an array laid out": lambda all_: json.dumps(all_, indent=2),
    "an array of lines": lambda all_: f"[\n{','.join(json.dumps(one) + chr(10) for one in all_)}]",
}


def split(text):
    lines = [(n, line.encode()) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return list(documents(lines, LIMIT))


@laws
@given(all_=OBJECTS, layout=st.sampled_from(sorted(LAYOUTS)))
def test_every_document_comes_out_whole_and_in_order(all_, layout):
    text = LAYOUTS[layout](all_)
    assert [json.loads(found) for _, found in split(text)] == all_


def test_each_has_the_line_where_it_begins():
    text = '{"a": 1}\n{\n  "b": 2\n}\n{"c": 3} {"d":\n 4}'
    assert [number for number, _ in split(text)] == [1, 2, 5, 5]


@laws
@given(
    before=OBJECTS,
    after=OBJECTS,
    broken=st.sampled_from(["{broken", '{"a": ', "}", "nonsense", "3"]),
)
def test_a_broken_line_costs_no_other_document(before, after, broken):
    text = LAYOUTS["lines"](before) + broken + "\n" + LAYOUTS["lines"](after)
    found = split(text)
    assert len(found) == len(before) + 1 + len(after)
    assert found[len(before)] == (len(before) + 1, broken.encode())
    assert [json.loads(each) for _, each in found[len(before) + 1 :]] == after


def test_a_document_beyond_the_limit_is_told_and_not_held():
    lines = [(1, b"{"), *((n, b'"x": 1,' * 100) for n in range(2, 60)), (60, b"}")]
    found = list(documents(lines, 10_000))
    assert found[0] == (1, None)
