"""CSV files: what was written is read, and no spreadsheet runs it."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import sheets
from practice.sheets import NoSheet

CELLS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd\ufeff"),
    min_size=1,
    max_size=20,
).map(str.strip)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
ENCODINGS += ["mac_roman"]
# What people leave unquoted, and quotation marks of theirs among it.
PLAIN = st.text("abcXYZ 0123456789'-", min_size=1, max_size=8).map(str.strip)
MARKED = st.sampled_from(['"called', "6'2\"", 'x"y', "z", "", '"'])
WORDS = "Name,Ort\r\nZoë Núñez,Düsseldorf\r\nRenée,Málaga\r\n"


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_is_written_is_read(rows):
    rows = [row for row in rows if any(row)] or [("a", "b", "c")]
    text = "".join(sheets.written([("one", "two", "three"), *rows]))

    found = sheets.read(text.encode()).records

    wanted = [[" ".join(cell.split(" ")) for cell in row] for row in rows]
    assert [list(one.cells) for one in found] == wanted


@given(st.text(max_size=30))
def test_no_cell_is_a_formula(cell):
    line = "".join(sheets.written([[cell, "x"]])).removeprefix("\ufeff")

    first = next(csv.reader(io.StringIO(line, newline="")))[0]
    assert not first.lstrip().startswith(("=", "+", "-", "@"))
    assert sheets.unshield(first) == cell or cell.startswith("'")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_found(encoding):
    sheet = sheets.read(WORDS.encode(encoding))

    assert sheet.records[0].cells == ["Zoë Núñez", "Düsseldorf"]


@given(st.binary(max_size=400))
def test_no_file_is_too_odd(data):
    found = []

    with contextlib.suppress(NoSheet):
        found = [sheets.read(data)]

    assert all(sheet.records for sheet in found)


@pytest.mark.parametrize("said", ["sep=;", "SEP=;", '"sep=;"', "sep=;\r"])
def test_what_excel_says_first_is_no_head(said):
    data = f"{said}\nGiven name;Note, short\nAnn;a, b\n"

    sheet = sheets.read(data.encode())

    assert (sheet.delimiter, sheet.head) == (";", ["Given name", "Note, short"])
    (row,) = sheet.records
    assert list(row.cells) == ["Ann", "a, b"]


def test_a_mark_in_the_middle_of_a_file_is_no_letter():
    sheet = sheets.read("Name,Town\n\ufeffAnn,Bee\n".encode())

    assert sheet.records[0].cells[0] == "Ann"


def test_a_file_of_too_many_rows_is_refused():
    rows = b"a,b\n" * (sheets.MOST_ROWS + 2)

    with pytest.raises(NoSheet, match="more than 25,000 rows"):
        sheets.read(rows)


def test_a_file_of_empty_lines_is_refused_before_it_is_read():
    with pytest.raises(NoSheet, match="Delete the empty ones"):
        sheets.read(b"a,b\nc,d\n" + b"\n" * (sheets.MOST_LINES + 1))


def test_empty_lines_are_passed_over_and_counted():
    found = sheets.read(b"\na,b\n,\n , \n\nc,d\n").records

    assert [(one.line, one.cells) for one in found] == [(6, ["c", "d"])]


def test_rows_between_two_quotation_marks_are_rows():
    lines = ["Name,Born,Note", 'Ann,1,"called', "Bob,2,x", "Cy,3,6'2\"", "Eve,4,"]

    found = sheets.read("\n".join(lines).encode()).records

    assert [one.cells[0] for one in found] == ["Ann", "Bob", "Cy", "Eve"]
    assert [bool(one.flaw) for one in found] == [True, False, False, False]


@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN, MARKED), min_size=1, max_size=8))
def test_wherever_quotation_marks_stand_every_row_is_read_or_said(rows):
    rows = [(f"n{number}", *row) for number, row in enumerate(rows)]
    text = "\n".join(",".join(row) for row in [("id", "a", "b", "c", "d"), *rows])

    found = sheets.read(text.encode()).records

    read = {one.cells[0] for one in found}
    assert read == {row[0] for row in rows}


def test_prose_of_several_lines_with_commas_is_one_cell():
    note = "Elm Street 1, Apt 2, New York, NY\nc/o Ames, Brook, Chen, and Diaz"
    text = "".join(sheets.written([("a", "b", "c", "d"), ("1", note, "2", "3")]))

    assert sheets.read(text.encode()).records[0].cells == ["1", note, "2", "3"]


def test_a_cell_of_200_000_characters_is_said_to_be_too_long():
    for mark in ("", '"'):
        cell = mark + "A" * 200_000 + mark
        found = sheets.read(f"a,b\n{cell},c\nd,e\n".encode()).records

        assert "more than 4,000 characters" in found[0].flaw
        assert found[1].cells == ["d", "e"]
