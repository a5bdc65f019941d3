"""CSV files as other programs write them: read row by row, and written safely.

A file is bytes from anywhere. What can be read is read; what cannot is said of
its line, and the next line is read again. docs/adr/0015 weighs the libraries.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice.alphabets import UNREADABLE, encoding_of
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = ",;\t|"
MOST_BYTES = 20_000_000
MOST_ROWS = 25_000
MOST_COLUMNS = 200
MOST_LINES = 2_000_000  # spreadsheets leave a million empty ones behind
LONGEST_CELL = 4_000  # characters; a note is shorter
LONGEST_RECORD = 50  # lines between two quotation marks
_SAMPLE = 50  # lines by which the delimiter is found
_LOOKED_AT = 65_536
# How files begin that people take for a CSV, or send by mistake.
_OTHERS = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\x7fELF"),
    *(b"\xff\xd8\xff", b"SQLite format 3", b"{\\rtf", b"MZ\x90"),
)
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
_SAFE = "'"
_SEP = re.compile(rf'^"?sep=(?P<mark>[{re.escape(DELIMITERS)}])"?\s*$', re.IGNORECASE)
_MARK = "\ufeff"  # at the beginning of a file, or where two were put together


class NoSheet(NotPossible):
    """This file cannot be read as a table; the words say why and what to do."""

    field = "file"


@dataclass(frozen=True, slots=True)
class Record:
    """One row with the number of its first line, and what is wrong with its form."""

    line: int
    cells: Sequence[str]
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file: its column heads and its rows."""

    encoding: str
    delimiter: str
    head: Sequence[str]
    records: Sequence[Record]


def read(data: bytes, *, encoding: str = "", columns: int = 2) -> Sheet:
    """Read a whole file, in an encoding that somebody named or that it shows.

    One with fewer `columns` is taken for something else.

    Raises NoSheet with a sentence.
    """
    _check_kind(data)
    encoding = encoding_of(data, named=encoding)
    # Bytes that are no text become U+FFFD, which is a problem of its row.
    lines = _lines(data.decode(encoding, errors="replace").removeprefix(_MARK))
    delimiter = _said_in(lines) or delimiter_of(lines[:_SAMPLE])
    found = (one for one in records(lines, delimiter) if any(map(str.strip, one.cells)))
    head = next(found, None)
    if head is None:
        raise NoSheet(_("This file is empty. Export it again."))
    _check_head(head, columns)
    rows = list(islice(found, MOST_ROWS + 1))
    if not rows:
        raise NoSheet(_("This file has column heads and no rows below them."))
    if len(rows) > MOST_ROWS:
        words = _("This file has more than %(most)s rows. Divide it into several.")
        raise NoSheet(words % {"most": f"{MOST_ROWS:,}"})
    return Sheet(encoding, delimiter, [cell.strip() for cell in head.cells], rows)


def _said_in(lines: list[str]) -> str:
    """What divides the cells, where Excel says so on a line of its own: no row."""
    if not (said := _SEP.match(lines[0])):
        return ""
    lines[0] = ""  # so that the others keep their numbers
    return said["mark"]


def delimiter_of(lines: Sequence[str]) -> str:
    """What divides the first lines into the same number of cells most often."""

    def fit(delimiter: str) -> float:
        rows = [one.cells for one in records(lines, delimiter) if any(one.cells)]
        width = len(rows[0]) if rows else 0
        even = sum(len(cells) == width for cells in rows)
        return width * even / len(rows) if width > 1 else 0.0

    return max(DELIMITERS, key=fit)


def records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """The rows of some lines; a quotation mark that stays open costs one row only.

    Lines on which nothing stands are no rows.
    """
    waiting, number, width = deque(lines), 1, 0
    while waiting:
        record, taken = None, 1
        if waiting[0].strip(f"{delimiter} "):
            cells, flaw, taken = _first_of(waiting, delimiter, width)
            record = _bounded(number, cells, flaw)
        for _line in range(taken):
            waiting.popleft()
        number += taken
        if record is not None:
            width = width or len(record.cells)
            yield record


def _first_of(
    waiting: deque[str], delimiter: str, width: int
) -> tuple[list[str], str, int]:
    """The cells of the first row, what is wrong with it, and how many lines it has."""
    line = waiting[0]
    bare = line.split(delimiter, MOST_COLUMNS + 1)
    if '"' not in line:
        return bare, "", 1
    if len(line) > csv.field_size_limit():
        return bare, _too_long(), 1
    ahead = (f"{line}\n" for line in islice(waiting, LONGEST_RECORD))
    reader = csv.reader(ahead, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return bare, _broken(), 1
    if reader.line_num > 1 and _swallows(cells, delimiter, width):
        return bare, _broken(), 1
    return cells, "", reader.line_num


def _swallows(cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether rows stand in a cell, between a mark that stays open and the next one.

    Prose has a blank behind its commas, rows hardly ever do.
    """
    if not width:
        return False
    divided = re.compile(f"{re.escape(delimiter)}(?! )")
    inner = chain.from_iterable(cell.split("\n")[1:] for cell in cells)
    most = max((len(divided.findall(line)) for line in inner), default=0)
    return len(cells) > width or most >= width - 1


def _broken() -> str:
    return _("A quotation mark opens on this line and does not close where it should.")


def _too_long() -> str:
    words = _("A cell of this row has more than %(most)s characters.")
    return words % {"most": f"{LONGEST_CELL:,}"}


def _bounded(line: int, cells: list[str], flaw: str) -> Record:
    """A row of a size that people can look at; what is longer is said."""
    if len(cells) > MOST_COLUMNS:
        flaw = flaw or _("This row has more than %(most)s cells.") % {
            "most": MOST_COLUMNS
        }
        cells = cells[:MOST_COLUMNS]
    if any(len(cell) > LONGEST_CELL for cell in cells):
        flaw = flaw or _too_long()
        cells = [cell[:LONGEST_CELL] for cell in cells]
    return Record(line, [_visible(cell) for cell in cells], flaw)


def _visible(cell: str) -> str:
    """The text of a cell; control characters become ones that can be seen."""
    bare = unshield(cell.replace(_MARK, "").strip())
    if bare.isprintable():
        return bare
    return "".join(UNREADABLE if _is_control(char) else char for char in bare)


def _is_control(char: str) -> bool:
    # Neither does any database take lone surrogates.
    return unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n"


def _lines(text: str) -> list[str]:
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MOST_LINES:
        words = _("This file has more than %(most)s lines. Delete the empty ones.")
        raise NoSheet(words % {"most": f"{MOST_LINES:,}"})
    return re.split(r"\r\n|\n|\r", text)


def _check_kind(data: bytes) -> None:
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NoSheet(_("This file is empty. Export it again."))
    if data.startswith(_OTHERS) or _is_binary(data[:_LOOKED_AT]):
        words = _(
            "This is no CSV file. Open it in the program it came from and save it "
            "as “CSV (comma delimited)” or “CSV UTF-8”."
        )
        raise NoSheet(words)


def _is_binary(data: bytes) -> bool:
    """Whether bytes stand in it that no text has, more than now and then."""
    if encoding_of(data).startswith(("utf-16", "utf-32")):
        text = data[: len(data) // 4 * 4].decode(encoding_of(data), errors="replace")
        odd = sum(not char.isprintable() and not char.isspace() for char in text)
        return odd > len(text) / 10
    odd = sum(data.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13))
    return odd > max(len(data) / 50, 8)


def _check_head(head: Record, columns: int) -> None:
    if head.flaw:
        raise NoSheet(_("The column heads cannot be read: %s") % head.flaw)
    if len(head.cells) < columns:
        raise NoSheet(
            _(
                "Only one column was found. The first line has to name the columns, "
                "divided by commas, semicolons, tabs or bars."
            )
        )


# Written ------------------------------------------------------------------------
def shield(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"{_SAFE}{cell}" if _FORMULA.match(cell) else cell


def unshield(cell: str) -> str:
    """The cell as it was before `shield`."""
    bare = cell[1:]
    return bare if cell.startswith(_SAFE) and _FORMULA.match(bare) else cell


def written(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file that spreadsheets open as UTF-8 and run nothing of."""
    for number, row in enumerate(rows):
        line = io.StringIO()
        csv.writer(line).writerow([shield(cell) for cell in row])
        yield ("" if number else "\ufeff") + line.getvalue()


def columns_of(sheet: Sheet, column: int) -> Iterator[str]:
    """The cells of one column."""
    cells = (one.cells[column : column + 1] for one in sheet.records)
    return chain.from_iterable(cells)
