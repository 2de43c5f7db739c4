"""Where the result is to go: a full disk, a closed door, a reader who leaves, few characters."""

import os
import threading

import pytest

from faults.seats import each_way


@each_way
@pytest.mark.parametrize("where", [">/dev/full", ">&-", ">/dev/full 2>&1"])
def test_a_result_that_cannot_be_written(tmp_path, seat, where):
    """The answers are safe all the same; one line says what happened, and the code is not 0."""
    path = seat.begun(tmp_path)
    with seat.taken(path, redirect=where) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 1
        assert terminal.is_cooked()
        assert "Traceback" not in terminal.said
        if "2>" not in where:
            terminal.tells("The result could not be written")
    assert seat.moment.kept(path)


@each_way
def test_a_reader_who_leaves(tmp_path, seat):
    path = seat.begun(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: pipe.open("rb").close())
    reader.start()
    with seat.taken(path, redirect=">pipe") as terminal:
        reader.join()
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 1
        assert "Traceback" not in terminal.said
    assert seat.moment.kept(path)


@each_way
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_few_characters(tmp_path, seat, encoding):
    path = seat.begun(tmp_path)
    with seat.taken(path, redirect=">out.txt", PYTHONIOENCODING=encoding) as terminal:
        seat.give(terminal)
        seat.acked(terminal)
        assert seat.leave(terminal) == 0
    assert (tmp_path / "out.txt").read_bytes().decode(encoding)
    assert seat.moment.kept(path)
