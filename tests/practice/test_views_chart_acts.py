"""What is done to a chart: contacts, family, care team, alerts, numbers."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from practice import contacts, merging, patients
from practice.models import (
    CareTeamMember,
    ContactPoint,
    ExternalId,
    PatientAlert,
)
from tests import cast
from tests.practice.filling import send, standing, version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
YESTERDAY = NOW - timedelta(days=1)
PHONE = "(212) 555-0187"
RIGHTS = {"relation": "partner", "proof": "none", "starts_on": "2026-03-02"}


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def point(patient):
    return cast.make_contact(patient, value=PHONE, is_first=True, label="mobile")


@pytest.fixture
def caregiving(patient):
    return cast.make_caregiver(patient).caregivings.get()


@pytest.fixture
def member(patient, clinician):
    return patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=BY, now=YESTERDAY
    )


@pytest.fixture
def alert(patient):
    return patients.add_alert(patient=patient, text="Latex", ends_on=None, by=BY)


def undo_of(response):
    """The address that the toast of an answer offers to take it back."""
    *_before, message = response.wsgi_request._messages
    return message.extra_tags


# Who may --------------------------------------------------------------------
ACTS = {
    "contact_edit": "point",
    "contact_end": "point",
    "contact_restore": "point",
    "caregiving_edit": "caregiving",
    "caregiving_withdraw": "caregiving",
    "caregiving_restore": "caregiving",
    "care_team_leave": "member",
    "care_team_rejoin": "member",
    "alert_withdraw": "alert",
    "alert_restore": "alert",
}
NEW = ["caregiver_new", "care_team_new", "alert_new", "external_id_new"]


@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_touches_nothing_of_a_chart_elsewhere(as_, stranger, request, name):
    record = request.getfixturevalue(ACTS[name])

    response = as_(stranger).post(url(name, record.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("name", NEW)
def test_a_stranger_adds_nothing_to_a_chart_elsewhere(as_, stranger, patient, name):
    assert as_(stranger).get(url(name, patient.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["contact_edit", "contact_end", "caregiving_edit", "caregiving_withdraw"]
)
def test_a_clinician_does_not_keep_contact_data(as_, clinician, request, name):
    record = request.getfixturevalue(ACTS[name])

    assert as_(clinician).post(url(name, record.pk)).status_code == 403


@pytest.mark.parametrize("name", [*ACTS, *NEW])
def test_an_auditor_changes_nothing(as_, auditor, patient, request, name):
    subject = request.getfixturevalue(ACTS[name]) if name in ACTS else patient

    assert as_(auditor).post(url(name, subject.pk)).status_code == 403


@pytest.mark.parametrize("name", [name for name in ACTS if not name.endswith("edit")])
def test_a_look_presses_no_button(desk, request, name):
    record = request.getfixturevalue(ACTS[name])

    assert desk.get(url(name, record.pk)).status_code == 405


# Contacts -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        ("phone", PHONE, {"may_text", "safe_from"}),
        ("email", "paula@example.test", {"may_write"}),
        ("post", "17 Linden Street\r\nNew York", {"may_write"}),
    ],
)
def test_a_way_to_reach_somebody_is_added(desk, patient, kind, value, fields):
    page = url("contact_new", patient.pk, kind)
    form = desk.get(page).context["form"]

    desk.post(page, {"value": value, "label": "work"})

    point = ContactPoint.objects.get()
    assert fields <= form.fields.keys()
    assert (point.kind, point.label) == (kind, "work")
    assert point.value.split() == value.split()


def test_there_is_no_fourth_way(desk, patient):
    assert desk.get(url("contact_new", patient.pk, "pigeon")).status_code == 404


def test_a_number_that_is_there_is_told_beside_the_number(desk, patient, point):
    page = desk.post(url("contact_new", patient.pk, "phone"), {"value": "2125550187"})

    assert page.status_code == 422
    assert page.context["form"].errors == {"value": ["This is already on the chart."]}
    assert 'value="2125550187"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"safe_from": "09:00", "safe_until": "09:00"}, "safe_until"),
        ({"safe_from": "25:00"}, "safe_from"),
        ({"safe_from": "09:00"}, "__all__"),
        ({"may_leave_voicemail": "on"}, "__all__"),
        ({"may_join_texts": "on"}, "__all__"),
        ({"label": "x" * 41}, "label"),
    ],
)
def test_what_does_not_fit_is_told(desk, patient, typed, place):
    page = url("contact_new", patient.pk, "phone")

    answer = desk.post(page, {"value": PHONE, **typed})

    assert place in answer.context["form"].errors
    assert not ContactPoint.objects.exists()


def test_what_is_safe_is_changed(desk, point):
    typed = {
        "value": PHONE,
        "may_call": "on",
        "safe_from": "22:00",
        "safe_until": "06:00",
    }

    path = url("contact_edit", point.pk)

    desk.post(path, typed | version_at(desk, path))

    point.refresh_from_db()
    assert (point.may_text, point.may_call) == (False, True)
    assert (point.safe_from, point.safe_until) == (time(22), time(6))


def test_what_they_agreed_to_for_one_text_is_kept_and_shown(desk, patient, point):
    path = url("contact_edit", point.pk)
    typed = {"value": PHONE, "may_text": "on", "may_join_texts": "on"}

    desk.post(path, typed | version_at(desk, path))

    point.refresh_from_db()
    assert point.may_join_texts
    assert point.history.first().may_join_texts
    page = desk.get(url("patient", patient.pk)).content.decode()
    assert "one text for the family" in page


@pytest.mark.parametrize("kind", ["email", "post"])
def test_only_a_phone_is_asked_about_one_text(desk, patient, kind):
    page = desk.get(url("contact_new", patient.pk, kind)).content.decode()

    assert "may_join_texts" not in page


def test_a_number_from_abroad_is_saved_as_it_is_shown(desk, patient):
    point = cast.make_contact(patient, value="+447911123456")
    path = url("contact_edit", point.pk)

    response = send(desk, path, standing(desk.get(path)), label="UK")

    point.refresh_from_db()
    assert response.status_code == 302
    assert (str(point.phone), point.label) == ("+447911123456", "UK")


def test_a_number_that_somebody_removed_meanwhile_is_told(desk, point):
    contacts.end(point=point, by=BY, now=NOW)

    page = desk.post(url("contact_edit", point.pk), {"value": PHONE, "label": "work"})

    assert "Somebody removed this from the chart meanwhile." in text_of(page)
    assert 'value="work"' in page.content.decode()


def test_a_removal_can_be_taken_back_with_everything(desk, point):
    response = desk.post(url("contact_end", point.pk))
    point.refresh_from_db()
    assert point.ended_at == NOW

    desk.post(undo_of(response))

    point.refresh_from_db()
    assert (point.ended_at, point.is_first) == (None, True)


def test_a_removal_that_cannot_be_taken_back_says_why(desk, patient, point):
    contacts.end(point=point, by=BY, now=NOW)
    cast.make_contact(patient, value=PHONE)

    page = desk.post(url("contact_restore", point.pk), follow=True)

    assert "This is already on the chart." in text_of(page)


# Care team ------------------------------------------------------------------
def test_somebody_joins_the_care_team(desk, patient, clinician):
    typed = {"staff": clinician.pk, "is_lead": "on"}

    desk.post(url("care_team_new", patient.pk), typed)

    row = CareTeamMember.objects.get()
    assert (row.staff, row.is_lead) == (clinician, True)


def test_auditors_and_closed_accounts_join_no_team(desk, patient, auditor, manager):
    form = desk.get(url("care_team_new", patient.pk)).context["form"]

    names = {person.name for person in form.fields["staff"].queryset}

    assert names == {"Fran Desk", "Mary Manager"}


def test_a_leaving_taken_back_leaves_the_lead_where_it_was(desk, member):
    response = desk.post(url("care_team_leave", member.pk))
    assert CareTeamMember.objects.get().ended_at == NOW

    desk.post(undo_of(response))

    member.refresh_from_db()
    assert (member.ended_at, member.is_lead) == (None, True)


# Alerts and numbers ---------------------------------------------------------
def test_an_alert_is_added_taken_down_and_put_back(desk, patient):
    desk.post(url("alert_new", patient.pk), {"text": "Falls", "ends_on": "2026-04-01"})
    alert = PatientAlert.objects.get()
    assert (alert.text, alert.ends_on) == ("Falls", date(2026, 4, 1))

    response = desk.post(url("alert_withdraw", alert.pk))
    assert PatientAlert.objects.get().is_withdrawn

    desk.post(undo_of(response))
    assert not PatientAlert.objects.get().is_withdrawn


def test_a_number_elsewhere_is_added_once(desk, patient):
    typed = {"system": "lab", "value": "4711"}
    desk.post(url("external_id_new", patient.pk), typed)

    page = desk.post(url("external_id_new", patient.pk), typed)

    assert page.context["form"].errors == {
        "value": ["A chart already has this number."]
    }
    assert ExternalId.objects.count() == 1


# After a merge --------------------------------------------------------------
def test_what_hangs_on_a_duplicate_is_kept_from_the_chart_that_stands(
    as_, patient, far_location, stranger, front_desk
):
    """The panel shows what both charts have, and its buttons work."""
    duplicate = cast.make_patient(at=far_location)
    point = cast.make_contact(duplicate)
    alert = patients.add_alert(patient=duplicate, text="Latex", ends_on=None, by=BY)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    for person in (front_desk, stranger):
        client = as_(person)
        assert client.get(url("contact_edit", point.pk)).status_code == 200
        assert client.post(url("alert_withdraw", alert.pk)).status_code == 302
