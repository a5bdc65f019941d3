"""The database writes history and trail, whatever way a change comes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from practice import acts, recording, trail
from practice.models import Location, Patient, PatientAlert, StaffMember, TrailEntry
from practice.trail import keep
from tests import cast

pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"
BY = cast.FOUNDER
# On PostgreSQL the site's role has no right to empty a table in the first place.
REFUSED = (IntegrityError, ProgrammingError, sqlite3.OperationalError)


def rows(patient):
    """The patient's rows, past the manager that refuses bulk writes."""
    return models.QuerySet(Patient).filter(pk=patient.pk)


def by_sql(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def save_plainly(patient):
    patient.pronouns = "they/them"
    patient.save()


def save_in_secret(patient):
    patient.skip_history_when_saving = True
    save_plainly(patient)


def save_an_expression(patient):
    patient.pronouns = Concat(F("pronouns"), Value("!"))
    patient.save()


def bulk_update(patient):
    patient.pronouns = "they/them"
    models.QuerySet(Patient).bulk_update([patient], ["pronouns"])


def bulk_create(patient):
    alert = PatientAlert(patient=patient, text="Latex")
    models.QuerySet(PatientAlert).bulk_create([alert])


WAYS = {
    "save": save_plainly,
    "save without history": save_in_secret,
    "save of an expression": save_an_expression,
    "update": lambda patient: rows(patient).update(pronouns="they/them"),
    "bulk_update": bulk_update,
    "bulk_create": bulk_create,
    "raw SQL": lambda patient: by_sql(
        "UPDATE practice_patient SET pronouns = 'x' WHERE id = %s", patient.pk
    ),
}
DELETIONS = {
    "delete of a record": lambda patient: patient.alerts.get().delete(),
    "delete": lambda patient: models.QuerySet(PatientAlert).delete(),
    "raw delete": lambda patient: models.QuerySet(PatientAlert)._raw_delete("default"),
    "DELETE": lambda patient: by_sql("DELETE FROM practice_patientalert"),
    "a new key": lambda patient: models.QuerySet(PatientAlert).update(id=99),
    "replacing or emptying": lambda patient: by_sql(
        "REPLACE INTO practice_patientalert SELECT * FROM practice_patientalert"
        if ON_SQLITE
        else "TRUNCATE practice_patientalert CASCADE"
    ),
}


# Nothing by nobody ------------------------------------------------------------
@pytest.mark.parametrize("way", WAYS)
def test_nothing_changes_without_an_act(patient, way):
    before = TrailEntry.objects.count()

    with pytest.raises(IntegrityError, match="by actions only"), transaction.atomic():
        WAYS[way](patient)

    assert TrailEntry.objects.count() == before
    assert Patient.objects.get(pk=patient.pk).pronouns == ""


@pytest.mark.parametrize("way", DELETIONS)
def test_nothing_deletes_a_record_or_takes_its_place(patient, way):
    keep(PatientAlert(patient=patient, text="Latex"), by=BY, kind="alert")

    with pytest.raises(REFUSED), cast.by_hand():
        DELETIONS[way](patient)

    assert PatientAlert.objects.count() == 1


def test_a_password_changes_in_an_act_only_and_is_kept_nowhere_else(front_desk):
    account = models.QuerySet(StaffMember).filter(pk=front_desk.pk)

    with pytest.raises(IntegrityError, match="by actions only"), transaction.atomic():
        account.update(password="of an attacker")
    with cast.by_hand():
        account.update(password="of ours")

    line = TrailEntry.objects.latest("pk")
    assert (line.kind, line.record_id) == ("test.by_hand", front_desk.pk)
    assert not hasattr(front_desk.history.first(), "password")


def test_what_is_not_recorded_may_be_written_freely(patient):
    rows(patient).update(search_text="another")

    assert Patient.objects.get(pk=patient.pk).search_text == "another"
    assert patient.history.count() == 1


def test_a_console_that_says_nothing_changes_nothing(transactional_db, patient):
    if ON_SQLITE:
        console = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    else:
        console = connection.copy()
    with closing(console), pytest.raises(REFUSED):
        console.cursor().execute("UPDATE practice_patient SET pronouns = 'x'")


# Everything by somebody -------------------------------------------------------
@pytest.mark.parametrize("way", WAYS)
def test_whatever_changes_in_an_act_is_written(patient, way):
    before = TrailEntry.objects.count()

    with cast.by_hand():
        WAYS[way](patient)

    line = TrailEntry.objects.latest("pk")
    assert TrailEntry.objects.count() == before + 1
    assert (line.actor, line.kind, line.patient_id) == (
        "by hand",
        "test.by_hand",
        patient.pk,
    )


def test_the_history_row_holds_what_the_database_holds(patient):
    with cast.by_hand():
        save_an_expression(patient)

    row = patient.history.latest("history_id")
    now = Patient._base_manager.values().get(pk=patient.pk)
    columns = [field.attname for field in Patient.history.model.tracked_fields]
    assert {name: getattr(row, name) for name in columns} == {
        name: now[name] for name in columns
    }
    assert row.pronouns == "!"


def test_a_line_points_to_its_history_row(patient):
    patient.pronouns = "she/her"
    keep(patient, by=BY, kind="patient.changed")

    line = TrailEntry.objects.latest("pk")
    row = patient.history.get(history_id=line.history_id)
    assert (row.pronouns, row.history_type) == ("she/her", "~")
    assert row.history_date == line.at


def test_every_row_of_a_bulk_act_has_its_line(patient):
    alerts = [PatientAlert(patient=patient, text=f"Alert {n}") for n in range(3)]

    trail.keep_many(alerts, by=BY, kind="patient.alert_added", reason="import")

    lines = TrailEntry.objects.filter(kind="patient.alert_added", reason="import")
    assert {line.record_id for line in lines} == {alert.pk for alert in alerts}


# One act, one row -------------------------------------------------------------
def test_an_act_is_over_with_its_row(patient):
    patient.pronouns = "she/her"
    keep(patient, by=BY, kind="patient.changed")

    with pytest.raises(IntegrityError), transaction.atomic():
        rows(patient).update(pronouns="they/them")


def test_the_act_of_one_row_covers_no_second(patient, location):
    other = cast.make_patient(at=location)
    act = acts.Act("2026-03-02 15:00:00", None, "Ann", "patient.changed", "")

    with pytest.raises(IntegrityError), transaction.atomic(), acts.acting(act):
        models.QuerySet(Patient).update(pronouns="they/them")

    assert not Patient.objects.filter(
        pk__in=[patient.pk, other.pk], pronouns="they/them"
    )


def test_an_act_that_failed_is_over(patient):
    with pytest.raises(ZeroDivisionError), cast.by_hand():
        raise ZeroDivisionError

    with pytest.raises(IntegrityError), transaction.atomic():
        save_plainly(patient)


def test_a_bulk_act_ends_with_its_block(patient):
    with transaction.atomic():
        with cast.by_hand():
            save_plainly(patient)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows(patient).update(pronouns="other")


# Every table ------------------------------------------------------------------
def test_every_recorded_model_writes_its_history(db):
    recorded = {table.name for table in recording.tables()}

    assert {Patient._meta.db_table, StaffMember._meta.db_table} < recorded
    assert Location._meta.db_table in recorded
    assert TrailEntry._meta.db_table not in recorded


def test_a_chart_and_what_belongs_to_it_name_the_chart(db):
    patients = {table.record: table.patient for table in recording.tables()}

    assert patients["patient"] == "id"
    assert patients["contactpoint"] == "patient_id"
    assert patients["location"] is None
