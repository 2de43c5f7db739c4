"""Maps records to results in several processes, in the order of the input."""

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Thread
from typing import Any, TypeVar

from spinout_cli.errors import SpinoutError
from spinout_cli.reading.sources import RawRecord, can_wait, raw_records, waits

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    work: Callable[[_Item], _Result], items: Iterable[tuple[_Item, bool]], workers: int
) -> Iterator[_Result]:
    """Yield the result of every item, in the order of the items, as soon as it is its turn.

    No more than one item for each worker and one to follow are held, so that memory stays flat.

    Args:
        work: the function to call; it can be pickled.
        items: each with whether to wait for all results so far before asking for the next item.
        workers: how many processes, at most.

    Raises:
        SpinoutError: a worker process ended early.
    """
    pending: deque[Future[_Result]] = deque()
    pool = _pool(work, workers)
    try:
        for item, flush in items:
            with _interrupts_blocked():  # the first call starts the workers
                pending.append(pool.submit(_call_work, item))
            while pending and (flush or len(pending) > workers):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenExecutor:
        raise SpinoutError(
            "A worker process ended before its work was done; perhaps memory ran out. What was "
            "written is whole as far as it goes. Try again with --workers 1."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(work: Callable[[_Item], _Result], workers: int) -> ProcessPoolExecutor:
    # On Linux a worker starts with all that is in memory here; elsewhere it loads it again.
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(work,))


_assigned: list[Callable[[Any], Any]] = []
"""In a worker process: the function it calls. It is sent once, not with every item."""


def _start_worker(work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _assigned[:] = [work]
    Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """End this worker when the parent process is killed: the executor would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _call_work(item: Any) -> Any:  # noqa: ANN401  (whatever the work takes and returns)
    return _assigned[0](item)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Delay Ctrl-C in this block, so that it cannot reach a worker that is still starting."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_FEW = 256
"""Records that are scored before it is worth starting worker processes."""

_BATCH = 128
"""Records that are scored together, and that a worker is given at a time."""


@contextmanager
def gc_paused() -> Iterator[None]:
    """Disable the cyclic garbage collector in this block: for work that makes no cycles, a tenth faster."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def in_batches(
    work: Callable[[Sequence[RawRecord]], _Result], sources: list[str], workers: int | None = None
) -> Generator[_Result, None, None]:
    """Yield the results of all records in their order; few records are handled in this process alone.

    Args:
        work: the function to call with each batch of records; it can be pickled.
        sources: as `raw_records` takes them.
        workers: how many processes; as many as there are cores, if left out.
    """
    with gc_paused():  # scoring creates no reference cycles
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
    """Yield batches, each with whether to flush: less than a batch where an interactive stream pauses."""
    batch: list[RawRecord] = []
    watched = can_wait(sources)
    for record in records:
        batch.append(record)
        flush = watched and waits()
        if flush or len(batch) == _BATCH:
            yield batch, flush
            batch = []
    if batch:
        yield batch, False
