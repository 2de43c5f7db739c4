"""Tables of ballots whose shape cannot be trusted: refused by line, and no vote is ever moved."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.commands.workshop_merge import merged
from spinout_cli.errors import SpinoutError
from spinout_cli.reading.ballot_csv import read_table

QUESTIONS = Path(__file__).parents[1] / "helpers/interview.yaml"
HEAD = "ballot,role,staff.vote,staff.time,purpose.why"


def votes(folder, text, name="b.csv"):
    """Return the votes that a table comes to by question, and whether all of it was used."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result, whole = merged([path], QUESTIONS)
    return {
        name: {rung: n for rung, n in talk.rounds[0].counts.items() if n}
        for name, talk in result.workshop.questions.items()
        if talk.rounds
    }, whole


GOOD = {"staff.vote": {"sounded": 1}, "staff.time": {"nobody": 1}, "purpose.why": {"many": 1}}


@pytest.mark.parametrize(
    "row",
    [
        "1,Desk, evenings,A,B,C",  # a comma in the role
        "1,Desk,A,B,C,A",
        "1,Desk,A,B",  # a cell is missing, and nobody knows which
        "1;Desk;A;B;C",  # another separator than above
        "1,Desk",
    ],
)
def test_a_row_that_does_not_fit_its_headings_is_left_out_and_named(tmp_path, capsys, row):
    told, whole = votes(tmp_path, f"{HEAD}\n{row}\n2,Desk,B,A,C\n")
    assert (told, whole) == (GOOD, False)
    err = capsys.readouterr().err
    assert f"b.csv:2: this row has {row.count(',') + 1} cells and there are 5 headings" in err
    assert "1 set of answers used; 1 left out." in err


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;\r"])
def test_the_line_that_tells_excel_the_separator_is_obeyed(tmp_path, line, capsys):
    text = f"{line}\n{HEAD.replace(',', ';')}\n1;Desk, evenings;B;A;C\n1;x;A\n"
    told, whole = votes(tmp_path, text)
    assert (told, whole) == (GOOD, False)
    assert "b.csv:4: this row has 3 cells" in capsys.readouterr().err


@pytest.mark.parametrize("mark", ["\t", "|", ","])
def test_any_separator_can_be_told(tmp_path, mark):
    rows = [mark.join(line.split(",")) for line in (HEAD, "1,Desk,B,A,C")]
    assert votes(tmp_path, "\n".join([f"sep={mark}", *rows])) == (GOOD, True)


def test_answers_under_no_heading_are_named(tmp_path, capsys):
    told, _ = votes(tmp_path, "ballot,role,,staff.time\n1,Desk,A,A\n2,Desk,B,A\n")
    assert told == {"staff.time": {"nobody": 2}}
    assert (
        "b.csv: column 3: it has no heading; 2 cells under it left out" in capsys.readouterr().err
    )


def test_empty_cells_beyond_the_headings_and_empty_rows_are_nothing(tmp_path, capsys):
    text = f"{HEAD},,\n,,,,,,\n1,Desk,B,A,C,,\n ,,,,\n"
    assert votes(tmp_path, text) == (GOOD, True)
    assert "1 set of answers used; 0 left out." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD},staff.vote\n1,Desk,B,A,C,A\n", "b.csv:1: two columns are headed staff.vote"),
        (f'{HEAD}\n1,"Desk,B,A,C\n2,Desk,B,A,C\n', "this is not CSV"),
        (f'{HEAD}\n1,"Desk"x,B,A,C\n', "b.csv:2: this is not CSV"),
        ("", "there is nothing in it"),
        ("sep=;\n", "there is nothing in it"),
        (f"{HEAD}\n", "no ballot in it has an answer"),
        (f"{HEAD}\n1,Desk,A\n", "b.csv:2: this row has 3 cells"),
        (HEAD.encode("utf-16"), "is not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused(tmp_path, text, words):
    with pytest.raises(SpinoutError, match="None of these can be used") as refused:
        votes(tmp_path, text)
    assert words in str(refused.value)


CELLS = st.text(st.sampled_from("ab,;\"'\n\t#= "), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=5), st.sampled_from(",;\t"))
def test_a_row_keeps_every_cell_in_its_column_or_is_marked(rows, mark):
    """However many cells a row has: those of a row that passes are the ones that were written."""
    quoted = [mark.join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    head = mark.join(["ballot", "role", "a"])
    table = read_table("\r\n".join([f"sep={mark}", head, *quoted]), "t.csv")
    written = [row for row in rows if any(c.strip() for c in row) and row[0].lstrip()[:1] != "#"]
    assert len(table.rows) == len(written)
    for row, cells in zip(table.rows, written, strict=True):
        if row.problem:
            assert len(row.cells) != len(table.headings)
        else:
            assert list(row.cells) == [c.strip() for c in cells[: len(row.cells)]]
            assert not any(c.strip() for c in cells[len(row.cells) :])
