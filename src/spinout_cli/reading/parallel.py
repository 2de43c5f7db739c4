"""A pool of worker processes that returns results in the order of the input."""

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple, TypeVar

from spinout_cli.errors import SpinoutError
from spinout_cli.reading.sources import RawRecord, can_wait, raw_records, waits

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    work: Callable[[_Given], _Made], parts: Iterable[tuple[_Given, bool]], workers: int
) -> Iterator[_Made]:
    """Yield what comes of every part, in the order of the parts, as soon as it is its turn.

    No more than one part for each worker is under way, so that memory stays flat.

    Args:
        work: what is done with a part; it can be pickled.
        parts: each with whether to wait for all that is under way before asking for the next.
        workers: how many processes, at most.

    Raises:
        SpinoutError: a worker is no longer there.
    """
    idle: list[_Worker] = []
    busy: deque[_Worker] = deque()
    try:
        for part, hurry in parts:
            made = []
            if not idle and len(busy) < workers:
                idle.append(_start(work, [hand.pipe for hand in busy]))
            elif not idle:
                made.append(_done(busy, idle))
            hand = idle.pop()
            hand.pipe.send(part)
            busy.append(hand)
            yield from made
            while hurry and busy:
                yield _done(busy, idle)
        while busy:
            yield _done(busy, idle)
    finally:
        _stop([*idle, *busy])


def _done(busy: deque[_Worker], idle: list[_Worker]) -> Any:  # noqa: ANN401  (whatever the work makes)
    """Wait for the oldest part that is under way."""
    hand = busy[0]
    try:
        made = hand.pipe.recv()
    except (EOFError, OSError):
        raise SpinoutError(
            "A worker process ended before its work was done; perhaps memory ran out. What was "
            "written is whole as far as it goes. Try again with --workers 1."
        ) from None
    idle.append(busy.popleft())
    return made


def _start(work: Callable[[_Given], _Made], others: list[Connection]) -> _Worker:
    # On Linux a worker begins with all that is in memory here; elsewhere it makes it anew.
    forks = sys.platform == "linux"
    context: Any = multiprocessing.get_context("fork" if forks else "spawn")
    ours, theirs = context.Pipe()
    inherited = [ours, *others] if forks else []
    process = context.Process(target=_work, args=(theirs, work, inherited), daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(
    pipe: Connection, work: Callable[[_Given], _Made], inherited: Iterable[Connection]
) -> None:
    """Do what is given until nothing more can come: whoever gave it has left, if need be by force."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever gave it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for end in inherited:  # held open here, they would hide that the other side has left
        end.close()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let a Ctrl-C wait, so that it does not strike a worker that is only half begun."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop(hands: list[_Worker]) -> None:
    for hand in hands:
        hand.process.terminate()
    for hand in hands:
        hand.process.join()
        hand.pipe.close()


_FEW = 256
"""Records that are scored before it is worth beginning further processes."""


_TOGETHER = 128
"""Records that are scored together, and that a process is given at a time."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: for work that makes none, which looking can hold up by a tenth."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def in_batches(
    work: Callable[[Sequence[RawRecord]], _Made], sources: list[str], workers: int | None = None
) -> Generator[_Made, None, None]:
    """Yield what comes of every record in its order: by this process alone as long as they are few.

    Args:
        work: what is done with records that follow each other; it can be pickled.
        sources: as `raw_records` takes them.
        workers: how many processes; as many as there are cores, if left out.
    """
    from spinout_cli.reading.parallel import cores, map_ordered  # noqa: PLC0415  (late: few need more than this one)

    with gc_paused():  # no record leaves garbage behind
        records = raw_records(sources)
        if workers is None:
            for record in islice(records, _FEW):
                yield work([record])
            workers = cores()
        batches = _batches(records, sources)
        if workers == 1:
            for batch, _ in batches:
                yield work(batch)
        else:
            yield from map_ordered(work, batches, workers)


def _batches(
    records: Iterator[RawRecord], sources: list[str]
) -> Iterator[tuple[list[RawRecord], bool]]:
    """Put records together; less than a batch, and in a hurry, where a stream waits for somebody."""
    batch: list[RawRecord] = []
    watched = can_wait(sources)
    for record in records:
        batch.append(record)
        hurry = watched and waits()
        if hurry or len(batch) == _TOGETHER:
            yield batch, hurry
            batch = []
    if batch:
        yield batch, False
