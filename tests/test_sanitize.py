"""The one door for foreign text, held against what Unicode itself says of every character."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.sanitize import active_character, sanitize

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
MARKS = {chr(c) for c in (0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x2060, 0x2070))}
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def acts(character):
    """Whether a terminal obeys it, turns text round at it, shows nothing for it, or no file holds it."""
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or unicodedata.bidirectional(character) in TURNING
        or character in MARKS
        or "\ufff9" <= character <= "\ufffb"
        or "\U000e0000" <= character <= "\U000e007f"
    )


def test_every_character_that_acts_goes_and_is_told():
    for character in filter(acts, EVERY):
        if character in BREAKS:
            assert sanitize(f"a{character}b") == "a b"
            assert active_character(f"a{character}b") is None
        else:
            assert sanitize(f"a{character}b") == "ab", hex(ord(character))
            assert active_character(f"a{character}b") == character


def test_every_other_character_stays():
    others = "".join(c for c in EVERY if not acts(c) and c not in BREAKS)
    assert len(others) > 1_100_000
    assert sanitize(others) == others
    assert active_character(others) is None


def test_what_joins_letters_and_emoji_stays():
    for text in ("\u0645\u06cc\u200c\u062e", "👩\u200d💻", "soft\u00adhyphen", "e\u0301", "שלום"):
        assert sanitize(text) == text


def test_several_breaks_are_one_space_and_spaces_stay():
    assert sanitize("a\r\n\t\u2028b  c \n") == "a b  c  "
    assert sanitize("\x1b]0;x\x07") == "]0;x"


@given(st.text())
def test_cleaned_text_is_clean_and_is_left_alone(text):
    once = sanitize(text)
    assert active_character(once) is None
    assert sanitize(once) == once
    assert not set(once) & set(BREAKS)


@given(st.text())
def test_the_first_of_several_is_told(text):
    found = active_character(text)
    first = next((c for c in text if acts(c) and c not in BREAKS), None)
    assert found == first


def flag(code):
    """A flag as Unicode spells it: a black flag, the letters as tags, and the tag that ends them."""
    return "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in f"{code}\x7f")


def test_the_flags_of_the_nations_stay_whole():
    for code in ("gbeng", "gbsct", "gbwls"):
        assert sanitize(f"Alder {flag(code)}\n!") == f"Alder {flag(code)} !"
        assert active_character(flag(code)) is None


def test_what_hides_behind_a_flag_goes_with_it_and_no_flag_becomes_another():
    for words in (flag("usca"), flag("gbwls")[:-1], flag("hidden"), flag("gbwls")[:3]):
        assert sanitize(f"a{words}b") == "ab"
        assert active_character(words) is not None
    assert sanitize("\U0001f3f4") == "\U0001f3f4"
    assert sanitize(f"{flag('gbwls')}\U000e0041") == flag("gbwls")
