import time
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpers.hostile_texts import BOMB, MERGE_BOMB
from spinout_cli.question_set import yaml_reader
from spinout_cli.question_set.yaml_reader import Place, YamlError, read
from spinout_cli.sanitize import active_character

REFUSED = [
    ("anchor", b"a: b\nc: &x d\n", 2, 4, "anchors"),
    ("alias", b"a: b\nc:\n  - *x\n", 3, 5, "aliases"),
    ("local tag", b"a: !thing b\n", 1, 4, "tags"),
    ("standard tag", b"a: !!str b\n", 1, 4, "tags"),
    ("bare tag", b"a: ! b\n", 1, 4, "tags"),
    ("python tag", b"a:\n  !!python/object/apply:os.system [ls]\n", 2, 3, "tags"),
    ("tag on a mapping", b"a: !!omap {}\n", 1, 4, "tags"),
    ("merge key", b"a:\n  <<: {b: c}\n", 2, 3, "merge keys"),
    ("two documents", b"a: b\n---\nc: d\n", 2, 1, "second document"),
    ("list as a key", b"a: b\n? [c]\n: d\n", 2, 3, "a key must be text"),
    ("group as a key", b"{{a: b}: c}\n", 1, 2, "a key must be text"),
    ("empty key", b"a: b\n?\n: c\n", 2, None, "a key is empty"),
    ("null key", b"~: c\n", 1, 1, "a key is empty"),
    ("not UTF-8", b"a: b\nc: d\xff\n", 2, 5, "UTF-8"),
    ("UTF-16", "a: b\n".encode("utf-16"), 1, 1, "UTF-8"),
    ("NUL", b"a: b\nc: d\x00\n", 2, 5, "U+0000"),
    ("ESC", b"a: b\n\nc: \x1b[2J\n", 3, 4, "U+001B"),
    ("escaped ESC", b'a: b\nc: "\\e]52;c;x"\n', 2, 4, "U+001B"),
    ("escaped NUL in a key", b'a: b\n"c\\0": d\n', 2, 1, "U+0000"),
    ("bidi", "a: b\nc: d\u202ee\n".encode(), 2, 5, "U+202E"),
    ("escaped bidi", b'- a\n- "\\u202e"\n', 2, 3, "U+202E"),
    ("half character", b'a: b\nc: "\\ud800"\n', 2, None, ""),
    ("byte order mark inside", "a: b\nc: \ufeff\n".encode(), 2, 4, "U+FEFF"),
    ("no character", "a: b\nc: \uffff\n".encode(), 2, 4, "U+FFFF"),
    ("form feed", b"a: b\nc: \x0c\n", 2, 4, "U+000C"),
    ("no-break space before a key", "a:\n \u00a0b: c\n".encode(), 2, 2, "no plain space (U+00A0)"),
    ("wide space before an item", "a:\n\u3000- b\n".encode(), 2, 1, "no plain space (U+3000)"),
    ("no-break space after a hyphen", "a:\n  -\u00a0b\n".encode(), 2, 4, "no plain space (U+00A0)"),
    ("thin space after a colon", "a:\u2009b\nc: d\n".encode(), 1, 3, "no plain space (U+2009)"),
    ("no-break space in a folded text", "a: >\n  b\n\u00a0 c\n".encode(), 3, 1, "(U+00A0)"),
    ("too large", b"a: " + b"b" * yaml_reader.SIZE_LIMIT, 1, 1, "512 KB"),
    ("too deep", b"[" * 25, 1, 25, "24 deep"),
    ("too many", b"- a\n" * 60_001, 60_000, 3, "60,000"),
    ("too long", b"a: b\nc: " + b"d" * 20_001, 2, 4, "20,000"),
    ("empty", b"", 1, 1, "empty"),
    ("only a comment", b"# a\n", 1, 1, "empty"),
    ("tab", b"a:\n\tb: c\n", 2, 1, "not tabs"),
    ("colon in a text", b"a: b: c\n", 1, 5, "quotes round"),
    ("open bracket", b"a: [b\nc: d\n", 2, 2, "bracket"),
    ("open quote", b"a: 'b\n", 2, 1, "Close the quotes"),
    ("wrong escape", b'a: "C:\\dir"\n', 1, 7, "backslash"),
]


@pytest.fixture(params=["libyaml", "pure"])
def loader(request, monkeypatch):
    if request.param == "pure":
        monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    return request.param


@pytest.mark.parametrize(
    ("data", "line", "column", "told"), [pytest.param(*c[1:], id=c[0]) for c in REFUSED]
)
def test_what_is_not_plain_is_refused_with_its_place(data, line, column, told, loader):
    if loader == "pure" and len(data) > 100_000:
        pytest.skip("the same guard, slowly")
    with pytest.raises(YamlError) as refused:
        read(data, "set.yaml")
    place, text = refused.value.place, str(refused.value)
    assert text == f"set.yaml:{place.line}:{place.column}: {refused.value.message}"
    assert place.line == line
    assert told in text
    assert active_character(text) is None
    if loader == "libyaml":
        assert column in (None, place.column)


def test_a_key_that_is_given_twice_is_refused_with_both_lines():
    with pytest.raises(YamlError, match=r"^s:4:3: the key 'b' is given twice, on line 2 and on"):
        read(b"a:\n  b: 1\n  c: 2\n  b: 3\n", "s")


def test_the_same_key_is_welcome_in_different_groups():
    assert read(b"- {a: x}\n- {a: y}\n", "s").value == [{"a": "x"}, {"a": "y"}]


HOSTILE = {
    "billion laughs": BOMB.encode(),
    "merge bomb": MERGE_BOMB.encode(),
    "brackets": b"[" * 100_000,
    "braces": b"{" * 100_000,
    "dashes": b"- " * 100_000,
    "questions": b"? " * 100_000,
    "a megabyte of blank lines": b"\n" * 1_000_000,
    "a megabyte of blank lines in a text": b"a: |\n" + b"\n" * 1_000_000,
    "many keys": b"".join(b"k%d: v\n" % n for n in range(33_000)),
    "many items": b"[" + b"a," * 250_000 + b"]",
    "a huge number": b"a: " + b"9" * 400_000,
    "deepening lines": b"".join(b" " * n + b"a:\n" for n in range(1000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_fast(name):
    began = time.process_time()
    with pytest.raises(YamlError):
        read(HOSTILE[name], "set.yaml")
    assert time.process_time() - began < 3


@pytest.mark.parametrize("name", ["billion laughs", "merge bomb", "brackets", "many keys"])
def test_what_is_hostile_is_refused_with_little_memory(name):
    tracemalloc.start()
    with pytest.raises(YamlError):
        read(HOSTILE[name], "set.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_half_a_megabyte_of_blank_lines_is_read_fast():
    began = time.process_time()
    assert read(b"a: b" + b"\n" * 520_000, "s").value == {"a": "b"}
    assert time.process_time() - began < 3


def test_every_scalar_stays_text(loader):  # noqa: ARG001  (it sets the loader)
    plain = ["no", "012", "1:30", "1_000", "0x1f", "1e400", ".nan", "2026-11-22", "yes", "NULL"]
    assert read("".join(f"- {p}\n" for p in plain).encode(), "s").value == plain


def test_only_what_is_left_empty_or_called_null_is_nothing(loader):  # noqa: ARG001  (likewise)
    data = b"a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: \"null\"\ng: |\n"
    nothing = dict.fromkeys("abc")
    assert read(data, "s").value == nothing | {"d": "", "e": "~", "f": "null", "g": ""}


def test_keys_and_items_have_their_places():
    tree = read(b"a: b\nquestions:\n  - id: x\n    weight: 3\n  - {id: y, is: [1, 2]}\n", "s")
    assert tree.places == {
        (): Place("s", 1, 1),
        ("a",): Place("s", 1, 1),
        ("questions",): Place("s", 2, 1),
        ("questions", 0): Place("s", 3, 5),
        ("questions", 0, "id"): Place("s", 3, 5),
        ("questions", 0, "weight"): Place("s", 4, 5),
        ("questions", 1): Place("s", 5, 5),
        ("questions", 1, "id"): Place("s", 5, 6),
        ("questions", 1, "is"): Place("s", 5, 13),
        ("questions", 1, "is", 0): Place("s", 5, 18),
        ("questions", 1, "is", 1): Place("s", 5, 21),
    }


def test_a_byte_order_mark_at_the_start_and_windows_line_ends_do_no_harm():
    tree = read("\ufeffa: b\r\nc:\r\n  d\r\n".encode(), "s")
    assert tree.value == {"a": "b", "c": "d"}
    assert tree.places[("c",)] == Place("s", 2, 1)


def test_what_is_just_within_the_limits_is_read():
    assert read(b"[" * 24 + b"]" * 24, "s").value
    assert len(read(b"- a\n" * 59_999, "s").value) == 59_999
    assert len(read(b"a" * 20_000, "s").value) == 20_000


texts = st.text(max_size=30).filter(lambda text: active_character(text) is None)
trees = st.recursive(
    texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(texts.filter(bool), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(trees)
def test_a_tree_that_is_written_reads_back_the_same(tree):
    written = yaml.safe_dump(tree, default_style='"', allow_unicode=True)
    assert read(written.encode(), "s").value == tree


@given(trees)
def test_whatever_it_holds_every_part_of_a_tree_has_a_place(tree):
    found = read(yaml.safe_dump(tree, default_style='"').encode(), "s")

    def paths(value, at=()):
        yield at
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in parts if not isinstance(value, str) else ():
            yield from paths(part, (*at, step))

    assert set(found.places) == set(paths(found.value))


@given(st.binary(max_size=200) | st.text("[]{}:,-?&*!|>'\"%@ \n\tab0~<#\\", max_size=60))
def test_any_bytes_are_read_or_refused(data):
    raw = data if isinstance(data, bytes) else data.encode()
    try:
        value = read(raw, "s").value
    except YamlError as error:
        value = error.place[1:]
    assert value is None or isinstance(value, dict | list | str) or min(value) >= 1


def test_a_no_break_space_within_a_text_stays():
    told = read("a: \u00a35\u00a0million\nb: >\n  Cost:\u00a0low\n".encode(), "set.yaml").value
    assert told == {"a": "\u00a35\u00a0million", "b": "Cost:\u00a0low\n"}
