"""What a message says: own words or those of the house, filled in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from consent.states import Channel
from messaging import recipients, segments, variables, wordings
from messaging.defaults import DEFAULTS
from messaging.models import Template
from messaging.occasions import NEEDS, Occasion
from messaging.variables import MissingValue
from practice import locations
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 14, tzinfo=UTC)
NOW = MONDAY


@pytest.fixture
def visit():
    return variables.of_visit(AT, "America/New_York", language="en") | {"place": "P1"}


def word(occasion=Occasion.BOOKED, language="en", values=None, **details):
    details = {"may_name_practice": True} | details
    loaded = wordings.load(now=NOW)
    return loaded.word(occasion, language=language, values=values or {}, **details)


def call(practice, **details):
    locations.change_practice(practice=practice, by=FOUNDER, **details)


def own(manager, text, occasion=Occasion.BOOKED, language="en", **details):
    """Words that are in use, written past the actions."""
    usual = {"state": "approved", "approved_at": NOW, "approved_by": manager}
    usual |= {"written_at": NOW, "writer": manager, "is_approved_alone": True}
    with cast.by_hand():
        return Template.objects.create(
            occasion=occasion, language=language, text=text, **usual | details
        )


def test_the_usual_words_are_filled_in(location, visit):
    assert word(values=visit).body == (
        "Linden Street Practice: your visit is booked for Tue 3 March, 9:00 AM, P1. "
        "Questions? Call (212) 555-0100. STOP to end texts."
    )


def test_own_words_are_used_once_they_are_approved(location, manager, visit):
    own(manager, "{practice}: come on {day}, {time}. STOP to end texts.")

    assert word(values=visit).body == (
        "Linden Street Practice: come on Tue 3 March, 9:00 AM. STOP to end texts."
    )


@pytest.mark.parametrize(
    "details",
    [
        {"state": "draft", "approved_at": None, "approved_by": None},
        {"state": "retired", "retired_at": NOW + timedelta(days=1)},
        {"approved_at": NOW + timedelta(days=1)},
    ],
)
def test_words_that_are_not_in_use_are_not_used(location, manager, visit, details):
    own(manager, "{practice}: hello", **details)

    assert "booked" in word(values=visit).body


def test_own_words_in_one_language_leave_the_other(location, manager, visit):
    own(manager, "{practice}: hello")

    assert "su cita" in word(language="es", values=visit).body


def test_own_words_that_cannot_be_filled_give_way(location, manager, visit):
    own(manager, "{practice}: look at {link}")

    assert "booked" in word(values=visit).body


def test_what_nobody_gave_is_a_fault(location):
    with pytest.raises(MissingValue):
        word()


def test_other_languages_read_english(location, visit):
    assert word(language="vi", values=visit) == word(values=visit)


def test_typographic_marks_are_made_plain(location, manager):
    own(manager, "{practice} – “hello”…")

    assert word().body == 'Linden Street Practice - "hello"...'


def test_an_e_mail_has_a_subject_and_keeps_its_marks(location, manager, visit):
    text = "{practice} – {day}, {time}"
    own(manager, text, Occasion.WEEK_BEFORE, subject="On {day}")

    words = word(Occasion.WEEK_BEFORE, values=visit)

    assert words.subject == "On Tue 3 March"
    assert "–" in words.body


@pytest.mark.parametrize(
    ("language", "begins"), [("en", "You have a visit"), ("es", "Tiene una cita")]
)
def test_where_nobody_is_greeted_a_sentence_begins_with_a_capital(
    location, visit, language, begins
):
    values = visit | {"link": "https://x.example/l/abc/"}

    assert word(Occasion.WEEK_BEFORE, language, values).body.startswith(begins)


# The practice's name ---------------------------------------------------------
def test_the_name_for_messages_stands_for_the_usual_one(practice, location, visit):
    call(practice, message_name="Linden")

    assert word(values=visit).body.startswith("Linden: ")


@pytest.mark.parametrize("name", ["Linden Psychotherapy", "Centro de Terapia Norte"])
def test_a_name_that_tells_why_people_come_is_never_said(
    practice, location, visit, name
):
    call(practice, name=name)

    assert word(values=visit).body.startswith("(212) 555-0100: ")


def test_where_nobody_may_be_named_the_number_stands_for_the_name(
    practice, location, visit
):
    call(practice, message_name="Linden")

    body = word(values=visit, may_name_practice=False).body

    assert body.startswith("(212) 555-0100: ")
    assert "Linden" not in body


def test_unless_somebody_says_so_the_practice_is_not_named(location, visit):
    body = wordings.load(now=NOW).word("booked", language="en", values=visit).body

    assert "Linden" not in body


@pytest.mark.parametrize("may_name", [True, False])
def test_a_recipient_is_written_to_as_they_asked(patient, visit, may_name):
    cast.make_contact(
        patient,
        kind="email",
        value="pat@example.test",
        may_write=True,
        name_used="Polly",
        may_name_practice=may_name,
    )
    asked = {"channel": Channel.MAIL, "purpose": "reminder", "now": NOW}
    [someone] = recipients.of([patient], **asked)[patient.pk].recipients

    words = wordings.load(now=NOW).to(
        someone, "week_before", values=visit | {"link": "https://x.example/l/abc/"}
    )

    assert words.body.startswith("Hello Polly, you have a visit at ")
    assert ("Linden" in words.body) is may_name


# Phone, hours, emergencies ---------------------------------------------------
def open_at(place, *days, opens=time(9), closes=time(17)):
    spans = [(day, opens, closes) for day in days]
    locations.set_hours(location=place, spans=spans, by=FOUNDER)


def test_the_first_text_says_when_texts_are_read_and_whom_to_call(location):
    open_at(location, *range(5))

    assert word(Occasion.FIRST_TEXT).body == (
        "Linden Street Practice: we text about visits only. Not for emergencies: call "
        "911. Texts are read Mon-Fri 9-5. STOP to end texts."
    )


def test_a_location_has_a_phone_and_hours_of_its_own(location):
    other = cast.make_location(phone="+12125550199")
    open_at(location, 0)
    open_at(other, 1)

    here = wordings.load(now=NOW).known("en", location_id=other.pk)

    assert (here["phone"], here["hours"]) == ("(212) 555-0199", "Tue 9-5")


def test_texts_are_read_when_any_desk_of_the_practices_clock_is_open(
    location, far_location
):
    other = cast.make_location()
    open_at(location, 0, 1)
    open_at(other, 0, 1, closes=time(18))
    open_at(far_location, 0, 1, closes=time(22))

    assert wordings.load(now=NOW).known("en")["hours"] == "Mon-Tue 9-6"


def test_the_numbers_for_emergencies_are_those_of_the_place(location):
    night = word(Occasion.NIGHT).body

    assert "call 911" in night
    assert "call or text 988" in night


# The practice's own words ----------------------------------------------------
def test_english_says_what_the_practice_calls_a_visit(practice, location, visit):
    cast.choose_words(practice, visit="session")

    assert "your session is booked" in word(values=visit).body


def test_a_word_to_answer_with_stays(practice, location):
    cast.choose_words(practice, visit="session")

    body = word(Occasion.OPTED_OUT).body

    assert "Reply VISITS" in body
    assert "about your sessions" in body


@pytest.mark.parametrize("occasion", Occasion)
def test_no_word_of_the_practice_comes_into_spanish(practice, location, occasion):
    values = variables.longest("es")
    before = word(occasion, "es", values)
    cast.choose_words(practice, visit="session", patient="client")

    assert word(occasion, "es", values) == before


@pytest.mark.parametrize("occasion", Occasion)
def test_in_the_practices_words_a_text_still_is_one(practice, location, occasion):
    cast.choose_words(practice, visit="session", clinician="provider")
    size = segments.measure(word(occasion, values=variables.longest("en")).body)

    assert size.segments == 1 or NEEDS[occasion].channel is not Channel.TEXT


def test_typed_words_stay_as_they_were_typed(practice, location, manager):
    cast.choose_words(practice, visit="session")
    own(manager, "{practice}: your visit")

    assert word().body.endswith("your visit")


# Many at once ----------------------------------------------------------------
def test_it_is_loaded_once(location, visit, django_assert_num_queries):
    with django_assert_num_queries(4):
        loaded = wordings.load(now=NOW)

    with django_assert_num_queries(0):
        for occasion, language in DEFAULTS:
            loaded.word(occasion, language=language, values=variables.longest(language))


def test_without_a_practice_nothing_is_loaded_that_is_not_there(db):
    assert wordings.load(now=NOW).known("en")["practice"] == ""
