"""Ten faults of our own making: is the suite strong enough to catch each?

Each is one line changed in a copy of the program, under which the tests named beside it must fail.
A suite that finds nothing may be good fortune or may be blind; this tells the two apart.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from faults.injecting import needs_root, needs_strace

ROOT = Path(__file__).parent.parent.parent
HERE = "tests/faults"


@dataclass(frozen=True)
class Seed:
    """A fault: the file, the words that are changed, into what, and the tests that must notice."""

    name: str
    file: str
    before: str
    after: str
    caught_by: str
    needs: str = ""


SEEDS = (
    Seed(
        "a save is not synced",
        "storage/journal.py",
        "            platform.sync(self._fd)\n            found = ",
        "            found = ",
        "test_leaving.py::test_the_plug_is_pulled[workshop-plain-remark]",
        "root",
    ),
    Seed(
        "a failed sync is passed over",
        "storage/journal.py",
        '            self._lost = "the disk did not confirm a save"  # for good: a second sync may pretend to\n            self._give_up([record])',
        "            found = size",
        "test_disk.py::test_a_sync_that_fails[assess-plain-answer]",
        "strace",
    ),
    Seed(
        "the folder of a new session is not synced",
        "storage/locked_file.py",
        "            platform.sync_folder(path.parent)\n",
        "            pass\n",
        "test_order.py::test_the_folder_is_synced_before_a_new_session_counts[assess]",
        "strace",
    ),
    Seed(
        "the lock is skipped",
        "storage/platform.py",
        "fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        "test_windows.py::test_a_second_window_is_refused_until_the_first_is_gone[workshop-plain-vote]",
    ),
    Seed(
        "a write that failed is not taken back",
        "storage/journal.py",
        "                os.ftruncate(self._fd, self._size)\n            except",
        "                pass\n            except",
        "test_disk.py::test_full_then_freed[workshop-plain-vote]",
    ),
    Seed(
        "a short write is taken for a whole one",
        "storage/platform.py",
        "    while left:\n        left = left[os.write(fd, left) :]",
        "    os.write(fd, left)",
        "test_seam.py::test_a_system_that_writes_a_few_bytes_at_a_time[assess-plain-answer]",
    ),
    Seed(
        "nobody looks whether the file is still there",
        "storage/locked_file.py",
        "    return os.path.samestat(ours, there) and ours.st_nlink > 0",
        "    return ours.st_nlink >= 0 and there is not None",
        "test_disk.py::test_a_file_that_goes_is_noticed_at_the_next_save[synced-workshop-plain-vote]",
    ),
    Seed(
        "text is not cleaned",
        "sanitize.py",
        "    if text.isprintable():",
        "    if text:",
        "test_windows.py::test_bytes_that_are_no_text_are_stored_clean[workshop-drawn-remark]",
    ),
    Seed(
        "a half-typed line is thrown away",
        "terminal/runner.py",
        "        if typed and typed != screen.text:",
        "        if typed and typed == screen.text:",
        "test_leaving.py::test_half_typed_words_are_kept_and_offered_again[ctrl-c-workshop-drawn-remark]",
    ),
    Seed(
        "what was typed ahead answers the next question",
        "terminal/tty.py",
        "            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)",
        "            pass",
        "test_windows.py::test_lines_pasted_at_once_answer_only_one_question[assess-plain-note]",
    ),
    Seed(
        "a checksum is not looked at",
        "storage/record.py",
        'line[:9] != b"%08x " % crc32(body)',
        "not body",
        "test_damage.py::test_samples_of_every_damage[assess]",
    ),
    Seed(
        "files are made for everybody to read",
        "storage/platform.py",
        "            os.fchmod(fd, mode)",
        "            os.fchmod(fd, 0o644)",
        "test_windows.py::test_begun_without_a_home_and_with_a_wide_umask[workshop]",
    ),
    Seed(
        "an answer is called saved before it is",
        "terminal/runner.py",
        "        with self.interruptions.held():  # what was given",
        '        if outcome.events:\n            self.face.say(f"Saved: {outcome.message}")\n        with self.interruptions.held():  # what was given',
        "test_order.py::test_nothing_is_called_saved_before_the_disk_has_it[workshop-plain-vote]",
        "strace",
    ),
)


def seeded(folder, seed):
    """A copy of the program with this fault in it."""
    copy = folder / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data").symlink_to(ROOT / "data")
    file = copy / "spinout_cli" / seed.file
    text = file.read_text(encoding="utf-8")
    assert text.count(seed.before) == 1, f"{seed.file} no longer holds: {seed.before}"
    file.write_text(text.replace(seed.before, seed.after), encoding="utf-8")
    return copy


def tried(seed, **environment):
    """Try the tests of a seed, and return pytest's exit code and words."""
    came = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"{HERE}/{seed.caught_by}",
        ],
        cwd=ROOT,
        env={**os.environ, "SPINOUT_PATIENCE": "15", **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    return came.returncode, came.stdout.decode()[-3000:]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_seeded_fault_is_caught(tmp_path, seed):
    {"root": needs_root, "strace": needs_strace, "": lambda: None}[seed.needs]()
    code, words = tried(seed, SPINOUT_SOURCE=str(seeded(tmp_path, seed)))
    assert code == 1, f"not caught by {seed.caught_by}:\n{words}"
    assert "1 failed" in words, words
