"""Scoring many: patterns, packed files, several processes, and what ends them."""

import gc
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.pseudo_terminal import COMMAND, Terminal, run, surroundings
from spinout_cli.commands.score import Scoring
from spinout_cli.reading import sources

posix = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX processes")
SHEET = {"format": "spinout.answers/1", "answers": {"staff.vote": {"rung": "lost"}}}


def line(name, **more):
    return json.dumps({**SHEET, "service": {"id": name}, **more}).encode() + b"\n"


def stream(number):
    return b"".join(line(f"s{n}") for n in range(number))


def names(came):
    return [json.loads(each)["service"]["id"] for each in came.stdout.splitlines()]


def told(came):
    words = came.stderr.decode()
    assert "Traceback" not in words
    return words


# ------------------------------------------------------------------ where answers come from


def test_a_pattern_is_ours_to_expand(tmp_path):
    for name in ("b/2.json", "a/1.json", "a/deep/3.json", "a/not.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(line(Path(name).stem))
    assert names(run("score", "*/*.json", folder=tmp_path)) == ["1", "2"]
    assert names(run("score", "**/*.json", folder=tmp_path)) == ["1", "3", "2"]
    came = run("score", "none/*.json", folder=tmp_path)
    assert came.returncode == 1
    assert "There is no file none/*.json" in told(came)


def test_a_stream_may_begin_with_a_byte_order_mark(tmp_path):
    came = run("score", "-", folder=tmp_path, stdin=b"\xef\xbb\xbf" + line("a") + line("b"))
    assert (came.returncode, names(came)) == (0, ["a", "b"])


def test_an_empty_folder_is_told_and_an_empty_stream_is_not(tmp_path):
    (tmp_path / "d/inside").mkdir(parents=True)
    (tmp_path / "d/inside/1.json").write_bytes(line("a"))
    came = run("score", "d", folder=tmp_path)
    assert (came.returncode, came.stdout) == (1, b"")
    assert "There are no answers in d." in told(came)
    assert "'d/**/*.json'" in told(came)
    assert run("score", "-", folder=tmp_path, stdin=b"").returncode == 0


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "a[1].json").write_bytes(line("odd"))
    assert json.loads(run("score", "a[1].json", folder=tmp_path).stdout)["service"]["id"] == "odd"


def pack(way, content):
    if way == "gz":
        return gzip.compress(content)
    return pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(content)


@pytest.mark.parametrize("way", ["gz", "zst"])
def test_what_is_packed_is_unpacked_wherever_it_comes_from(tmp_path, way):
    half = pack(way, line("one")) + pack(way, line("two"))  # two packed parts, one after the other
    (tmp_path / f"many.ndjson.{way}").write_bytes(half)
    (tmp_path / f"single.json.{way}").write_bytes(pack(way, json.dumps(SHEET, indent=2).encode()))
    assert names(run("score", "-", folder=tmp_path, stdin=half)) == ["one", "two"]
    assert names(run("score", f"many.ndjson.{way}", folder=tmp_path)) == ["one", "two"]
    assert json.loads(run("score", f"single.json.{way}", folder=tmp_path).stdout)["lenses"]
    assert len(run("score", ".", folder=tmp_path).stdout.splitlines()) == 3


@pytest.mark.parametrize("way", ["gz", "zst"])
def test_what_is_cut_short_or_damaged_is_named_after_what_is_whole(tmp_path, way):
    content = b"".join(line(os.urandom(30).hex()) for _ in range(20_000))
    whole = pack(way, content)
    (tmp_path / f"cut.ndjson.{way}").write_bytes(whole[: len(whole) // 2])
    found = list(sources.raw_records([str(tmp_path / f"cut.ndjson.{way}")]))
    assert len(found) > 100
    assert "it is packed, and ends too soon. It was read up to line" in found[-1].problem
    assert not any(raw.problem for raw in found[:-1])
    damaged = bytearray(whole)
    damaged[200:400] = bytes(200)
    (tmp_path / f"bad.ndjson.{way}").write_bytes(damaged)
    came = run("score", f"bad.ndjson.{way}", folder=tmp_path)
    assert came.returncode == 1
    assert f"bad.ndjson.{way} cannot be read" in told(came)


# What getrusage tells of a child begins with what its parent had; /proc tells of itself alone.
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it so")
@pytest.mark.parametrize("way", ["gz", "zst"])
def test_a_packed_flood_is_passed_over_and_never_held(tmp_path, way):
    flood = pack(way, b"x" * (64 << 20) + b"\n" + line("after"))
    (tmp_path / f"flood.ndjson.{way}").write_bytes(flood)
    (tmp_path / f"flood.json.{way}").write_bytes(flood)
    script = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from spinout_cli.reading import sources\n"
        "kept = [(r.where, r.problem) for r in map(sources.read_record, sources.raw_records(sys.argv[1:]))]\n"
        "used = re.search('VmHWM:\\\\s*(\\\\d+)', Path('/proc/self/status').read_text())\n"
        "print(used[1], kept)\n"
    )
    paths = [f"flood.ndjson.{way}", f"flood.json.{way}"]
    came = subprocess.run(
        [sys.executable, "-c", script, *paths], cwd=tmp_path, capture_output=True, check=True
    )
    most, _, kept = came.stdout.decode().partition(" ")
    assert ":1: this line is longer than 8 MiB" in kept
    assert f"('flood.ndjson.{way}:2', '')" in kept
    assert "holds more than 8 MiB" in kept
    assert int(most) < 160 << 10


def test_zstd_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "many.ndjson.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd rest")
    (found,) = sources.raw_records([str(path)])
    assert "pip install 'spinout-cli[commonalities]'" in found.problem


# ------------------------------------------------------------------ several processes


@pytest.mark.parametrize(
    "record",
    [
        line("a"),
        line("a", answers={"staff.vote": {"state": "unknown"}, "no.such": {"rung": "lost"}}),
        line("a", answers={"staff.vote": {"rung": 3}}),
        line("a", circumstances={"nation": "mars"}),
        b'{"format": "spinout.answers/1", "format": "spinout.answers/1", "answers": {}}',
        b'{"format": ',
        b"\xff",
    ],
)
def test_no_record_leaves_garbage_behind(record):
    """Nobody looks for any while a stream is scored: it would pile up as long as records come."""
    scoring = Scoring(None, None, datetime(2026, 11, 22, tzinfo=UTC))
    records = [sources.RawRecord(f"stdin:{n}", record) for n in range(100)]
    scoring.lines(records)  # what is made once is made now
    gc.collect()
    gc.disable()
    try:
        scoring.lines(records)
        assert gc.collect() == 0
    finally:
        gc.enable()


@posix
def test_the_same_bytes_come_out_whatever_the_number_of_workers(tmp_path):
    content = stream(150) + b"{\n" + stream(150)
    ways = [["--workers", "1"], ["--workers", "2"], ["--workers", "3"], []]
    came = [
        run("score", "-", *way, folder=tmp_path, stdin=content, SOURCE_DATE_EPOCH="1790000000")
        for way in ways
    ]
    assert len(names(came[0])) == 300
    for each in came:
        assert (each.returncode, each.stdout, told(each)) == (1, came[0].stdout, told(came[0]))
    assert "stdin:151:" in told(came[0])
    assert "1 could not be used and were left out." in told(came[0])


@posix
def test_fail_on_holds_with_several_workers(tmp_path):
    arguments = ("score", "-", "--workers", "2", "--fail-on", "stopped")
    assert run(*arguments, folder=tmp_path, stdin=stream(100)).returncode == 3


def test_one_file_may_be_a_line_too(tmp_path):
    (tmp_path / "a.json").write_bytes(line("a"))
    came = run("score", "a.json", "--format", "ndjson", folder=tmp_path)
    assert came.stdout.count(b"\n") == 1


def begin(folder, *arguments):
    return subprocess.Popen(
        [*COMMAND, "score", "many.ndjson", "--workers", "2", *arguments],
        cwd=folder,
        env=surroundings(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def group_is_gone(leader):
    """Tell whether nothing of a process group runs any more; what only waits to be buried is gone."""
    for _ in range(100):
        states = [
            stat.read_text().rpartition(")")[2].split()
            for stat in Path("/proc").glob("[0-9]*/stat")
            if stat.exists()
        ]
        if not any(int(fields[2]) == leader and fields[0] != "Z" for fields in states):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("how", "codes"),
    [
        (signal.SIGINT, (130, -2)),  # both are 130 to a shell
        (signal.SIGTERM, (-15,)),
        (signal.SIGKILL, (-9,)),
        (None, (1,)),
    ],
)
def test_however_it_ends_no_worker_is_left(tmp_path, how, codes):
    (tmp_path / "many.ndjson").write_bytes(stream(20_000))
    with begin(tmp_path) as process:
        process.stdout.read(100_000)
        if how is None:
            process.stdout.close()
            words = process.stderr.read()
        else:
            (os.killpg if how == signal.SIGINT else os.kill)(process.pid, how)
            _, words = process.communicate(timeout=60)
        assert process.wait(60) in codes
    assert b"Traceback" not in words
    assert group_is_gone(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_that_is_killed_is_told_and_nothing_hangs(tmp_path):
    (tmp_path / "many.ndjson").write_bytes(stream(20_000))
    with begin(tmp_path) as process:
        process.stdout.read(100_000)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        _, words = process.communicate(timeout=60)
        assert process.wait(60) == 1
    assert b"A worker process ended before its work was done" in words
    assert b"Traceback" not in words
    assert group_is_gone(process.pid)


@posix
def test_a_stream_that_waits_for_somebody_keeps_nobody_waiting(tmp_path):
    with subprocess.Popen(
        [*COMMAND, "score", "-", "--workers", "2"],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for name in ("one", "two"):
            process.stdin.write(line(name))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["service"]["id"] == name
        process.stdin.close()
        assert process.wait(60) == 0


# ------------------------------------------------------------------ somebody who watches


@posix
@pytest.mark.parametrize("plain", [True, False])
def test_progress_is_for_whoever_watches(tmp_path, plain):
    os.mkfifo(tmp_path / "many")
    arguments = ["score", "-", *(["--plain"] if plain else [])]
    with Terminal(*arguments, folder=tmp_path, redirect="< many > out") as terminal:
        with (tmp_path / "many").open("wb", buffering=0) as given:

            def goes_on():
                given.write(line("again"))  # as many as it takes, however fast they are scored
                return "scored" in terminal.words

            terminal.until(goes_on, "word of how far it is")
        assert terminal.end() == 0
