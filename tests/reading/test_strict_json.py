"""JSON is read the same as Python's own reader reads it, but for what could mean two things."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spinout_cli.errors import SpinoutError
from spinout_cli.reading.strict_json import read_json

KEYS = st.text(alphabet='ab:" \\\u00e9', max_size=3)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | KEYS
GAPS = st.sampled_from(["", "", " ", "\n", "\t "])


@st.composite
def written(draw, depth=3):
    """A text of JSON, in which a key may come twice."""
    kind = draw(st.sampled_from(["leaf", "object", "list"] if depth else ["leaf"]))
    if kind == "leaf":
        text = json.dumps(draw(LEAVES), ensure_ascii=draw(st.booleans()))
    elif kind == "list":
        text = f"[{','.join(draw(st.lists(written(depth - 1), max_size=3)))}]"
    else:
        keys = draw(st.lists(KEYS, max_size=3))
        pairs = [f"{json.dumps(key)}{draw(GAPS)}:{draw(written(depth - 1))}" for key in keys]
        text = f"{{{','.join(pairs)}}}"
    return draw(GAPS) + text + draw(GAPS)


def expected(text):
    """What it means to Python, or None where it is refused."""

    def once(pairs):
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    def number(word):
        raise AssertionError(word)

    try:
        return [json.loads(text, object_pairs_hook=once, parse_constant=number)]
    except (ValueError, AssertionError):
        return None


def found(data):
    try:
        return [read_json(data, "s.json")]
    except SpinoutError:
        return None


@given(written())
@example('{"a":1,"a":2}')
@example('{"a":1,"a":"\\""}')
@example('{"a" :1, "a" :2, "n":":x"}')
@example('{"":"","":""}')
@example("-0")
@example("1e400")
@example("[NaN]")
def test_it_means_what_python_reads_or_is_refused(text):
    assert repr(found(text.encode())) == repr(expected(text))


@given(written(), st.data())
def test_so_it_does_where_a_byte_is_wrong(text, data):
    damaged = bytearray(text.encode())
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] = data.draw(st.sampled_from(b'"\\:,{}[]0aN\x00\xff \xef'))
    try:
        text = damaged.decode()
    except UnicodeDecodeError:
        assert found(bytes(damaged)) is None
    else:
        assert repr(found(bytes(damaged))) == repr(expected(text))


def test_a_byte_order_mark_is_passed_over():
    assert read_json(b'\xef\xbb\xbf{"a": [1]}', "s.json") == {"a": [1]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'\xef\xbb\xbf{"a":1,"a":2}', "s.json: the key 'a' is given twice. Keep one of them."),
        (b'{"a":{"rung":1,"rung":2}}', "s.json: the key 'rung' is given twice. Keep one of them."),
        (b"[Infinity]", "s.json: Infinity is not a number that JSON knows."),
        (b"\xff", "s.json: byte 0 is not UTF-8. Save the file as UTF-8."),
        (b'{"a":\n1,}', "s.json:2:3: this is not JSON:"),
        (b"[" * 100_000, "s.json: it is nested too deeply."),
        (b"1" * 5_000, "s.json: a number is too large."),
    ],
)
def test_a_refusal_says_what_to_do(data, words):
    with pytest.raises(SpinoutError) as refused:
        read_json(data, "s.json")
    assert str(refused.value).startswith(words)
