"""“Asked us to stop”, on the chart: one form, and who may not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from consent import opt_outs
from consent.models import OptOut
from practice.models import TrailEntry
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import MAIL, NUMBER, stop

pytestmark = pytest.mark.django_db
SAID = {"channel": "call", "words": "Never ring me again"}


@pytest.fixture
def phone(patient, now):
    return cast.make_contact(patient, value=NUMBER)


def url(point, name="contact_stop"):
    return reverse(name, args=[point.pk])


def test_what_was_said_stops_it(as_, front_desk, patient, phone):
    answer = as_(front_desk).post(url(phone), SAID)

    assert answer.url == reverse("patient", args=[patient.pk])
    row = opt_outs.standing([NUMBER])[NUMBER, "call"]
    assert (row.source, row.words) == ("spoken", "Never ring me again")
    assert (row.recorder, row.patient) == (front_desk, patient)


def test_nothing_typed_is_lost_where_something_is_missing(as_, front_desk, phone):
    answer = as_(front_desk).post(url(phone), {"words": "Never ring me again"})

    assert answer.status_code == 422
    assert b"Never ring me again" in answer.content
    assert OptOut.objects.count() == 0


def test_an_e_mail_address_asks_of_e_mails_alone(as_, front_desk, patient, now):
    mail = cast.make_contact(patient, kind="email", value=MAIL)

    form = as_(front_desk).get(url(mail)).context["form"]

    assert [value for value, _label in form.fields["channel"].choices] == ["mail"]


def test_the_page_says_who_else_has_the_number_and_why_texts_stay_stopped(
    as_, front_desk, phone, location
):
    cast.make_contact(cast.make_patient(at=location), value=NUMBER)
    stop()

    page = as_(front_desk).get(url(phone)).content.decode()

    assert "1 other contact has it." in page
    assert "texting START from this number" in page
    assert url(phone, "contact_lift") not in page


def test_the_page_has_no_words_from_the_chart_of_another(
    as_, front_desk, patient, phone, location
):
    other = cast.make_patient(at=location)
    cast.make_contact(other, value=NUMBER)
    stop(source="spoken", words="My husband reads it", patient=other)
    stop(channel="call", source="spoken", words="Ill in bed", patient=patient)

    page = as_(front_desk).get(url(phone)).content.decode()

    assert "Texts" in page
    assert ("My husband" in page, "Ill in bed" in page) == (False, True)


def test_calls_are_welcome_again_with_the_patients_words(as_, front_desk, phone):
    stop(channel="call", source="spoken")
    words = {"channel": "call", "words": "Calls her sister now, wants ours again"}

    as_(front_desk).post(url(phone, "contact_lift"), words)

    assert opt_outs.standing([NUMBER]) == {}


def test_a_stop_of_texts_is_not_lifted_here(as_, front_desk, phone):
    stop()
    words = {"channel": "text", "words": "Please"}

    answer = as_(front_desk).post(url(phone, "contact_lift"), words)

    assert answer.status_code == 422
    assert (NUMBER, "text") in opt_outs.standing([NUMBER])


def test_where_nothing_is_to_lift_the_page_leads_back(as_, front_desk, phone):
    answer = as_(front_desk).get(url(phone, "contact_lift"))

    assert answer.url == url(phone)


@pytest.mark.parametrize("name", ["contact_stop", "contact_lift"])
def test_a_clinician_does_not_write_it_down(as_, clinician, phone, name):
    assert as_(clinician).get(url(phone, name)).status_code == 403


@pytest.mark.parametrize("name", ["contact_stop", "contact_lift"])
def test_a_chart_elsewhere_is_not_there(as_, stranger, phone, name):
    assert as_(stranger).get(url(phone, name)).status_code == 404


def test_by_break_glass_a_stop_is_heard_and_none_is_lifted(
    as_, stranger, patient, phone
):
    stop(channel="call", source="spoken")
    cast.break_in(stranger, patient)

    assert as_(stranger).get(url(phone)).status_code == 200
    assert as_(stranger).get(url(phone, "contact_lift")).status_code == 403


def test_a_letter_is_stopped_otherwise(as_, front_desk, patient, now):
    home = cast.make_contact(patient, kind="post", value="1 Main Street")

    assert as_(front_desk).get(url(home)).status_code == 404


def test_the_chart_shows_what_is_agreed_and_stopped(as_, front_desk, patient, phone):
    stop()

    page = as_(front_desk).get(reverse("patient", args=[patient.pk])).content.decode()

    assert "stopped texts" in page
    assert "Agreed: texts, calls" in page
    assert url(phone) in page


def test_what_happened_stands_in_the_trail_of_the_chart(
    as_, front_desk, patient, phone
):
    as_(front_desk).post(url(phone), SAID)

    line = TrailEntry.objects.get(kind="opt_out.stopped")
    assert (line.patient_id, line.actor) == (patient.pk, front_desk.name)


# The table ---------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["front_desk", "clinician", "manager", "auditor"])
def test_everybody_who_works_here_reads_what_may_be_sent(as_, role, request, now):
    staff = request.getfixturevalue(role)

    page = as_(staff).get(reverse("purposes"))

    assert page.status_code == 200
    assert b"Reminder of a visit" in page.content
    assert len(page.context["rows"]) > 10


def test_a_new_caller_agrees_with_the_number(as_, front_desk, location, now):
    answers = {
        "given_name": "Nell",
        "family_name": "Newcomer",
        "born_on": "1990-01-01",
        "spoken_language": "en",
        "homes": [location.pk],
        "phone": "(212) 555-0187",
        "may_text": "on",
        "taken": "phone",
    }

    as_(front_desk).post(reverse("patient_new"), answers)

    chart = type(cast.make_patient(at=location)).objects.get(family_name="Newcomer")
    [record] = chart.consent_records.all()
    assert (record.subject, record.decided_at) == ("text", MONDAY)
