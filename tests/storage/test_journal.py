"""The session file: what it keeps, through every fault that can be injected."""

import errno
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from spinout_cli.errors import NotSaved, SpinoutError, WriteFailed
from spinout_cli.storage import locked_file, platform
from spinout_cli.storage import record as record_module
from spinout_cli.storage.journal import Journal, JournalLost, looks_like_journal, read
from spinout_cli.storage.record import Record
from spinout_cli.storage.recover import recover

WRITER = Path(__file__).parents[1] / "helpers/journal_writer.py"

posix = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX files")


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory, monkeypatch):
    """Keep rescue copies out of the folders of whoever runs the tests."""
    base = tmp_path_factory.mktemp("places")
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE", "TMPDIR"):
        (base / name).mkdir()
        monkeypatch.setenv(name, str(base / name))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "council.spinout"


@pytest.fixture
def small(path):
    """A journal of four records, closed."""
    with Journal.create(path, {"format": "test/1"}) as journal:
        journal.append("answer", "staff-will", {"rung": "most"})
        journal.append("note", "staff-will", "They asked for it — twice.\n£5")
        journal.append("back", None, None)
    return path


def values(records):
    return [(record.kind, record.q, record.v) for record in records]


def line_of(seq, kind, q, v):
    body = json.dumps(
        {"seq": seq, "t": "2024-05-01T10:00:00Z", "kind": kind, "q": q, "v": v},
        separators=(",", ":"),
    ).encode()
    return b"%08x %b\n" % (crc32(body), body)


def refused(path, *words, command=True):
    """Assert that nobody opens this file, that it stays as it is and that the reason is told."""
    before = path.read_bytes()
    for door in (Journal.resume, read):
        with pytest.raises(SpinoutError) as told:
            door(path)
        for word in (*words, path.name, *(["spinout recover"] if command else [])):
            assert word in str(told.value)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.torn*"))


@contextmanager
def largest_file(size):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def failing(number):
    def fail(*_args, **_more):
        raise OSError(number, os.strerror(number))

    return fail


@contextmanager
def writer(path, doing):
    """Run the writer, which is killed in the end."""
    command = [sys.executable, str(WRITER), str(path), doing]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


# What is kept


def test_records_come_back_as_they_were_given(path):
    with Journal.create(path, {"format": "test/1"}) as journal:
        record = journal.append("answer", "staff-will", {"rung": "most", "n": [1, 2.5, None]})
        assert journal.records[-1] == record
        kept = list(journal.records)
    assert kept[1] == Record(
        1, record.t, "answer", "staff-will", {"rung": "most", "n": [1, 2.5, None]}
    )
    assert read(path) == kept
    with Journal.resume(path) as journal:
        assert (journal.path, journal.records, journal.torn) == (path, kept, None)
        assert journal.reread() == kept


def test_what_is_known_already_is_saved_with_the_header(path):
    given = [("answer", "staff-will", {"rung": "most"}), ("note", "staff-will", "As told.")]
    with Journal.create(path, None, given) as journal:
        assert values(journal.records) == [("header", None, None), *given]
    assert read(path) == journal.records


def test_a_line_is_checksum_space_json(small):
    lines = small.read_bytes().splitlines()
    assert len(lines) == 4
    for number, line in enumerate(lines):
        crc, body = line.split(b" ", 1)
        assert crc == b"%08x" % crc32(body)
        found = json.loads(body)
        assert list(found) == ["seq", "t", "kind", "q", "v"]
        assert found["seq"] == number
        assert found["t"].endswith("Z")
    assert "—".encode() in lines[2]
    assert looks_like_journal(lines[0][:16])
    assert not looks_like_journal(b'{"format": "spinout.answers/1"}')


@given(
    st.lists(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        ),
        max_size=4,
    )
)
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_json_holds_is_kept(tmp_path, given_values):
    path = tmp_path / f"{os.urandom(8).hex()}.spinout"
    with Journal.create(path, None) as journal:
        for value in given_values:
            with suppress(WriteFailed):  # half characters
                assert journal.append("any", None, value).v == value
        kept = list(journal.records)
    assert read(path) == kept


def test_memory_is_what_the_file_says_and_not_what_was_handed_in(path):
    handed = {"a": (1, 2)}
    with Journal.create(path, handed) as journal:
        handed["a"] = ()
        assert journal.records[0].v == {"a": [1, 2]} == journal.reread()[0].v


def test_each_record_is_synced_before_it_counts(path, monkeypatch):
    seen = []
    real = platform.sync
    with Journal.create(path, None) as journal:
        monkeypatch.setattr(
            platform,
            "sync",
            lambda fd: (seen.append((len(journal.records), path.stat().st_size)), real(fd)),
        )
        before = path.stat().st_size
        journal.append("a", None, 1)
        assert [count for count, _ in seen] == [1]
        assert seen[0][1] == path.stat().st_size > before


def test_the_folder_is_synced_when_a_journal_is_made(path, monkeypatch):
    seen = []
    monkeypatch.setattr(platform, "sync_folder", seen.append)
    Journal.create(path, None).close()
    assert seen == [path.parent]


def test_new_files_and_repairs_are_synced(small, monkeypatch):
    synced = []
    real = platform.sync
    monkeypatch.setattr(platform, "sync", lambda fd: (synced.append(os.fstat(fd).st_ino), real(fd)))
    with Journal.create(small.with_name("b.spinout"), None) as journal:
        assert journal.path.stat().st_ino in synced
    with small.open("ab") as file:
        file.write(b"torn")
    synced.clear()
    with Journal.resume(small) as journal:
        assert synced[0] == journal.torn.stat().st_ino
        assert synced[-1] == small.stat().st_ino
        with monkeypatch.context() as broken:
            broken.setattr(platform, "write_all", stop)
            with pytest.raises(Stop):
                journal.append("a", None, 1)
        synced.clear()
        journal.reread()
        assert synced == [small.stat().st_ino]


def test_a_short_write_goes_on_to_the_end(path, monkeypatch):
    real = os.write
    with Journal.create(path, None) as journal:
        monkeypatch.setattr(os, "write", lambda fd, left: real(fd, bytes(left)[:7]))
        journal.append("note", None, "longer than seven bytes")
    assert read(path)[1].v == "longer than seven bytes"


def test_a_session_of_several_megabytes_comes_back_whole(path, monkeypatch):
    notes = [letter * (1 << 20) for letter in "abc"]
    with Journal.create(path, None) as journal:
        for note in notes:
            journal.append("note", None, note)
    assert [record.v for record in read(path)] == [None, *notes]
    # However it is read, it is never taken for what its first two are.
    monkeypatch.setattr(locked_file, "FILE_LIMIT", 2 << 20)
    refused(path, "64 MiB", command=False)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "\ud800", {"a": float("nan")}, {1: "a", "1": "b"}],
    ids=["nan", "inf", "half", "nested", "same key twice"],
)
def test_what_no_file_can_keep_is_refused(path, value):
    with Journal.create(path, None) as journal:
        with pytest.raises(WriteFailed) as told:
            journal.append("a", None, value)
        assert str(told.value) == "This cannot be saved: it holds something that no file can keep."
        journal.append("a", None, "fine")
        assert values(journal.reread()) == [("header", None, None), ("a", None, "fine")]


@pytest.mark.parametrize("around", [lambda v: [v], lambda v: {"a": v}], ids=["list", "object"])
@pytest.mark.parametrize("depth", [65, 2000, 100_000])
def test_deep_values_are_refused(path, depth, around):
    value = None
    for _ in range(depth):
        value = around(value)
    with Journal.create(path, None) as journal, pytest.raises(WriteFailed):
        journal.append("a", None, value)
    with Journal.resume(path) as journal:
        assert journal.append("a", None, [[[{"b": [{}]}]]]).seq == 1


def test_a_value_may_nest_sixty_four_deep(path):
    value = None
    for _ in range(64):
        value = [value]
    with Journal.create(path, None) as journal:
        journal.append("a", None, value)
    assert read(path)[1].v == value


def test_a_line_over_the_cap_is_refused_in_and_out(path, monkeypatch):
    with Journal.create(path, None) as journal:
        with pytest.raises(WriteFailed, match="8 MiB"):
            journal.append("a", None, "x" * (8 << 20))
        journal.append("a", None, "x" * 200)
        journal.append("b", None, "y")
    monkeypatch.setattr(record_module, "LINE_LIMIT", 150)
    refused(path, "Line 2", "8 MiB")


def test_an_answer_may_be_just_as_long_as_the_cap_with_its_end(path, monkeypatch):
    with Journal.create(path, None) as journal:
        before = path.stat().st_size
        journal.append("a", None, "x" * 200)
        size = path.stat().st_size - before
        monkeypatch.setattr(record_module, "LINE_LIMIT", size)
        journal.append("a", None, "y" * 200)
        with pytest.raises(WriteFailed) as told:
            journal.append("a", None, "z" * 201)
        assert str(told.value) == "This is too long to be saved: one answer may have 8 MiB."
    assert [record.v for record in read(path)] == [None, "x" * 200, "y" * 200]


def test_a_line_may_be_just_as_long_as_the_cap_with_its_end(small, monkeypatch):
    *_, longest = sorted(small.read_bytes().splitlines(keepends=True), key=len)
    monkeypatch.setattr(record_module, "LINE_LIMIT", len(longest))
    assert len(read(small)) == 4
    with small.open("ab") as file:
        file.write(b"x" * (len(longest) - 1))
    with Journal.resume(small) as journal:
        journal.torn.unlink()
    with small.open("ab") as file:
        file.write(b"x" * len(longest))
    refused(small, "Line 5", "is damaged: it is longer than 8 MiB. ")
    monkeypatch.setattr(record_module, "LINE_LIMIT", len(longest) - 1)
    refused(small, "Line 3", "is damaged: it is longer than 8 MiB. ")


def test_a_file_over_the_cap_is_refused_in_and_out(small, monkeypatch):
    monkeypatch.setattr(locked_file, "FILE_LIMIT", small.stat().st_size + 10)
    with Journal.resume(small) as journal, pytest.raises(WriteFailed) as told:
        journal.append("a", None, "too much")
    assert str(told.value) == f"{small} is full: a session may have 64 MiB."
    monkeypatch.setattr(locked_file, "FILE_LIMIT", small.stat().st_size)
    assert len(read(small)) == 4
    monkeypatch.setattr(locked_file, "FILE_LIMIT", small.stat().st_size - 1)
    refused(small, "64 MiB", command=False)


def test_a_file_may_grow_to_just_the_cap(small, monkeypatch):
    before = small.stat().st_size
    with Journal.resume(small) as journal:
        journal.append("a", None, "one")
        after = small.stat().st_size
        monkeypatch.setattr(locked_file, "FILE_LIMIT", after + (after - before))
        journal.append("a", None, "two")
        with pytest.raises(WriteFailed, match="is full"):
            journal.append("a", None, "")
    assert values(read(small))[4:] == [("a", None, "one"), ("a", None, "two")]


def test_a_closed_journal_takes_nothing(small):
    journal = Journal.resume(small)
    journal.close()
    journal.close()
    with pytest.raises(ValueError, match=r"^the journal is closed$"):
        journal.append("a", None, 1)


def test_a_disk_that_complains_when_it_is_let_go_of_takes_nothing_back(small, monkeypatch):
    journal = Journal.resume(small)
    journal.append("a", None, 1)
    real = os.close

    def close(fd):
        real(fd)
        failing(errno.EIO)()

    with monkeypatch.context() as broken:
        broken.setattr(os, "close", close)
        journal.close()
    with Journal.resume(small) as again:
        assert again.records == journal.records


@posix
def test_a_file_that_takes_the_place_of_a_closed_input_is_as_good_as_any(small):
    """As after `<&-`: what is opened next gets the number nought."""
    kept = os.dup(0)
    os.close(0)
    try:
        with Journal.resume(small) as journal:
            assert os.path.samestat(os.fstat(0), small.stat())
            journal.append("a", None, 1)
        with Journal.resume(small) as journal:
            assert journal.reread()[-1].v == 1
    finally:
        os.dup2(kept, 0)
        os.close(kept)


# Who may open what


@posix
@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_files_are_private_whatever_the_umask(path, umask):
    before = os.umask(umask)
    try:
        Journal.create(path, None).close()
        with path.open("ab") as file:
            file.write(b"torn")
        with Journal.resume(path) as journal:
            made = [path, journal.torn, journal.save_elsewhere(path.with_name("b.spinout")).path]
        platform.write_atomically(path.with_name("export"), b"x")
    finally:
        os.umask(before)
    for file in (*made, path.with_name("export")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_exists_is_never_made_anew(path):
    path.write_bytes(b"")
    with pytest.raises(SpinoutError, match=r"council\.spinout exists already"):
        Journal.create(path, None)
    assert path.read_bytes() == b""
    refused(path, "nothing is there")


@posix
def test_links_are_not_followed(small):
    link = small.with_name("link.spinout")
    link.symlink_to(small)
    dangling = small.with_name("dangling.spinout")
    dangling.symlink_to(small.with_name("nothing"))
    for door in (Journal.resume, read):
        with pytest.raises(SpinoutError, match="symbolic link"):
            door(link)
    for there in (link, dangling):
        with pytest.raises(SpinoutError, match="exists already"):
            Journal.create(there, None)
    assert not small.with_name("nothing").exists()


@posix
def test_pipes_folders_and_devices_are_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe.spinout"
    os.mkfifo(pipe)
    into = tmp_path / "new.spinout"
    for door in (Journal.resume, read, lambda path: recover(path, into)):
        for path, what in (
            (pipe, "a pipe"),
            (tmp_path, "a folder"),
            (Path(os.devnull), "a device"),
        ):
            with pytest.raises(SpinoutError) as told:
                door(path)
            assert str(told.value).startswith(f"{path} is {what}. A session is saved in a plain")
            assert str(told.value).endswith("Name the session file itself.")
    for path in (pipe, tmp_path):
        with pytest.raises(SpinoutError, match="exists already"):
            Journal.create(path, None)


@posix
def test_what_is_swapped_just_before_it_is_opened_is_refused(small, monkeypatch):
    pipe = small.with_name("pipe")
    os.mkfifo(pipe)
    link = small.with_name("link")
    link.symlink_to(small)
    plain = small.stat()
    monkeypatch.setattr(os, "lstat", lambda _path: plain)
    for door in (Journal.resume, read):
        with pytest.raises(SpinoutError, match=r"/pipe is a pipe\."):
            door(pipe)
        with pytest.raises(SpinoutError, match=r"/link could not be opened: it is a symbolic link"):
            door(link)


def test_missing_files_folders_and_odd_names_are_told(tmp_path):
    with pytest.raises(SpinoutError, match=r"There is no file .*none\.spinout\. Check its name"):
        Journal.resume(tmp_path / "none.spinout")
    with pytest.raises(SpinoutError, match="no such folder"):
        Journal.create(tmp_path / "none" / "a.spinout", None)
    with pytest.raises(SpinoutError, match="too long"):
        Journal.create(tmp_path / ("a" * 300), None)
    for door in (Journal.resume, lambda path: Journal.create(path, None)):
        with pytest.raises(SpinoutError, match=": its name holds a character that no file name"):
            door(tmp_path / "a\0b")
    with pytest.raises(SpinoutError) as told:
        Journal.resume(tmp_path / "\x1b[31m\u202e.spinout")
    assert "\x1b" not in str(told.value)


@posix
def test_missing_permission_is_told(small):
    small.chmod(0)
    if os.access(small, os.R_OK):
        pytest.skip("root may do anything")
    with pytest.raises(SpinoutError, match="permission is missing"):
        Journal.resume(small)
    small.parent.chmod(0o500)
    try:
        with pytest.raises(SpinoutError, match="permission is missing"):
            Journal.create(small.with_name("b.spinout"), None)
    finally:
        small.parent.chmod(0o700)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_journal_that_cannot_be_made_leaves_nothing(path, monkeypatch, number):
    monkeypatch.setattr(platform, "write_all", failing(number))
    with pytest.raises(SpinoutError, match=r"council\.spinout could not be made"):
        Journal.create(path, None)
    assert list(path.parent.iterdir()) == []


def test_the_reason_is_told_even_where_what_was_begun_cannot_be_removed(path, monkeypatch):
    def unplugged(_fd, _content):
        path.unlink()
        failing(errno.EIO)()

    monkeypatch.setattr(platform, "write_all", unplugged)
    with pytest.raises(SpinoutError, match="could not be made: the disk reported an error"):
        Journal.create(path, None)


def test_a_new_file_that_another_window_takes_at_once_is_left_to_it(path, monkeypatch):
    monkeypatch.setattr(platform, "lock", lambda _fd: False)
    with pytest.raises(SpinoutError) as told:
        Journal.create(path, None)
    assert str(told.value) == (
        f"{path} could not be made: another window took it at this very moment. "
        "Choose another folder or name."
    )


def test_a_second_opener_is_refused_in_the_same_process(path):
    with Journal.create(path, None) as journal:
        with pytest.raises(SpinoutError, match=r"council\.spinout is open in another window"):
            Journal.resume(path)
        journal.append("a", None, 1)
        assert len(read(path)) == 2
    Journal.resume(path).close()


def test_a_second_window_works_once_the_first_is_killed(small):
    with writer(small, "hold") as process:
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(SpinoutError, match="open in another window"):
            Journal.resume(small)
    with Journal.resume(small) as journal:
        assert len(journal.records) == 4


def test_a_disk_without_locks_is_told(small, monkeypatch):
    monkeypatch.setattr(platform, "lock", failing(errno.ENOLCK))
    with pytest.raises(SpinoutError) as told:
        Journal.resume(small)
    assert str(told.value) == (
        f"{small} cannot be locked against a second window: "
        f"{os.strerror(errno.ENOLCK).lower()}. Put it in a folder on this machine's own disk."
    )


@posix
def test_a_file_that_is_replaced_while_it_is_opened_is_refused(small, monkeypatch):
    def late(fd):
        shutil.copy(small, small.with_name("other"))
        small.with_name("other").replace(small)
        return real(fd)

    real = platform.lock
    monkeypatch.setattr(platform, "lock", late)
    with pytest.raises(SpinoutError) as told:
        Journal.resume(small)
    assert str(told.value) == f"{small} was just moved or deleted. Try again."


def test_a_disk_that_fails_while_it_is_read_is_told(small, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(os, "read", failing(errno.EIO))
        for door in (Journal.resume, read):
            with pytest.raises(SpinoutError) as told:
                door(small)
            assert str(told.value) == f"{small} could not be read: the disk reported an error."
    assert len(read(small)) == 4


# Torn by a crash


def test_an_end_torn_at_any_byte_is_put_aside(small):
    whole = small.read_bytes()
    kept = read(small)
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start + 1, len(whole)):
        small.write_bytes(whole[:end])
        assert read(small) == kept[:-1]
        assert small.read_bytes() == whole[:end]
        with Journal.resume(small) as journal:
            assert journal.records == kept[:-1]
            assert journal.torn == small.with_name("council.spinout.torn")
            assert journal.torn.read_bytes() == whole[start:end]
            journal.append("again", None, end)
            journal.torn.unlink()
        assert values(read(small)) == [*values(kept[:-1]), ("again", None, end)]


@pytest.mark.parametrize("zeros", [1, 512, 70_000])
def test_an_end_of_zeros_is_put_aside(small, zeros):
    whole = small.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for content in (whole, whole[:start], whole[: start + 20], whole[:-1]):
        small.write_bytes(content + bytes(zeros))
        with Journal.resume(small) as journal:
            assert len(journal.records) == content.count(b"\n")
            assert journal.torn.read_bytes().endswith(bytes(zeros))
        assert small.read_bytes() == content[: content.rindex(b"\n") + 1]


def test_a_last_line_with_a_hole_in_it_is_put_aside(small):
    whole = small.read_bytes()
    small.write_bytes(whole[:-20] + bytes(10) + whole[-10:])
    with Journal.resume(small) as journal:
        assert len(journal.records) == 3
        assert journal.torn.read_bytes().endswith(whole[-10:])


def test_a_first_answer_with_a_hole_in_it_is_put_aside(path):
    with Journal.create(path, None) as journal:
        journal.append("answer", "staff-will", {"rung": "most"})
    whole = path.read_bytes()
    path.write_bytes(whole[:-20] + bytes(10) + whole[-10:])
    with Journal.resume(path) as journal:
        assert values(journal.records) == [("header", None, None)]


def test_what_was_put_aside_before_is_kept(small):
    for ending in ("", "-2", "-3"):
        with small.open("ab") as file:
            file.write(b"torn" + ending.encode())
        with Journal.resume(small) as journal:
            assert journal.torn.name == f"council.spinout.torn{ending}"
            assert journal.torn.read_bytes() == b"torn" + ending.encode()


def test_after_ninety_nine_torn_ends_no_more_are_put_aside(small):
    names = ["council.spinout.torn", *(f"council.spinout.torn-{n}" for n in range(2, 100))]
    for name in names:
        small.with_name(name).write_bytes(b"older")
    with small.open("ab") as file:
        file.write(b"torn")
    before = small.read_bytes()
    with pytest.raises(SpinoutError, match="could not be put aside: too many of the same name"):
        Journal.resume(small)
    assert small.read_bytes() == before
    assert {file.name for file in small.parent.iterdir()} == {small.name, *names}


def test_an_end_that_cannot_be_put_aside_is_left(small, monkeypatch):
    with small.open("ab") as file:
        file.write(b"torn")
    before = small.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(platform, "write_all", failing(errno.ENOSPC))
        with pytest.raises(SpinoutError) as told:
            Journal.resume(small)
    assert str(told.value) == (
        f"The last save in {small} was cut short, and what is left of it could not be put aside: "
        "the disk is full. Mend that, or copy the file to another folder."
    )
    assert [file.name for file in small.parent.iterdir()] == [small.name]
    assert small.read_bytes() == before
    with Journal.resume(small) as journal:
        assert journal.torn


def test_a_torn_header_is_refused(small):
    header = small.read_bytes().split(b"\n")[0]
    for end in range(1, len(header) + 1):
        small.write_bytes(header[:end])
        refused(small, "line 1")


# Damaged


@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_every_flipped_byte_is_noticed(small, mask):
    whole = small.read_bytes()
    kept = read(small)
    last = whole.rindex(b"\n", 0, -1) + 1
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= mask
        small.write_bytes(damaged)
        if last <= place < len(whole) - 1 and damaged[place] != ord("\n"):
            with Journal.resume(small) as journal:
                assert journal.records == kept[:-1]
                assert journal.torn.read_bytes() == damaged[last:]
                journal.torn.unlink()
        else:
            number = damaged[:place].count(b"\n") + 1
            refused(small, f"ine {number} ")


def test_changed_line_ends_are_refused(small):
    whole = small.read_bytes()
    for damaged in (
        whole.replace(b"\n", b"\r\n"),
        whole.replace(b"\n", b"\r"),
        whole.split(b"\n")[0] + b"\r\n",
    ):
        small.write_bytes(damaged)
        refused(small, "line 1")
    small.write_bytes(whole[:-1] + b"\r\n")
    refused(small, "Line 4", "line ends were changed")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda line: line.replace(b"most", b"none"), "its checksum does not fit"),
        (lambda line: line[:-9], "it was cut short or changed"),
        (lambda _line: b"", "nothing is there"),
        (
            lambda line: line + b"\r",
            "its line ends were changed, as some editors and mail programs do",
        ),
    ],
    ids=["changed", "cut", "empty", "line ends"],
)
def test_the_reason_and_the_way_out_are_told_with_the_name(small, damage, what):
    path = small.rename(small.with_name("our council.spinout"))
    way = f"spinout recover '{path}'"
    head, line, *rest = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join((head, damage(line), *rest, b"")))
    with pytest.raises(SpinoutError) as told:
        read(path)
    assert str(told.value) == (
        f"Line 2 of {path} is damaged: {what}. It is left as it is. "
        f"This makes a new session of all that is whole: {way}"
    )
    path.write_bytes(b"\n".join((damage(line), *rest, b"")))
    with pytest.raises(SpinoutError) as told:
        read(path)
    assert str(told.value) == (
        f"{path} is no session, or is damaged from line 1 on: {what}. It is left as it is. "
        f"If it was a session, this makes a new one of what is whole: {way}"
    )


def test_missing_repeated_and_reordered_records_are_refused(small):
    a, b, c, d = small.read_bytes().splitlines(keepends=True)
    for lines, number, there in (
        ((b, c, d), 1, 1),
        ((a, c, d), 2, 2),
        ((a, b, d), 3, 3),
        ((a, a, b), 2, 0),
        ((a, b, b), 3, 1),
        ((a, b, c, d, d), 5, 3),
        ((a, c, b, d), 2, 2),
        ((a, b, d, c), 3, 3),
    ):
        small.write_bytes(b"".join(lines))
        refused(small, f"ine {number} ", f"record {number - 1} should be here, not {there}.")
    small.write_bytes(b"".join((a, b, b"\n", c)))
    refused(small, "Line 3", "nothing is there")


@pytest.mark.parametrize("tail", [b"torn", b"\0" * 99])
def test_a_damaged_line_above_a_torn_end_is_refused(small, tail):
    whole = small.read_bytes()
    small.write_bytes(whole[:-5] + b"?" + whole[-4:] + tail)
    refused(small, "Line 4")


def test_a_record_behind_a_damaged_line_end_is_not_taken_for_a_torn_end(small):
    a, b, c, d = small.read_bytes().splitlines()
    for end in (b"", b"\0", b"\x0b", b" torn "):
        small.write_bytes(b"\n".join((a, b, c)) + end + d + b"\n")
        refused(small, "Line 3")
    small.write_bytes(b"\n".join((a, b, c, d)) + b"X")
    refused(small, "Line 4")


@pytest.mark.parametrize(
    "line",
    [
        line_of(1, "a", None, float("nan")),
        line_of(1, "a", None, "\ud800"),
        line_of(seq=True, kind="a", q=None, v=1),
        line_of("1", "a", None, 1),
        line_of(1, "a", 7, 1),
        line_of(1, None, None, 1),
        line_of(1, "a", None, json.loads("[" * 99 + "]" * 99)),
        b"%08x %b\n" % (crc32(b"[]"), b"[]"),
        b"%08x %b\n" % (crc32(b"[" * 200_000), b"[" * 200_000),
        line_of(1, "a", None, 1).upper(),
    ],
    ids=["nan", "half", "bool", "text", "q", "kind", "deep", "list", "deeper", "upper"],
)
def test_a_forged_line_is_refused_however_its_checksum_fits(small, line):
    a, *rest = small.read_bytes().splitlines(keepends=True)
    small.write_bytes(b"".join((a, line, *rest[1:])))
    refused(small, "Line 2")


def test_same_key_twice_is_refused(small):
    body = b'{"seq":1,"t":"","kind":"a","q":null,"v":{"a":1,"a":2}}'
    a, _, c, d = small.read_bytes().splitlines(keepends=True)
    small.write_bytes(a + b"%08x %b\n" % (crc32(body), body) + c + d)
    refused(small, "Line 2")


@pytest.mark.parametrize(
    "content", [b"hello\n", b'{"format":"x"}', os.urandom(5000), b"\n", bytes(9)]
)
def test_what_is_no_journal_is_refused(path, content):
    path.write_bytes(content)
    refused(path, "line 1")


def test_a_first_record_that_is_no_header_is_refused(path):
    path.write_bytes(line_of(0, "answer", None, 1) + line_of(1, "answer", None, 1))
    refused(path, f"{path} is no session", "from line 1 on: the header should be here.")


# A save that fails


@posix
def test_a_full_disk_loses_nothing_and_trying_again_works(small):
    before = small.read_bytes()
    with Journal.resume(small) as journal:
        for _ in range(2):
            with largest_file(len(before) + 100), pytest.raises(WriteFailed) as told:
                journal.append("note", None, "x" * 5000)
            assert "could not be saved" in str(told.value)
            assert small.read_bytes() == before
        assert len(journal.records) == 4
        assert journal.append("note", None, "x" * 5000).seq == 4
        assert journal.reread() == journal.records
    assert len(read(small)) == 5


@posix
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_any_failed_write_is_taken_back(small, monkeypatch, number):
    real = os.write
    wrote = []

    def half(fd, left):
        if wrote:
            raise OSError(number, os.strerror(number))
        wrote.append(real(fd, left[: len(left) // 2]))
        return wrote[0]

    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", half)
            with pytest.raises(WriteFailed):
                journal.append("a", None, 1)
        assert journal.reread() == journal.records
        assert journal.append("a", None, 1).seq == 4
    assert len(read(small)) == 5


def test_an_answer_can_be_saved_elsewhere(small, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            broken.setattr(platform, "write_all", failing(errno.ENOSPC))
            with pytest.raises(WriteFailed, match="the disk is full"):
                journal.append("a", None, 1)
            with pytest.raises(SpinoutError):
                journal.save_elsewhere(other / small.name)
        with pytest.raises(SpinoutError, match="exists already"):
            journal.save_elsewhere(small)
        with journal.save_elsewhere(other / small.name) as moved:
            moved.append("a", None, 1)
            assert moved.records[:-1] == journal.records
    assert len(read(small)) == 4
    assert len(read(other / small.name)) == 5


def rescued(journal, path, fault=None, **append):
    """Append, expect the end of this journal, and return what the rescue copy holds."""
    value = append or {"rung": "few"}
    with pytest.raises(JournalLost, match=fault) as told:
        journal.append("answer", "last", value)
    assert isinstance(told.value, NotSaved)
    rescue = told.value.rescue
    assert rescue.name in str(told.value)
    with pytest.raises(JournalLost) as again:
        journal.append("answer", "after", 1)
    assert again.value.rescue == rescue
    assert rescue != path
    with Journal.resume(rescue) as copy:
        assert copy.torn is None
        assert copy.records[:-1] == journal.records
        assert values(copy.records)[-1] == ("answer", "last", value)
        copy.append("goes on", None, None)
    if sys.platform != "win32":
        assert stat.S_IMODE(rescue.stat().st_mode) == 0o600
    return rescue


def once(function, fault):
    """The function, except that its first call fails."""
    calls = []

    def called(*args):
        calls.append(args)
        return fault() if len(calls) == 1 else function(*args)

    return called


def test_a_failed_sync_ends_the_journal_and_everything_is_rescued(small, monkeypatch):
    with Journal.resume(small) as journal:
        monkeypatch.setattr(platform, "sync", once(platform.sync, failing(errno.EIO)))
        rescue = rescued(journal, small, "did not confirm")
        size = small.stat().st_size
        with pytest.raises(JournalLost):
            journal.append("again", None, 1)
        assert small.stat().st_size == size
    assert rescue == small.with_name("council-rescue.spinout")


def test_a_disk_that_confirms_nothing_still_leaves_a_copy(small, monkeypatch):
    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            broken.setattr(platform, "sync", failing(errno.EIO))
            with pytest.raises(JournalLost) as told:
                journal.append("a", None, 1)
        assert len(read(told.value.rescue)) == 5


def test_a_write_that_cannot_be_taken_back_ends_the_journal(small, monkeypatch):
    with Journal.resume(small) as journal:
        monkeypatch.setattr(platform, "write_all", once(platform.write_all, failing(errno.ENOSPC)))
        monkeypatch.setattr(os, "ftruncate", failing(errno.EIO))
        rescued(journal, small, ": a save failed half-way and could not be taken back. ")


def test_a_rescue_copy_is_itself_confirmed_where_the_disk_does_so(small, monkeypatch):
    synced, real = [], platform.sync

    def sync(fd):
        synced.append(os.fstat(fd).st_ino)
        if len(synced) == 1:
            failing(errno.EIO)()
        real(fd)

    monkeypatch.setattr(platform, "sync", sync)
    with Journal.resume(small) as journal, pytest.raises(JournalLost) as told:
        journal.append("answer", "more", {"rung": "all"})
    assert told.value.rescue.stat().st_ino in synced[1:]
    assert str(told.value) == (
        f"{small} can no longer be used: the disk did not confirm a save. "
        f"Everything up to here is safe in {told.value.rescue}."
    )


def test_after_a_rescue_it_is_said_which_answer_is_in_no_file(small, monkeypatch):
    monkeypatch.setattr(platform, "sync", once(platform.sync, failing(errno.EIO)))
    with Journal.resume(small) as journal:
        with pytest.raises(JournalLost) as told:
            journal.append("answer", "more", {"rung": "all"})
        with pytest.raises(JournalLost) as again:
            journal.append("answer", "another", {"rung": "all"})
    assert str(again.value) == (
        f"{small} can no longer be used: the disk did not confirm a save. "
        f"This was not saved. {told.value.rescue} has what was there before it."
    )


def test_a_reason_that_has_no_words_of_ours_is_told_as_the_system_does(small, monkeypatch):
    monkeypatch.setattr(platform, "write_all", failing(errno.ENOTBLK))
    with Journal.resume(small) as journal, pytest.raises(WriteFailed) as told:
        journal.append("answer", "more", {"rung": "all"})
    assert os.strerror(errno.ENOTBLK).lower() in str(told.value)


def test_a_reason_that_the_system_does_not_give_is_said_to_be_unknown(small, monkeypatch):
    def fail(*_args):
        raise OSError

    monkeypatch.setattr(platform, "write_all", fail)
    with Journal.resume(small) as journal, pytest.raises(WriteFailed) as told:
        journal.append("answer", "more", {"rung": "all"})
    assert f"{small}: unknown reason. Everything before it is safe." in str(told.value)


def test_rescue_copies_do_not_overwrite_each_other(small, monkeypatch):
    for name in ("council-rescue.spinout", "council-rescue-2.spinout"):
        small.with_name(name).write_text("older")
    with Journal.resume(small) as journal:
        monkeypatch.setattr(platform, "sync", once(platform.sync, failing(errno.EIO)))
        assert rescued(journal, small).name == "council-rescue-3.spinout"
    assert small.with_name("council-rescue.spinout").read_text() == "older"


@posix
def test_a_deleted_file_is_noticed(small):
    with Journal.resume(small) as journal:
        small.unlink()
        rescued(journal, small, "deleted")
        assert not small.exists()
        with pytest.raises(SpinoutError):
            journal.reread()


@posix
@pytest.mark.parametrize("way", ["deleted", "damaged", "shorter"])
def test_what_became_of_a_file_is_noticed_when_it_is_looked_at(small, way):
    """As on leaving, when nothing more is to be saved."""
    whole = small.read_bytes()
    with Journal.resume(small) as journal:
        assert journal.reread() == journal.records
        if way == "deleted":
            small.unlink()
        else:
            small.write_bytes(whole.replace(b"most", b"none") if way == "damaged" else whole[:-9])
        with pytest.raises(JournalLost, match="changed by something else") as told:
            journal.reread()
    assert told.value.rescue.read_bytes() == whole


def test_a_copy_can_be_had_of_all_that_is_saved_and_one_thing_that_is_not(small):
    with Journal.resume(small) as journal:
        copy = journal.rescue("note", "staff-will", "half a li")
        assert copy == small.with_name("council-rescue.spinout")
        assert read(copy)[:-1] == journal.records == read(small)
        assert values(read(copy))[-1] == ("note", "staff-will", "half a li")
        assert read(copy)[-1].seq == 4


@posix
def test_a_deleted_file_is_noticed_where_the_folder_still_lists_it(small, monkeypatch):
    """As on a network drive, whose names may come from the memory of this machine."""
    listed = small.lstat()
    with Journal.resume(small) as journal:
        small.unlink()
        monkeypatch.setattr(os, "lstat", lambda _path: listed)
        with pytest.raises(JournalLost, match="deleted"):
            journal.append("a", None, 1)


@posix
@pytest.mark.parametrize("way", ["copy", "link", "text"])
def test_a_replaced_file_is_noticed(small, way):
    other = small.with_name("other")
    with Journal.resume(small) as journal:
        if way == "copy":
            shutil.copy(small, other)
        elif way == "link":
            small.rename(small.with_name("moved"))
            other.symlink_to(small.with_name("moved"))
        else:
            other.write_text("something else")
        other.replace(small)
        rescued(journal, small)
        if way == "text":
            assert small.read_text() == "something else"


@posix
@pytest.mark.parametrize("content", [b"", b"shorter"])
def test_a_file_rewritten_in_place_is_noticed(small, content):
    with Journal.resume(small) as journal:
        with small.open("r+b") as file:
            file.truncate(0)
            file.write(content)
        rescued(journal, small, "changed by something else")


@posix
def test_a_deleted_folder_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "council.spinout"
    with Journal.create(path, None) as journal:
        shutil.rmtree(folder)
        rescue = rescued(journal, path)
    assert rescue == tmp_path / "state" / "spinout" / "council-rescue.spinout"
    assert stat.S_IMODE(rescue.parent.stat().st_mode) == 0o700


@posix
def test_the_rescue_copy_goes_to_the_first_place_that_takes_it(tmp_path, monkeypatch):
    places = {name: tmp_path / name for name in ("state", "home", "temp")}
    monkeypatch.setenv("XDG_STATE_HOME", str(places["state"]))
    monkeypatch.setenv("HOME", str(places["home"]))
    monkeypatch.setenv("TMPDIR", str(places["temp"]))
    real = platform.create_file
    shut = []
    monkeypatch.setattr(
        platform,
        "create_file",
        lambda path: failing(errno.EACCES)() if set(path.parents) & set(shut) else real(path),
    )
    for name, folder in places.items():
        folder.mkdir()
        beside = tmp_path / f"beside-{name}"
        beside.mkdir()
        with Journal.create(beside / "a.spinout", None) as journal:
            shut.append(beside)
            (beside / "a.spinout").unlink()
            assert folder in rescued(journal, beside / "a.spinout").parents
        shut.append(folder)


@posix
def test_where_no_place_takes_a_copy_the_next_try_may(small, monkeypatch):
    with Journal.resume(small) as journal:
        small.unlink()
        with monkeypatch.context() as broken:
            broken.setattr(platform, "create_file", failing(errno.ENOSPC))
            with pytest.raises(JournalLost) as told:
                journal.append("a", None, 1)
            assert told.value.rescue is None
            assert str(told.value) == (
                f"{small} can no longer be used: it was moved, deleted or changed by something "
                "else. No folder took a rescue copy. Save elsewhere before you close this window."
            )
        with pytest.raises(JournalLost) as told:
            journal.append("a", None, 1)
        assert len(read(told.value.rescue)) == 5


@posix
def test_everything_can_be_saved_elsewhere_after_the_end(small):
    with Journal.resume(small) as journal:
        small.unlink()
        rescued(journal, small)
        with journal.save_elsewhere(small.with_name("new.spinout")) as moved:
            assert moved.append("answer", "last", 1).seq == 4


# Interrupted


class Stop(BaseException):
    """What a signal handler raises."""


def stop(*_args):
    raise Stop


@pytest.mark.parametrize("when", ["before", "half", "whole", "unconfirmed", "confirmed"])
def test_an_interrupted_save_leaves_memory_and_file_of_one_mind(small, monkeypatch, when):
    write, sync, samestat = platform.write_all, platform.sync, os.path.samestat

    def torn_off(fd, line):
        write(fd, line[: {"before": 0, "half": len(line) // 2}.get(when)])
        raise Stop

    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            if when in ("before", "half", "whole"):
                broken.setattr(platform, "write_all", torn_off)
            elif when == "unconfirmed":
                broken.setattr(platform, "sync", stop)
            else:
                broken.setattr(os.path, "samestat", stop)
            with pytest.raises(Stop):
                journal.append("a", None, 1)
        assert (platform.sync, os.path.samestat) == (sync, samestat)
        counted = len(journal.records)
        saved = journal.reread()
        assert journal.records == saved
        assert len(saved) == counted + (when not in ("before", "half"))
        assert journal.append("b", None, 2).seq == len(saved)
    assert len(read(small)) == len(saved) + 1
    assert not list(small.parent.glob("*.torn"))


def test_an_interrupted_beginning_keeps_nobody_out(path, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(os, "fstat", stop)
        with pytest.raises(Stop):
            Journal.create(path, None)
    with Journal.resume(path) as journal:
        assert values(journal.records) == [("header", None, None)]


def test_an_interrupted_save_need_not_be_reread_before_the_next(small, monkeypatch):
    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            broken.setattr(platform, "sync", stop)
            with pytest.raises(Stop):
                journal.append("a", None, 1)
        assert journal.append("b", None, 2).seq == 5
        assert [record.kind for record in journal.records[-2:]] == ["a", "b"]
    assert len(read(small)) == 6


@posix
@pytest.mark.parametrize("door", ["append", "reread"])
def test_damage_found_after_an_interruption_ends_the_journal(small, monkeypatch, door):
    with Journal.resume(small) as journal:
        with monkeypatch.context() as broken:
            broken.setattr(platform, "sync", stop)
            with pytest.raises(Stop):
                journal.append("a", None, 1)
        os.truncate(small, small.stat().st_size // 2)
        lost = r"council\.spinout can no longer be used: it does not hold what was saved in it\. "
        with pytest.raises(JournalLost, match=lost) as told:
            journal.append("b", None, 2) if door == "append" else journal.reread()
        assert len(read(told.value.rescue)) == 4 + (door == "append")


@posix
@pytest.mark.slow
def test_random_signals_never_part_memory_and_file(small):
    chance = random.SystemRandom()
    before = signal.signal(signal.SIGALRM, stop)
    try:
        with Journal.resume(small) as journal:
            acknowledged = len(journal.records) - 1
            for count in range(150):
                with suppress(Stop):
                    signal.setitimer(signal.ITIMER_REAL, 0.0005 + chance.random() * 0.004)
                    while True:
                        acknowledged = journal.append("a", None, count).seq
                signal.setitimer(signal.ITIMER_REAL, 0)
                assert journal.reread() == journal.records
                assert len(journal.records) in (acknowledged + 1, acknowledged + 2)
                acknowledged = len(journal.records) - 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# Recovered


@pytest.fixture
def into(path):
    return path.with_name("recovered.spinout")


def recovers(damaged, into, kept, lost):
    """Recover, and return what the new journal holds."""
    before = damaged.read_bytes()
    found = recover(damaged, into)
    assert found.kept == kept
    assert [number for number, _ in found.lost] == lost
    assert damaged.read_bytes() == before
    with Journal.resume(into) as journal:
        assert len(journal.records) == kept
        return values(journal.records)


def test_recovery_keeps_whatever_is_whole(small, into):
    whole = values(read(small))
    a, b, c, d = small.read_bytes().splitlines()
    cases = (
        ((a, b, c, d, b""), whole, []),
        ((a, b[:-1] + b"?", c, d, b""), [whole[0], *whole[2:]], [2]),
        ((a, b, c, d[:-3]), whole[:3], [4]),
        ((a, b, c, d, bytes(50)), whole, [5]),
        ((a + b"\r", b + b"\r", c + b"\r", d + b"\r", b""), whole, []),
        ((a, c, d, b""), [whole[0], *whole[2:]], [2]),
        ((a, b, b, c, c, d, b""), whole, []),
        ((a, d, c, b, b""), whole, []),
        ((a, b + c, d, b""), whole, []),
        ((a, b + b"\x0b" + c, b"", d), whole, []),
        ((a, b, b"garbage " + c, d, b""), whole, []),
        ((a, b, c, d, a.replace(b" ", b"?"), b""), whole, [5]),
    )
    for lines, expected, lost in cases:
        small.write_bytes(b"\n".join(lines))
        assert recovers(small, into, len(expected), lost) == expected
        into.unlink()


def test_recovery_of_two_sessions_in_one_file_keeps_one_header(small, into):
    with Journal.create(small.with_name("b.spinout"), {"format": "other"}) as other:
        other.append("x", None, 1)
    with small.open("ab") as file:
        file.write(other.path.read_bytes())
    found = recovers(small, into, 5, [5])
    assert [kind for kind, _, _ in found].count("header") == 1


def test_recovery_without_a_header_is_refused(small, into):
    whole = small.read_bytes()
    for content in (b"", b"hello", whole.split(b"\n", 1)[1], b"?" + whole[1:]):
        small.write_bytes(content)
        with pytest.raises(SpinoutError, match="Nothing can be recovered"):
            recover(small, into)
        assert not into.exists()


def test_recovery_never_overwrites(small, into):
    into.write_text("mine")
    for there in (into, small):
        before = there.read_bytes()
        with pytest.raises(SpinoutError, match="exists already"):
            recover(small, there)
        assert there.read_bytes() == before


@given(st.data())
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_damage_is_told_in_plain_words(tmp_path, data):
    path = tmp_path / f"{os.urandom(8).hex()}.spinout"
    into = path.with_suffix(".new")
    records = [Record(n, "t", "header" if n == 0 else "a", None, "x" * n) for n in range(4)]
    whole = b"".join(line_of(record.seq, record.kind, None, record.v) for record in records)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:])
    kept = None
    with suppress(SpinoutError):
        kept = read(path)
    if kept is not None:
        assert values(kept) == values(records[: len(kept)])
    with suppress(SpinoutError):
        assert recover(path, into).kept >= len(kept or [])
        Journal.resume(into).close()


# A journal is a list


@posix
class JournalIsAList(RuleBasedStateMachine):
    """Whatever befalls a journal, it holds the records that were acknowledged, in order."""

    @initialize()
    def begin(self):
        self.folder = Path(platform.temp_folder()) / f"spinout-test-{os.urandom(8).hex()}"
        self.folder.mkdir()
        self.path = self.folder / "a.spinout"
        self.journal = Journal.create(self.path, "start")
        self.model = ["start"]

    @rule(value=st.text(st.characters(exclude_categories=["Cs"])) | st.lists(st.integers()))
    def append(self, value):
        self.journal.append("a", None, value)
        self.model.append(value)

    @rule(part=st.integers(0, 40), number=st.sampled_from([errno.ENOSPC, errno.EIO]))
    def fail_to_write(self, part, number):
        def cut(fd, line):
            os.write(fd, line[:part])
            failing(number)()

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(platform, "write_all", cut)
            with pytest.raises(WriteFailed):
                self.journal.append("a", None, "lost")

    @rule(part=st.integers(0, 40))
    def interrupt(self, part):
        def cut(fd, line):
            os.write(fd, line[:part])
            stop()

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(platform, "write_all", cut)
            with pytest.raises(Stop):
                self.journal.append("a", None, "lost")
        self.journal.reread()

    @rule(tail=st.binary(min_size=1, max_size=30).filter(lambda tail: b"\n" not in tail))
    def crash_and_tear(self, tail):
        self.journal.close()
        with self.path.open("ab") as file:
            file.write(tail)
        self.journal = Journal.resume(self.path)
        assert self.journal.torn.read_bytes() == tail
        self.journal.torn.unlink()

    @rule()
    def fail_to_sync(self):
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(platform, "sync", once(platform.sync, failing(errno.EIO)))
            with pytest.raises(JournalLost) as told:
                self.journal.append("a", None, "rescued")
        self.model.append("rescued")
        self.go_on_with(told.value.rescue)

    @rule()
    def move_elsewhere(self):
        path = self.folder / f"{os.urandom(8).hex()}.spinout"
        self.journal.save_elsewhere(path).close()
        self.go_on_with(path)

    @precondition(lambda self: len(self.model) > 1)
    @rule(chance=st.randoms(use_true_random=False))
    def damage_and_recover(self, chance):
        self.journal.close()
        lines = self.path.read_bytes().splitlines(keepends=True)
        gone = chance.randrange(1, len(lines))
        lines[gone] = b"?" + lines[gone][1:]
        self.path.write_bytes(b"".join(lines) + b"?\n")
        with pytest.raises(SpinoutError):
            Journal.resume(self.path)
        into = self.folder / f"{os.urandom(8).hex()}.spinout"
        recover(self.path, into)
        del self.model[gone]
        self.go_on_with(into)

    def go_on_with(self, path):
        self.journal.close()
        self.path = path
        self.journal = Journal.resume(path)

    @invariant()
    def holds_what_was_acknowledged(self):
        assert [record.v for record in self.journal.records] == self.model
        assert read(self.path) == self.journal.records
        assert [record.seq for record in self.journal.records] == list(range(len(self.model)))

    def teardown(self):
        if hasattr(self, "journal"):
            self.journal.close()
            shutil.rmtree(self.folder)


TestJournalIsAList = JournalIsAList.TestCase
TestJournalIsAList.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


# The machine below


def test_a_file_is_put_in_place_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    platform.write_atomically(path, b"first")
    for name in ("write_all", "sync"):
        with monkeypatch.context() as broken:
            broken.setattr(platform, name, failing(errno.ENOSPC))
            with pytest.raises(OSError, match="space"):
                platform.write_atomically(path, b"second")
        assert path.read_bytes() == b"first"
        assert list(tmp_path.iterdir()) == [path]
    platform.write_atomically(path, b"second")
    assert path.read_bytes() == b"second"


@posix
def test_a_device_or_folder_is_not_replaced_and_a_link_is_kept(tmp_path):
    for there in (Path(os.devnull), tmp_path):
        with pytest.raises(OSError, match="Not a plain file"):
            platform.write_atomically(there, b"x")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "target")
    platform.write_atomically(link, b"x", mode=0o644)
    assert link.is_symlink()
    assert (tmp_path / "target").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) == 0o644


@posix
def test_the_state_folder_is_made_private_and_what_stood_stays(tmp_path, monkeypatch):
    base = tmp_path / "there"
    base.mkdir(0o755)
    monkeypatch.setenv("XDG_STATE_HOME", str(base / "new" / "state"))
    before = os.umask(0o277)
    try:
        folder = platform.state_folder()
    finally:
        os.umask(before)
    assert folder == base / "new" / "state" / "spinout"
    for made in (folder, folder.parent, base / "new"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(base.stat().st_mode) == 0o755
    folder.chmod(0o755)
    assert stat.S_IMODE(platform.state_folder().stat().st_mode) == 0o755


@posix
def test_the_state_folder_has_its_usual_place(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for other in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", other)
        assert platform.state_folder() == tmp_path / ".local" / "state" / "spinout"


@posix
def test_without_a_home_the_state_folder_is_a_private_one_in_temp(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", os.devnull)
    folder = platform.state_folder()
    assert folder == tmp_path / f"spinout-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert next(iter(platform.rescue_folders())) == folder
    folder.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)
    with pytest.raises(OSError, match="somebody else"):
        platform.state_folder()


def test_what_the_start_imports_is_light():
    code = "import sys, spinout_cli.storage.platform; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"json", "tempfile", "shutil", "subprocess", "pydantic"} & set(done.stdout.split())
