"""Faults, and whether they can be injected here: each is skipped aloud where it cannot."""

import fcntl
import os
import resource
import shutil
import struct
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

from helpers.pseudo_terminal import PATIENCE


def run(*words):
    """Run a tool that has to work, and return what it printed."""
    return subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE).stdout


def needs(tool):
    """Skip where a tool is missing."""
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed: this fault was NOT injected")


def needs_root():
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk: this fault was NOT injected")


# ------------------------------------------------------------------------------ how large files grow


def grows_to(terminal, size):
    """Let files of this process grow no further than that, as on a full disk."""
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def freed(terminal):
    """Let them grow again."""
    whole = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, whole)


# ------------------------------------------------------------------------------ what the system says


@cache
def _traces():
    """Whether strace may look at another process here; in some containers nobody may."""
    with subprocess.Popen([shutil.which("sleep"), "60"]) as process:
        try:
            with injected(process.pid, "fsync:error=EIO"):
                return True
        except AssertionError:
            return False
        finally:
            process.kill()


def needs_strace():
    needs("strace")
    if not _traces():
        pytest.skip("strace may not look at processes here: this fault was NOT injected")


@contextmanager
def injected(pid, *faults, path=None):
    """Let the system answer this process so, for every file or for one of them.

    A fault reads `fsync:error=EIO`, `write:retval=7` or `write:error=ENOSPC:when=2`.
    """
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    words = ["strace", "-qq", "-f", "-o", os.devnull, "-p", str(pid), "-e", f"trace={calls}"]
    words += ["-P", str(path)] if path else []
    for fault in faults:
        words += ["-e", f"inject={fault}"]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as tracer:
        try:
            _until_traced(pid, tracer)
            yield
        finally:
            tracer.terminate()
            tracer.wait()


def _until_traced(pid, tracer):
    end = time.monotonic() + PATIENCE
    status = Path(f"/proc/{pid}/status")
    while f"TracerPid:\t{tracer.pid}" not in status.read_text():
        assert tracer.poll() is None, tracer.stderr.read()
        assert time.monotonic() < end, "strace never came"
        time.sleep(0.01)


# ------------------------------------------------------------------------------ disks


@contextmanager
def mounted(folder, *words):
    """Mount something on a folder for as long as the block runs."""
    needs_root()
    folder.mkdir(exist_ok=True)
    try:
        run("mount", *words, str(folder))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"nothing can be mounted here ({error.stderr.decode().strip()}): NOT injected")
    try:
        yield folder
    finally:
        run("umount", "-l", str(folder))


@contextmanager
def small_disk(folder, size="1m"):
    """A disk of its own in the folder, which is soon full."""
    with mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "tmpfs"):
        yield folder


def fill(folder):
    """Fill a disk to its last byte, and return what to remove to free it again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    return ballast


@contextmanager
def read_only(folder):
    """A folder that nobody can write in, not even root."""
    with ExitStack() as open_:
        open_.enter_context(mounted(folder, "--bind", str(folder)))
        run("mount", "-o", "remount,bind,ro", str(folder))
        yield folder


@contextmanager
def untouchable(path):
    """A file that cannot be removed or changed, as an administrator can make it."""
    needs("chattr")
    try:
        run("chattr", "+i", str(path))
    except subprocess.CalledProcessError:
        pytest.skip("this disk knows no untouchable files: this fault was NOT injected")
    try:
        yield
    finally:
        run("chattr", "-i", str(path))


class Plug:
    """A disk of its own, ext4 as most machines have it, whose plug can be pulled.

    From that moment nothing reaches the disk any more, as at a power cut. A disk that says it has
    kept what is still in its own memory cannot be had this way.
    """

    _SHUTDOWN = 0x8004587D
    """What ext4 is told by its own tests: forget everything that is not on the disk."""

    def __init__(self, folder):
        needs_root()
        needs("mkfs.ext4")
        self.folder = folder / "disk"
        self._image = folder / "disk.img"

    def __enter__(self):
        self.folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(32 << 20)
        run("mkfs.ext4", "-q", str(self._image))
        try:
            self.plug_in(first=True)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no disk can be made here ({error.stderr.decode().strip()}): NOT injected")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)  # noqa: S607

    def pull(self):
        """Let nothing more reach the disk."""
        fd = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, self._SHUTDOWN, struct.pack("I", 2))
        finally:
            os.close(fd)

    def plug_in(self, *, first=False):
        """Start the disk again with what it had kept."""
        if not first:
            run("umount", str(self.folder))
        run("mount", "-o", "loop", str(self._image), str(self.folder))
