"""Reading age of a text, by a formula without a dictionary, and the similarity of two texts."""

import re

_WORD = re.compile("[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
_TOKEN = re.compile(r"[\w'\u2019]+")
_VOWELS = re.compile("[aeiouy]+")
_SPLIT = re.compile("(?<![cstgxnl])i[aou]|eo(?![pu])|(?<=[aou])ing$|ual")
_SILENT = re.compile("(?:[^laeiouy]|[aeiouy]l)e$|[^aeioutd]ed$|[^aeiouyscxzgh]es$|[aeiou]des$")
_STARTING_AGE = 5
"""The age at which the first school grade of the formula begins."""

_SENTENCE_FROM = 6
"""From this many words on, a label counts as a sentence."""

_LITTLE = (
    "a an and are as at be been by do does for from has have how if in is it its of on or so than "
    "that the their them they this to was what when which who will with would"
)
"""Words that say little about what a text is about; `not`, `no` and numbers are kept."""


def syllables(word: str) -> int:
    """Estimate how many syllables an English word has.

    >>> [syllables(word) for word in ("the", "service", "named", "table", "pension", "period")]
    [1, 2, 1, 2, 2, 3]
    """
    bare = word.lower().replace("\u2019", "'").removesuffix("'s")
    groups = len(_VOWELS.findall(bare)) + len(_SPLIT.findall(bare))
    return max(1, groups - bool(_SILENT.search(bare)))


def reading_age(sentences: list[str]) -> float:
    """Return the age at which these sentences can be read: Flesch and Kincaid's grade, plus five.

    >>> round(reading_age(["The cat sat on the mat."]))
    4
    """
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    length = len(words) / len(sentences)
    weight = sum(map(syllables, words)) / len(words)
    return 0.39 * length + 11.8 * weight - 15.59 + _STARTING_AGE


def is_sentence(text: str) -> bool:
    """Tell whether a text has enough words for a reading age: a short label is no sentence.

    >>> is_sentence("Fully documented"), is_sentence("There is a plan that names who does what")
    (False, True)
    """
    return len(_WORD.findall(text)) >= _SENTENCE_FROM


def gist(text: str) -> frozenset[str]:
    """Return the words that matter in a text, whatever their order, case and plural.

    >>> sorted(gist("List the four Teams, and the risks"))
    ['four', 'list', 'risk', 'team']
    """
    little = frozenset(_LITTLE.split())
    words = (word.lower() for word in _TOKEN.findall(text))
    return frozenset(_singular(word) for word in words if word not in little)


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")  # noqa: PLR2004
    return word[:-1] if plural else word


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of their words that two gists have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0
