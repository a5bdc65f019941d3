"""Segments: what carriers count, held against a plain reference of its own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messaging import segments
from messaging.segments import Encoding, folded, measure

# 3GPP TS 23.038, 6.2.1: the table as its rows stand there, 0x1B being the escape.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\"}
EXTENSION |= {0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
LIKELY = st.text(st.sampled_from("aZ9 .\néñ{€á😀’–…\xa0"), max_size=500)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def reference(text: str) -> int:
    """Written as bytes or code units first, then cut from the front."""
    septets = gsm7(text)
    if septets is None:
        whole = text.encode("utf-16-be")
        units = [whole[at : at + 2] for at in range(0, len(whole), 2)]
        opens_pair = [0xD8 <= unit[0] <= 0xDB for unit in units]
        return pieces(opens_pair, 70, 67)
    return pieces([septet == 0x1B for septet in septets], 160, 153)


def gsm7(text: str) -> list[int] | None:
    found: list[int] = []
    escaped = {character: code for code, character in EXTENSION.items()}
    for one in text:
        if one in escaped:
            found += [0x1B, escaped[one]]
        elif one in TABLE and one != "\x1b":
            found.append(TABLE.index(one))
        else:
            return None
    return found


def pieces(opens_pair: list[bool], single: int, each: int) -> int:
    if len(opens_pair) <= single:
        return int(bool(opens_pair))
    count = 0
    while opens_pair:
        cut = min(each, len(opens_pair))
        cut -= cut < len(opens_pair) and opens_pair[cut - 1]
        opens_pair = opens_pair[cut:]
        count += 1
    return count


@given(LIKELY | ANY)
@example("€" * 80)
@example("€" * 81)
@example("a" * 152 + "€" * 5)
@example("😀" * 35)
@example("a" * 66 + "😀" * 3)
def test_a_text_has_as_many_segments_as_the_reference_counts(text):
    assert measure(text).segments == reference(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # An escape pair and a surrogate pair that would stand across the cut.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 66 + "😀" + "a" * 66, 3),
    ],
)
def test_segments_end_where_carriers_end_them(text, expected):
    assert measure(text).segments == expected


def test_the_alphabet_is_that_of_the_standard():
    assert frozenset(TABLE) - {"\x1b"} == segments.BASIC
    assert frozenset(EXTENSION.values()) == segments.EXTENDED


@pytest.mark.parametrize("letter", "éÉñÑüÜ¿¡àèìòùÇ")
def test_letters_of_spanish_that_cost_nothing(letter):
    assert measure(letter).encoding == Encoding.GSM7


@pytest.mark.parametrize("letter", "áíóúÁÍÓÚç")
def test_letters_of_spanish_that_make_a_text_ucs2(letter):
    size = measure(f"caf{letter}{letter}")

    assert (size.encoding, size.outside) == (Encoding.UCS2, letter)


@given(LIKELY | ANY)
def test_what_is_left_fits_and_one_more_does_not(text):
    size = measure(text)
    filler = "á" if size.outside else "a"

    assert measure(text + filler * size.left).segments == max(size.segments, 1)
    assert measure(text + filler * (size.left + 1)).segments > size.segments


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("It’s “here” – now…", 'It\'s "here" - now...'),
        ("9:00\xa0AM\u202f\u2009x", "9:00 AM  x"),
        ("«¿Qué?» él—ella", '"¿Qué?" él-ella'),
        ("a\r\nb\u2028c\rd\te", "a\nb\nc\nd e"),
        ("soft\xadhy\u200bphen\ufeff", "softhyphen"),
        ("e\u0301 n\u0303", "é ñ"),
    ],
)
def test_typographic_characters_become_plain(typed, plain):
    assert folded(typed) == plain
    assert measure(folded(typed)).encoding == Encoding.GSM7


@pytest.mark.parametrize("words", ["Sábado: cirugía", "él está aquí", "naïve", "你好"])
def test_no_letter_is_ever_changed(words):
    assert folded(words) == words


def test_dots_stay_one_character_where_the_text_is_ucs2_anyway():
    text = "á" * 69 + "…"

    assert folded(text) == text


@given(LIKELY | ANY)
def test_folding_never_costs_more_and_twice_is_once(text):
    once = folded(text)

    assert measure(once).segments <= measure(text).segments
    assert folded(once) == once


def test_texts_cost_their_segments_together():
    assert segments.cost(["a" * 160, "“b”", "a" * 161, ""]) == 4
