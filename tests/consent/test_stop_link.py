"""The link that stops: looking stops nothing, one press does, for all who share it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from consent import opt_outs, stop_link
from consent.models import OptOut
from consent.stop_link import NoSuchStop
from practice import contacts
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import MAIL, NUMBER, stop
from tests.practice.link_pages import text

pytestmark = pytest.mark.django_db
BY = cast.FOUNDER
PRESS = {"step": "answer", "answer": "stop"}


@pytest.fixture
def phone(patient, now):
    return cast.make_contact(patient, value=NUMBER)


def path_of(point):
    return reverse("link", args=[stop_link.make(point=point, by=BY, now=MONDAY)])


def test_to_look_stops_nothing_and_names_nobody(client, phone, patient):
    page = client.get(path_of(phone))

    assert page.status_code == 200
    assert "0187" in text(page)
    assert "5550187" not in text(page).replace("-", "").replace(" ", "")
    assert patient.family_name not in text(page)
    assert OptOut.objects.count() == 0


def test_one_press_stops_texts(client, phone, patient):
    page = client.post(path_of(phone), PRESS)

    assert "no more texts" in text(page)
    row = opt_outs.standing([NUMBER])[NUMBER, "text"]
    assert (row.source, row.patient) == ("link", patient)


def test_one_press_stops_e_mails(client, patient, now):
    mail = cast.make_contact(patient, kind="email", value=MAIL, may_write=True)

    page = client.post(path_of(mail), PRESS)

    assert "no more e-mails" in text(page)
    assert (MAIL, "mail") in opt_outs.standing([MAIL])


def test_no_birth_date_is_asked_also_late(client, phone):
    page = client.post(path_of(phone), PRESS | {"proof": "expired"})

    assert "no more texts" in text(page)


def test_a_link_that_was_used_is_gone(client, phone):
    path = path_of(phone)
    client.post(path, PRESS)

    assert client.get(path).status_code == 410


def test_who_stopped_before_reads_that(client, phone):
    path = path_of(phone)
    stop()

    page = client.get(path)

    assert "stopped already" in text(page)
    assert 'value="stop"' not in page.content.decode()


def test_another_button_is_refused(client, phone):
    page = client.post(path_of(phone), PRESS | {"answer": "start"})

    assert page.status_code == 422
    assert OptOut.objects.count() == 0


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_number_that_is_no_longer_theirs_has_no_link(client, phone, is_ended):
    path = path_of(phone)
    if is_ended:
        contacts.end(point=phone, by=BY, now=MONDAY)
    else:
        contacts.change(point=phone, value="+12125550188", by=BY, now=MONDAY)

    assert client.get(path).status_code == 410


def test_the_page_speaks_the_patients_language(client, patient, now):
    patient.written_language = "es"
    with cast.by_hand():
        patient.save()
    phone = cast.make_contact(patient, value=NUMBER)

    page = client.get(path_of(phone))

    assert 'lang="es"' in page.content.decode()


def test_only_a_patients_phone_or_e_mail_has_one(patient):
    home = cast.make_contact(patient, kind="post", value="1 Main Street")
    theirs = cast.make_contact(cast.make_caregiver(patient))

    for point in (home, theirs):
        with pytest.raises(NoSuchStop):
            stop_link.make(point=point, by=BY, now=MONDAY)
