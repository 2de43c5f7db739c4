"""One parser under the coverage-guided fuzzer: `python fuzz/target.py NAME [SECONDS]`.

What a parser may raise is what it promises to raise; anything else stops the run, and the input
that did it is kept in `fuzz/found/`. Make it a test, mend the parser, and delete the file.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import atheris

with atheris.instrument_imports(include=["spinout_cli", "yaml", "json", "csv"]):
    from spinout_cli import bank, files, merging, yamltree
    from spinout_cli.cleaning import active_character
    from spinout_cli.counts import Counted, read_line
    from spinout_cli.errors import SpinoutError
    from spinout_cli.record import lines_of, parse

HERE = Path(__file__).parent
SET = bank.load(HERE.parent / "tests/interview.yaml").set
ROOM = {"staff": 18, "managers and union": 8, "users": 5}
WORK = Path(tempfile.mkdtemp())


def yaml(data: bytes) -> None:
    """A tree of text with a place for each part, or a place and a message that acts on nothing."""
    try:
        value = yamltree.read(data, "set.yaml").value
    except yamltree.Unreadable as refused:
        assert active_character(str(refused)) is None
        assert min(refused.place[1:]) >= 1
    else:
        assert value is None or isinstance(value, dict | list | str)


def journal(data: bytes) -> None:
    """Records that would be written as just these bytes, or a refusal."""
    try:
        records, size = parse(data, Path("s.spinout"))
    except SpinoutError as refused:
        assert active_character(str(refused).replace("\n", " ")) is None
    else:
        assert lines_of(records) == data[:size]


def session(data: bytes) -> None:
    """What records add up to, every checksum made to fit: a sheet that can be shown, or a refusal."""
    lines = data.removesuffix(b"\n").split(b"\n")
    fitted = b"".join(b"%08x %b\n" % (crc32(line), line) for line in lines)
    path = WORK / "s.spinout"
    path.write_bytes(fitted)
    try:
        sheet = files.read_given(path).sheet
    except SpinoutError as refused:
        assert active_character(str(refused).replace("\n", " ")) is None
    else:
        assert files.read_sheet(sheet.model_dump_json(exclude_none=True), "s.json")


def answers(data: bytes) -> None:
    """A sheet that reads back the same, or a refusal; likewise a workshop."""
    try:
        sheet = files.read_sheet(data, "s.json")
    except SpinoutError as refused:
        assert active_character(str(refused).replace("\n", " ")) is None
    else:
        again = files.read_sheet(sheet.model_dump_json(exclude_none=True), "s.json")
        assert again == sheet


def counts(data: bytes) -> None:
    """Votes from no more people than are there, or a message without a digit of theirs."""
    found = read_line(data.decode(errors="surrogateescape"), 4, ROOM)
    if isinstance(found, Counted):
        assert 0 <= found.whole.cast <= sum(ROOM.values())
        assert min(*found.whole.counts, found.whole.unknown) >= 0


def ballots(data: bytes) -> None:
    """Ballots whose answers are all in the set, or a refusal."""
    path = WORK / "b.csv"
    path.write_bytes(data)
    for given in merging.read(path, SET, []):
        if given.sheet is None:
            assert active_character(given.problem.replace("\n", " ")) is None
        else:
            for name, answer in given.sheet.answers.items():
                assert answer.rung is None or answer.rung in SET.question[name].ladder


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (yaml, journal, session, answers, counts, ballots)
}


def main(name: str, seconds: str = "60") -> None:
    """Run one target for so long, from the saved corpus, with nothing written into it."""
    found = HERE / "found"
    found.mkdir(exist_ok=True)
    grown = Path(tempfile.mkdtemp())
    options = [
        f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=1024", "-max_len=8192",
        f"-artifact_prefix={found}/{name}-", str(grown), str(HERE / "corpus" / name),
    ]  # fmt: skip
    words = HERE / f"{name}.dict"
    atheris.Setup([sys.argv[0], *options, *([f"-dict={words}"] if words.exists() else [])],
                  TARGETS[name])  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
