"""What each parser promises of any bytes at all: one function each, for Hypothesis and for the fuzzer.

What a parser may raise is what it says that it raises; anything else is a fault.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from spinout_cli.commands import workshop_merge
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import loader, yaml_reader
from spinout_cli.reading import answer_files
from spinout_cli.sanitize import active_character
from spinout_cli.storage.record import lines_of, parse
from spinout_cli.workshop.vote_parser import ParsedVote, read_line

LOADED = loader.load(Path(__file__).with_name("interview.yaml"))
SET = LOADED.set
ROOM = {"staff": 18, "managers and union": 8, "users": 5}
WORK = Path(tempfile.mkdtemp())


def _is_harmless(refused: SpinoutError) -> None:
    assert str(refused)
    assert active_character(str(refused)) is None


def _is_somewhere(place: yaml_reader.Place) -> None:
    assert min(place.line, place.column) >= 1


def yaml(data: bytes) -> None:
    """A tree of text with a place for each part, or a place and a message that acts on nothing."""
    try:
        value = yaml_reader.read(data, "set.yaml").value
    except yaml_reader.YamlError as refused:
        _is_harmless(refused)
        _is_somewhere(refused.place)
    else:
        assert value is None or isinstance(value, dict | list | str)


def journal(data: bytes) -> None:
    """Records that would be written as just these bytes, or a refusal."""
    try:
        records, size = parse(data, Path("s.spinout"))
    except SpinoutError as refused:
        _is_harmless(refused)
    else:
        assert lines_of(records) == data[:size]


def session(data: bytes) -> None:
    """What records add up to, every checksum made to fit: a sheet that can be shown, or a refusal."""
    lines = data.removesuffix(b"\n").split(b"\n")
    fitted = b"".join(b"%08x %b\n" % (crc32(line), line) for line in lines)
    path = WORK / "s.spinout"
    path.write_bytes(fitted)
    try:
        sheet = answer_files.read_answer_file(path).sheet
    except SpinoutError as refused:
        _is_harmless(refused)
    else:
        assert answer_files.read_sheet(sheet.model_dump_json(exclude_none=True).encode(), "s.json")


def answers(data: bytes) -> None:
    """A sheet that reads back the same, or a refusal; likewise a workshop."""
    try:
        sheet = answer_files.read_sheet(data, "s.json")
    except SpinoutError as refused:
        _is_harmless(refused)
    else:
        again = answer_files.read_sheet(sheet.model_dump_json(exclude_none=True).encode(), "s.json")
        assert again == sheet


def counts(data: bytes) -> None:
    """Votes from no more people than are there, or a message without a digit of theirs."""
    found = read_line(data.decode(errors="surrogateescape"), 4, ROOM)
    if isinstance(found, ParsedVote):
        assert 0 <= found.whole.cast <= sum(ROOM.values())
        assert min(*found.whole.counts, found.whole.unknown) >= 0


def ballots(data: bytes) -> None:
    """Ballots whose answers are all in the set, or a refusal."""
    path = WORK / "b.csv"
    path.write_bytes(data)
    for given in workshop_merge.read(path, LOADED, []):
        if given.sheet is None:
            assert active_character(given.problem.replace("\n", " ")) is None
        else:
            for name, answer in given.sheet.answers.items():
                assert answer.rung is None or answer.rung in SET.question[name].ladder


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (yaml, journal, session, answers, counts, ballots)
}
