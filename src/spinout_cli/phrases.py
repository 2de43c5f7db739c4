"""Words put in shape: sentences, headlines, numbers with their nouns, days."""

from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def sentence(words: str) -> str:
    """Return the words with a full stop, unless they end like a sentence already.

    >>> sentence("A sponsor turns up"), sentence("Who pays?")
    ('A sponsor turns up.', 'Who pays?')
    """
    words = words.strip()
    return words if not words or words.endswith((".", "!", "?", "…", ".”", "?”")) else f"{words}."


def headline(words: str) -> str:
    """Return the words as they stand alone, without the full stop of a sentence."""
    return words.strip().removesuffix(".")


def capital(words: str) -> str:
    """Return the words with a capital at the beginning, and the rest as they are.

    >>> capital("what the BBC says")
    'What the BBC says'
    """
    return words[:1].upper() + words[1:]


def day(when: date) -> str:
    """Return a date in words, the same in every locale.

    >>> day(date(2026, 11, 22))
    '22 November 2026'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "roadblock"), counted(2, "roadblock")
    ('1 roadblock', '2 roadblocks')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
