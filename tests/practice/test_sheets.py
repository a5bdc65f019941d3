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


def test_a_file_of_too_many_rows_is_refused():
    rows = b"a,b\n" * (sheets.MOST_ROWS + 2)

    with pytest.raises(NoSheet, match="more than 25,000 rows"):
        sheets.read(rows)
