"""Letters with accents: found where bytes show them, read as somebody named them."""

from __future__ import annotations

import pytest

from practice import sheets
from practice.alphabets import Letters, encoding_of, label_of

NAMES = [
    *("José Núñez", "Zoë Peña", "Raúl", "MÜLLER, JOSÉ", "Müller", "Élan NÚÑEZ"),
    *("François Lefèvre", "Søren Åberg", "Nuñez-Álvarez", "Ígor Ortíz Peña"),
]
ELSEWHERE = {
    Letters.CYRILLIC: "Иван Петров",
    Letters.ARABIC: "محمد",
    Letters.LATIN_2: "Łukasz Żółć",
    Letters.JAPANESE: "山田 太郎",
    Letters.CHINESE: "王伟",
    Letters.KOREAN: "김서연",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8"])
def test_letters_of_the_west_are_told_apart(name, encoding):
    assert encoding_of(name.encode(encoding)) == encoding


@pytest.mark.parametrize(
    "name", ["O\u2019Brien", "Ames\u2013Brook", "O\u2019Hara \u201cAl\u201d"]
)
def test_signs_of_windows_in_names_are_no_mac(name):
    assert encoding_of(name.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", ELSEWHERE)
def test_letters_that_somebody_names_are_read(encoding):
    data = f"Name,Born\n{ELSEWHERE[encoding]},1\n".encode(encoding)

    sheet = sheets.read(data, encoding=encoding)

    assert sheet.records[0].cells[0] == ELSEWHERE[encoding]
    assert label_of(sheet.encoding) == Letters(encoding).label


def test_a_mark_of_the_file_counts_more_than_what_somebody_names():
    assert encoding_of("José".encode("utf-8-sig"), named="cp1251") == "utf-8-sig"


@pytest.mark.parametrize("encoding", Letters.values)
def test_python_knows_all_of_them(encoding):
    assert b"Ada".decode(encoding) == "Ada"
