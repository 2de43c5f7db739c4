"""What differs between systems stands in one place; here that place is another system's.

Windows and macOS could not be had for these tests. What they do differently is put in place of what
Linux does, under the real command; whether their own calls keep their promises is not shown by it.
"""

import ast
import signal

import pytest

from faults.seats import each_way
from helpers.pseudo_terminal import SOURCE, run

MODULES = sorted((SOURCE / "spinout_cli").rglob("*.py"))
ONLY_IN = {
    "storage/platform.py": {
        "signal",
        "fcntl",
        "msvcrt",
        "fsync",
        "fchmod",
        "getuid",
        "F_FULLFSYNC",
        "O_DIRECTORY",
    },
    "terminal/tty.py": {"termios", "signal", "msvcrt"},
    "__main__.py": {"signal"},
    "reading/parallel.py": {"signal"},  # workers let Ctrl-C be for whoever gave it
}
"""The names that speak of one system or of a terminal, and where they may stand."""

WINDOWS = '''
import fcntl, importlib, os, sys, types
fake = types.ModuleType("msvcrt")
fake.LK_NBLCK = 2
def locking(fd, mode, count):
    """As Windows locks: a range of bytes, from where the file stands."""
    assert (mode, count) == (2, 1)
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, os.lseek(fd, 0, os.SEEK_CUR))
    except OSError as error:
        raise PermissionError(13, "Permission denied") from error
fake.locking = locking
import subprocess, spinout_cli.storage.platform as machine
sys.modules["msvcrt"], real, sys.platform = fake, sys.platform, "win32"
importlib.reload(machine)
sys.platform = real
machine.sys = types.SimpleNamespace(platform="win32")
'''
MACOS = """
import fcntl, os, types
import spinout_cli.storage.platform as machine
def control(fd, what):
    assert what == 51
    if "{error}":
        raise OSError(getattr(__import__("errno"), "{error}"), "injected")
    with open(os.environ["HOME"] + "/asked", "a") as told:
        told.write("F_FULLFSYNC\\n")
machine.sys = types.SimpleNamespace(platform="darwin")
machine.fcntl = types.SimpleNamespace(
    **{{name: getattr(fcntl, name) for name in ("flock", "LOCK_EX", "LOCK_NB")}},
    fcntl=control, F_FULLFSYNC=51,
)
"""
SHORT = '''
import os, stat
whole = os.write
def write(fd, data):
    """A system that takes seven bytes at a time of whatever goes into a file."""
    return whole(fd, bytes(data)[:7] if stat.S_ISREG(os.fstat(fd).st_mode) else data)
os.write = write
'''


def elsewhere(folder, code):
    """An environment in which this is done before the program starts."""
    (folder / ".elsewhere").mkdir()
    (folder / ".elsewhere" / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": f"{folder / '.elsewhere'}:{SOURCE}"}


def names_in(path):
    """Every module that a file imports, and every attribute that it names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_what_differs_stands_in_one_place():
    every = set().union(*ONLY_IN.values())
    for path in MODULES:
        mine = ONLY_IN.get(path.relative_to(SOURCE / "spinout_cli").as_posix(), set())
        assert not (every - mine) & set(names_in(path)), path


@each_way
def test_as_on_windows(tmp_path, seat):
    """Locked by a byte far past the end; no modes, no folder to sync, no removing of open files."""
    there = elsewhere(tmp_path, WINDOWS)
    path = seat.begun(tmp_path)
    with seat.taken(path, **there) as first:
        with seat.opened(path, **there) as second:
            assert second.end() == 1
            second.tells("is open in another window")
        assert run("report", seat.file, folder=tmp_path, **there).returncode == 0
        seat.give(first)
        seat.acked(first)
        first.signal(signal.SIGKILL)
        first.end()
    assert seat.moment.kept(path)
    with path.open("ab") as file:
        file.write(b"torn")
    with seat.opened(path, **there) as again:
        again.tells("The last line had not been written whole")
    came = run("purge", seat.file, "--yes", folder=tmp_path, **there)
    assert came.returncode == 0, came.stderr
    assert not list(tmp_path.glob("bryn*"))


@each_way
@pytest.mark.parametrize("error", ["", "ENOTSUP", "EIO"])
def test_as_on_a_mac(tmp_path, seat, error):
    """F_FULLFSYNC for each save; a plain sync only where a disk does not offer it, never after EIO."""
    path = seat.begun(tmp_path)
    with seat.taken(path, **elsewhere(tmp_path, MACOS.format(error=error))) as terminal:
        seat.give(terminal)
        if error == "EIO":
            assert terminal.end() == 4
            terminal.tells("the disk did not confirm a save")
        else:
            seat.acked(terminal)
            assert seat.leave(terminal) == 0
    if error == "EIO":
        (rescue,) = tmp_path.glob("*-rescue.spinout")
        assert seat.moment.kept(rescue)
    else:
        assert seat.moment.kept(path)
        assert (tmp_path / ".home" / "asked").exists() == (not error)


@each_way
def test_a_system_that_writes_a_few_bytes_at_a_time(tmp_path, seat):
    path = seat.begun(tmp_path)
    with seat.taken(path, **elsewhere(tmp_path, SHORT)) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert seat.moment.kept(path)
