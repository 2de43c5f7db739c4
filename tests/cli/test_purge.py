"""`spinout purge`: what goes, what stays, what is asked first, and what is refused."""

import shutil
import signal
import sys

import pytest

from helpers.pseudo_terminal import Terminal, begun, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="speaks of POSIX terminals")

REACH = "What spinout cannot remove: copies and backups"
SENTINEL = "SENTINEL-42k-of-debt"


@pytest.fixture
def path(tmp_path):
    return begun(tmp_path, staff_vote={"rung": "lost", "note": SENTINEL})


def files(folder):
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file())


def told(folder, *arguments):
    came = run("purge", *arguments, folder=folder)
    assert came.stdout == b""
    return came.returncode, came.stderr.decode()


def test_a_session_goes_with_its_torn_ends_and_rescue_copies(tmp_path, path):
    state = tmp_path / ".home" / "state" / "spinout"
    state.mkdir(parents=True)
    rescue = tmp_path / "bryn-rescue.spinout"
    copies = [rescue, tmp_path / "bryn-rescue-2.spinout", state / "bryn-rescue.spinout"]
    for copy in copies:
        shutil.copy(path, copy)
    shutil.copy(path, tmp_path / "bryn-rescue-rescue.spinout")
    torn = [path.with_name(f"{path.name}.torn"), path.with_name(f"{path.name}.torn-2")]
    torn.append(rescue.with_name(f"{rescue.name}.torn"))
    for end in torn:
        end.write_bytes(b"12345678 {")
    code, words = told(tmp_path, path.name, "--yes")
    assert code == 0
    assert files(tmp_path) == []
    assert files(state) == []
    assert words.count("Removed") == 8
    assert words.count("(a rescue copy)") == 4
    assert words.count("(an end that was cut short)") == 3
    assert words.index("(the session)") > words.rindex("rescue")
    assert REACH in words


def test_what_only_looks_like_it_stays_and_is_named(tmp_path, path):
    other = tmp_path / "other"
    other.mkdir()
    stranger = begun(other)
    shutil.copy(stranger, tmp_path / "bryn-rescue.spinout")
    (tmp_path / "bryn-rescue-2.spinout").write_bytes(b"nobody knows")
    shutil.copy(path, tmp_path / "bryn-recovered.spinout")
    (tmp_path / "bryn.spinout.torn.txt").write_text("mine")
    (tmp_path / "bryn.html").write_text("a report")
    (tmp_path / f".spinout-{'0a' * 8}.tmp").write_text("half a report")
    before = set(files(tmp_path))
    code, words = told(tmp_path, path.name, "--yes")
    assert code == 0
    assert set(files(tmp_path)) == before - {path.name}
    assert "Left bryn-rescue-2.spinout (cannot be told to be of this session)" in words
    assert "Left bryn-recovered.spinout (the same session under another name)" in words
    assert f"Left .spinout-{'0a' * 8}.tmp (a report or an export that was cut short)" in words
    assert "reports and exports made from them" in words


def test_a_rescue_copy_that_holds_more_says_so(tmp_path, path):
    whole = path.read_bytes()
    shutil.copy(path, tmp_path / "bryn-rescue.spinout")
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    with Terminal("purge", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("a rescue copy, with 1 more entry than the session", "Type yes")
        terminal.press("no", "enter")
        assert terminal.end() == 1
        assert "Nothing was removed." in terminal.words
    assert files(tmp_path) == ["bryn-rescue.spinout", "bryn.spinout"]


@pytest.mark.parametrize("sign", [b"\r\n", b"?"])
def test_a_damaged_session_can_be_removed(tmp_path, path, sign):
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"\n", sign, 1) if sign != b"?" else b"?" + whole[1:])
    assert told(tmp_path, path.name, "--yes")[0] == 0
    assert files(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"my memoirs", b'{"format": "spinout.answers/1"}'])
def test_what_is_no_session_is_refused(tmp_path, content):
    mine = tmp_path / "mine.spinout"
    mine.write_bytes(content)
    code, words = told(tmp_path, mine.name, "--yes")
    assert (code, mine.read_bytes()) == (1, content)
    assert words == (
        "mine.spinout is no session and is left as it is. spinout removes only what it made.\n"
    )


def test_links_folders_and_what_is_not_there_are_refused(tmp_path, path):
    (tmp_path / "link.spinout").symlink_to(path)
    (tmp_path / "folder.spinout").mkdir()
    for name, words in (
        ("link.spinout", "is a symbolic link"),
        ("folder.spinout", "is a folder"),
        ("none.spinout", "There is no file none.spinout."),
    ):
        code, said = told(tmp_path, name, "--yes")
        assert code == 1
        assert words in said
    assert path.exists()


def test_another_name_for_the_same_file_is_told(tmp_path, path):
    (tmp_path / "second.txt").hardlink_to(path)
    assert "another name for this file stays" in told(tmp_path, path.name, "--yes")[1]


@pytest.mark.parametrize("opened", ["bryn.spinout", "bryn-rescue.spinout"])
def test_what_is_open_in_another_window_is_refused(tmp_path, path, opened):
    shutil.copy(path, tmp_path / "bryn-rescue.spinout")
    with Terminal("assess", opened, folder=tmp_path) as first:
        first.wait_for("Which theme next?", "q save and leave")
        code, words = told(tmp_path, path.name, "--yes")
        assert code == 1
        assert f"{opened} is open in another window" in words
        assert files(tmp_path) == ["bryn-rescue.spinout", "bryn.spinout"]


def test_while_it_asks_nobody_else_can_open_the_session(tmp_path, path):
    with Terminal("purge", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Type yes to remove")
        with Terminal("assess", path.name, folder=tmp_path) as second:
            assert second.end() == 1
            assert "is open in another window" in second.words
        terminal.press("YES", "enter")
        assert terminal.end() == 0
        assert "Removed bryn.spinout (the session)." in terminal.words
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("how", "code"), [("ctrl-c", 130), ("ctrl-d", 130), ("", 1), (signal.SIGTERM, 143)]
)
def test_anything_but_yes_removes_nothing(tmp_path, path, how, code):
    with Terminal("purge", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Type yes to remove")
        if isinstance(how, str):
            terminal.press(how or "enter")
        else:
            terminal.signal(how)
        assert terminal.end() == code
        assert "Nothing was removed." in terminal.words
        assert terminal.is_cooked()
    assert path.exists()


def test_a_window_closed_while_it_asks_removes_nothing(tmp_path, path):
    with Terminal("purge", path.name, folder=tmp_path) as terminal:
        terminal.wait_for("Type yes to remove")
        assert terminal.hang_up() == 129
    assert path.exists()


def test_with_nobody_there_it_does_not_remove_unasked(tmp_path, path):
    code, words = told(tmp_path, path.name)
    assert (code, path.exists()) == (2, True)
    assert "--yes" in words


def test_nothing_that_was_answered_is_said(tmp_path, path):
    path.with_name("bryn.spinout.torn").write_text(SENTINEL)
    assert SENTINEL not in told(tmp_path, path.name, "--yes")[1]


def test_what_was_typed_before_the_question_does_not_answer_it(tmp_path, path):
    """It is typed while nothing asks yet, and stays in the terminal until the question is shown."""
    before = f"sleep 1; touch {tmp_path}/ready; sleep 1; "
    with Terminal("purge", path.name, folder=tmp_path, before=before) as terminal:
        terminal.until((tmp_path / "ready").exists, "ready")
        terminal.press("yes\r")
        terminal.wait_for("Type yes to remove")
        terminal.press("no\r")
        terminal.wait_for("Nothing was removed.")
        assert terminal.end() == 1
    assert path.exists()
