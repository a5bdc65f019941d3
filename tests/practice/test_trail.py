"""What every action leaves behind: the record, its history, one line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from practice import clock, patients, trail
from practice.models import (
    Absence,
    ExternalId,
    Location,
    Patient,
    PatientAlert,
    TrailEntry,
)
from practice.modes import Mode
from practice.trail import Automation, keep, keep_many, locked, note
from tests import cast

BY = cast.FOUNDER
CLOCK = Automation("The clock")


def make_alert(patient, text="Latex allergy"):
    return PatientAlert(patient=patient, text=text)


def number(patient, value="4711"):
    return ExternalId(patient=patient, system="lab", value=value)


def last_line():
    return TrailEntry.objects.latest("pk")


# One record -----------------------------------------------------------------
def test_a_kept_record_has_its_history_row_and_its_line(patient, front_desk):
    alert = keep(make_alert(patient), by=front_desk, kind="patient.alert_added")

    row, line = alert.history.get(), last_line()
    assert (line.record, line.record_id, line.history_id) == (
        "patientalert",
        alert.pk,
        row.history_id,
    )
    assert (line.patient_id, line.kind) == (patient.pk, "patient.alert_added")


def test_the_line_says_who_and_why(patient, front_desk):
    keep(make_alert(patient), by=front_desk, kind="patient.alert_added", reason="fax")

    line, row = last_line(), PatientAlert.history.get()
    assert (line.actor_id, line.actor, line.reason) == (
        front_desk.pk,
        "Fran Desk",
        "fax",
    )
    assert (row.history_user_id, row.history_change_reason) == (front_desk.pk, "fax")


def test_what_the_clock_does_is_nobodys(patient):
    keep(make_alert(patient), by=CLOCK, kind="patient.alert_added")

    line = last_line()
    assert (line.actor_id, line.actor) == (None, "The clock")
    assert PatientAlert.history.get().history_change_reason == "patient.alert_added"


def test_the_signed_in_person_of_a_request_is_an_actor(patient, front_desk):
    lazy = SimpleLazyObject(lambda: front_desk)
    keep(make_alert(patient), by=lazy, kind="patient.alert_added")

    assert last_line().actor_id == front_desk.pk


def test_a_line_about_a_chart_names_the_chart(patient):
    line = TrailEntry.objects.get(kind="patient.registered")

    assert (line.patient_id, line.record_id) == (patient.pk, patient.pk)


def test_the_trail_stays_on_real_time(patient, now, settings, monkeypatch):
    settings.MODE = Mode.DEMO
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=3))

    keep(make_alert(patient), by=BY, kind="patient.alert_added")

    assert last_line().at == PatientAlert.history.get().history_date == now


def test_a_wrong_record_is_refused_with_a_sentence_and_leaves_nothing(patient):
    before = TrailEntry.objects.count()

    with pytest.raises(ValidationError) as refusal:
        keep(make_alert(patient, text=""), by=BY, kind="patient.alert_added")

    assert "text" in refusal.value.error_dict
    assert not PatientAlert.objects.exists()
    assert TrailEntry.objects.count() == before


def test_record_history_and_line_come_together_or_not_at_all(patient):
    nameless = Automation(None)

    with pytest.raises(IntegrityError):
        keep(make_alert(patient), by=nameless, kind="patient.alert_added")

    assert not PatientAlert.objects.exists()
    assert not PatientAlert.history.exists()


def test_what_only_the_database_can_refuse_is_told_in_a_sentence(patient):
    keep(number(patient), by=BY, kind="patient.external_id_added")

    with pytest.raises(ValidationError, match="already has this number"):
        keep(number(patient), by=BY, kind="patient.external_id_added")


def test_everything_that_is_wrong_is_told_at_once(clinician):
    backwards = {"starts_at": cast.MONDAY, "ends_at": cast.MONDAY - timedelta(hours=1)}

    with pytest.raises(ValidationError) as refusal:
        keep(Absence(staff=clinician, kind="", **backwards), by=BY, kind="absence")

    assert set(refusal.value.message_dict) == {"kind", "__all__"}


def test_a_breach_that_no_check_explains_is_not_hidden(patient, monkeypatch):
    late = number(patient, value=None)
    monkeypatch.setattr(late, "full_clean", lambda **skipped: None)

    with pytest.raises(IntegrityError):
        keep(late, by=BY, kind="patient.external_id_added")


def test_a_refusal_does_not_spoil_what_happens_around_it(patient):
    with pytest.raises(ValidationError):
        keep(make_alert(patient, text=""), by=BY, kind="patient.alert_added")
    keep(make_alert(patient), by=BY, kind="patient.alert_added")

    assert PatientAlert.objects.count() == 1


# Locking --------------------------------------------------------------------
def test_a_locked_record_is_as_it_is_now(patient):
    stale = Patient.objects.get(pk=patient.pk)
    patients.change_details(patient=patient, pronouns="she/her", by=BY, now=cast.MONDAY)

    assert stale.pronouns == ""
    assert locked(stale).pronouns == "she/her"


def test_what_a_record_is_hung_on_is_not_looked_up_once_more(patient):
    alert = PatientAlert(patient=patient, text="Nuts")

    with CaptureQueriesContext(connection) as queries:
        keep(alert, by=cast.FOUNDER, kind="patient.alert_added")

    asked = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    assert not [sql for sql in asked if 'FROM "practice_patient"' in sql]


def test_what_is_only_named_by_its_number_is_looked_up(patient):
    alert = PatientAlert(patient_id=patient.pk + 1000, text="Nuts")

    with pytest.raises(ValidationError) as refused:
        keep(alert, by=cast.FOUNDER, kind="patient.alert_added")

    assert "patient" in refused.value.message_dict


def test_locking_asks_the_database_for_the_lock(patient, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        locked(patient)

    sql = queries.captured_queries[0]["sql"]
    assert sql.endswith("FOR NO KEY UPDATE") == (connection.vendor == "postgresql")


# Many records ---------------------------------------------------------------
def test_many_new_records_have_the_same_history_and_lines(patient, front_desk):
    rows = [make_alert(patient, text=f"No. {turn}") for turn in range(3)]
    before = TrailEntry.objects.count()

    keep_many(rows, by=front_desk, kind="patient.alert_added", reason="import")

    lines = TrailEntry.objects.filter(kind="patient.alert_added").order_by("pk")
    assert [line.record_id for line in lines] == [row.pk for row in rows]
    assert [line.history_id for line in lines] == [
        row.history.get().history_id for row in rows
    ]
    assert {line.reason for line in lines} == {"import"}
    assert TrailEntry.objects.count() == before + 3


def test_nothing_to_keep_leaves_nothing(db):
    assert keep_many([], by=BY, kind="patient.alert_added") == []
    assert not TrailEntry.objects.exists()


# Notes ----------------------------------------------------------------------
def test_a_note_is_a_line_without_a_history_row(patient):
    note(by=BY, kind="patient.exported", about=patient, reason="asked for it")

    line = last_line()
    assert (line.kind, line.history_id) == ("patient.exported", None)
    assert patient.history.count() == 1


def test_a_record_that_is_nobodys_belongs_to_no_chart(location):
    assert trail.patient_id_of(Location.objects.get()) is None
