"""What is done about each error of the vendor."""

from __future__ import annotations

import pytest

from messaging import errors
from messaging.errors import MEANINGS, UNKNOWN, Kind, meaning_of, of_answer

KINDS = {
    Kind.RETRY_LATER: [20429, 21611, 30001, 30003, 30008, 30022, 30023, 30047],
    Kind.STOP_CHANNEL: [20003, 20005, 21606, 21703, 30002],
    Kind.SUPPRESS: [21610, 30610],
    Kind.FLAG_NUMBER: [21211, 21214, 21217, 21612, 21614, 21635, 30006],
    Kind.CONFIGURATION: [21408, 30007, 30032, 30034],
    Kind.GIVE_UP: [21602, 21617, 21658, 30004, 30005, 30036],
}
EXPECTED = [(code, kind) for kind, codes in KINDS.items() for code in codes]


@pytest.mark.parametrize(("code", "kind"), EXPECTED)
def test_each_code_has_its_act(code, kind):
    assert meaning_of(code).kind == kind


@pytest.mark.parametrize("code", [None, "", 0, 99999, "30003x", "-1", "²"])
def test_a_code_nobody_knows_is_a_failure_that_staff_see(code):
    assert meaning_of(code) is UNKNOWN


def test_forms_write_codes_as_text():
    assert meaning_of("21610") is meaning_of(21610)


@pytest.mark.parametrize("meaning", [*MEANINGS.values(), UNKNOWN])
def test_each_meaning_is_a_sentence_for_the_front_desk(meaning):
    words = str(meaning.words)

    assert words.endswith(".")
    assert not any(one.isdigit() for one in words)


@pytest.mark.parametrize("meaning", MEANINGS.values())
def test_only_what_is_tried_later_counts_tries(meaning):
    assert bool(meaning.retries) == (meaning.kind is Kind.RETRY_LATER)


@pytest.mark.parametrize("status", [200, 302, 408, 500, 502, 503, 599])
def test_what_the_vendor_may_have_taken_is_not_clear(status):
    assert of_answer(status, 20500) is None


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, None, Kind.RETRY_LATER),
        (429, 20003, Kind.RETRY_LATER),
        (401, 20003, Kind.STOP_CHANNEL),
        (401, None, Kind.STOP_CHANNEL),
        (403, 12345, Kind.STOP_CHANNEL),
        (400, 21610, Kind.SUPPRESS),
        (403, 21610, Kind.SUPPRESS),
        (400, 12345, Kind.GIVE_UP),
        (404, None, Kind.STOP_CHANNEL),
    ],
)
def test_a_refusal_says_that_nothing_was_made_and_what_to_do(status, code, kind):
    meaning = of_answer(status, code)

    assert meaning is not None
    assert meaning.kind == kind
    assert errors.is_surely_not_made(status)
