"""States, watch flags, merging and exporting, as pages."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from practice import break_glass, merging, patients, watching
from practice.models import Patient, Task, TrailEntry, WatchFlag
from tests import cast
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def flag(patient, clinician):
    return watching.watch(
        patient=patient,
        caller=clinician,
        reason="Went silent",
        quiet_days=7,
        ends_on=TODAY + timedelta(days=30),
        by=BY,
        now=NOW,
    )


@pytest.fixture
def duplicate(location):
    return cast.make_patient(at=location, given_name="Paulina")


def merge(duplicate, patient):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def undo_of(response):
    """The address that the toast of an answer offers to take it back."""
    *_before, message = response.wsgi_request._messages
    return message.extra_tags


# States ---------------------------------------------------------------------
def test_a_pause_is_set_and_taken_back(desk, patient):
    typed = {"until": "2026-03-20", "reason": "Hospital"}

    response = desk.post(url("patient_pause", patient.pk), typed)
    assert (fresh(patient).state, fresh(patient).pause_reason) == ("paused", "Hospital")

    desk.post(undo_of(response))
    assert fresh(patient).state == "active"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"until": "2026-03-02", "reason": "x"}, "until"),
        ({"until": "2026-02-31", "reason": "x"}, "until"),
        ({"until": "9999-12-31", "reason": "x"}, "until"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_a_wrong_pause_is_told(desk, patient, typed, field):
    page = desk.post(url("patient_pause", patient.pk), typed)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert fresh(patient).state == "active"


def test_an_end_of_care_taken_back_is_a_pause_again(desk, patient):
    patients.pause(patient=patient, until=None, reason="Hospital", by=BY, now=NOW)
    response = desk.post(url("patient_end_care", patient.pk), {"reason": "Moved"})
    assert fresh(patient).state == "ended"

    desk.post(undo_of(response))

    assert (fresh(patient).state, fresh(patient).pause_reason) == ("paused", "Hospital")


def test_a_pause_that_was_ended_by_mistake_is_back_with_its_reason(desk, patient):
    until = TODAY + timedelta(days=9)
    patients.pause(patient=patient, until=until, reason="Hospital", by=BY, now=NOW)
    response = desk.post(url("patient_resume", patient.pk))

    desk.post(undo_of(response))

    again = fresh(patient)
    assert (again.state, again.pause_reason) == ("paused", "Hospital")
    assert again.paused_until == until


def test_ended_care_is_resumed_from_the_chart(desk, patient):
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)

    desk.post(url("patient_resume", patient.pk))

    assert fresh(patient).state == "active"


def test_a_death_is_recorded_and_taken_back(desk, patient):
    response = desk.post(url("patient_death", patient.pk), {"died_on": "2026-03-01"})
    assert fresh(patient).state == "deceased"
    assert Task.objects.open().get().kind == "patient.condolence"

    desk.post(undo_of(response))

    assert fresh(patient).state == "active"
    assert not Task.objects.open().exists()


def test_before_a_death_is_recorded_everybody_is_warned(desk, patient):
    page = text_of(desk.get(url("patient_death", patient.pk)))

    assert "Check the name and the date of birth first." in page


def test_a_wrong_day_of_death_is_told_beside_it(desk, patient):
    page = desk.post(url("patient_death", patient.pk), {"died_on": "2026-03-03"})

    assert page.context["form"].errors.keys() == {"died_on"}


@pytest.mark.parametrize(
    "name", ["patient_resume", "patient_resume_undo", "patient_death_undo"]
)
def test_a_button_pressed_too_late_says_why(desk, patient, name):
    page = desk.post(url(name, patient.pk), follow=True)

    assert "Active" in text_of(page)
    assert 'class="toast toast-error"' in page.content.decode()


def test_what_concerns_the_person_is_not_decided_on_a_duplicate(
    desk, patient, duplicate
):
    merge(duplicate, patient)

    page = desk.post(url("patient_pause", duplicate.pk), {"reason": "Hospital"})

    assert page.status_code == 422
    assert "This chart was merged into another one" in text_of(page)
    assert 'value="Hospital"' in page.content.decode()


# Watch ----------------------------------------------------------------------
def test_a_clinician_asks_for_a_check(as_, clinician, patient):
    client = as_(clinician)
    form = client.get(url("patient_watch", patient.pk)).context["form"]
    typed = {"reason": "Silent", "quiet_days": "3", "ends_on": "2026-04-01"}

    response = client.post(
        url("patient_watch", patient.pk), {"caller": clinician.pk, **typed}
    )

    flag = WatchFlag.objects.get()
    assert form["caller"].value() == clinician.pk
    assert (flag.caller, flag.quiet_days) == (clinician, 3)
    assert undo_of(response) == url("watch_stop", flag.pk)


@pytest.mark.parametrize("days", ["0", "91", "-1", "9" * 40, "x", ""])
def test_quiet_days_that_are_none_are_told(as_, clinician, patient, days):
    typed = {"caller": clinician.pk, "reason": "x", "ends_on": "2026-04-01"}

    page = as_(clinician).post(
        url("patient_watch", patient.pk), {**typed, "quiet_days": days}
    )

    assert page.context["form"].errors.keys() == {"quiet_days"}


def test_a_second_watch_says_that_somebody_checks(as_, clinician, patient, flag):
    typed = {"reason": "x", "quiet_days": "3", "ends_on": "2026-04-01"}

    page = as_(clinician).post(
        url("patient_watch", patient.pk), {"caller": clinician.pk, **typed}
    )

    assert "Somebody already checks on this patient." in text_of(page)


def test_the_desk_notes_a_contact_but_does_not_end_a_watch(as_, front_desk, flag):
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        desk = as_(front_desk)
        desk.post(url("watch_contact", flag.pk))

    flag.refresh_from_db()
    assert flag.last_contact_on == TODAY + timedelta(days=3)
    assert desk.post(url("watch_stop", flag.pk)).status_code == 403


def test_a_watch_is_ended(as_, clinician, flag):
    as_(clinician).post(url("watch_stop", flag.pk))

    assert WatchFlag.objects.get().is_withdrawn


@pytest.mark.parametrize("name", ["watch_contact", "watch_stop"])
def test_a_watch_elsewhere_is_not_found(as_, far_location, flag, name):
    elsewhere = cast.make_clinician(at=far_location)

    assert as_(elsewhere).post(url(name, flag.pk)).status_code == 404


# Merging --------------------------------------------------------------------
def test_a_duplicate_is_found_merged_and_unmerged(as_, manager, patient, duplicate):
    client = as_(manager)
    found = client.get(url("patient_merge_find", patient.pk)).context["alike"]
    assert found == []
    patients.change_details(patient=duplicate, family_name="Patience", by=BY, now=NOW)
    assert client.get(url("patient_merge_find", patient.pk)).context["alike"] == [
        duplicate
    ]

    path = url("patient_merge", patient.pk, duplicate.pk)
    version = client.get(path).context["form"].shown.version
    response = client.post(path, {"reason": "", "version": version})
    assert fresh(duplicate).merged_into == patient

    client.post(undo_of(response))
    assert fresh(duplicate).merged_into is None


def test_a_chart_is_not_merged_with_one_elsewhere(as_, manager, patient, far_location):
    other = cast.make_patient(at=far_location)
    patients.restrict(patient=other, is_restricted=True, by=BY)

    response = as_(manager).post(
        url("patient_merge", patient.pk, other.pk), {"reason": "x"}
    )

    assert response.status_code == 404
    assert fresh(other).merged_into is None


def test_what_cannot_be_merged_says_why(as_, manager, patient):
    page = as_(manager).post(
        url("patient_merge", patient.pk, patient.pk), {"reason": "x"}
    )

    assert "cannot be merged into itself" in text_of(page)


# Export ---------------------------------------------------------------------
def test_a_chart_is_exported_as_a_nameless_file_that_nobody_keeps(
    as_, clinician, patient
):
    response = as_(clinician).post(url("patient_export_download", patient.pk))

    kept = json.loads(response.content)
    assert kept["chart"]["patient"][0]["fields"]["given_name"] == "Paula"
    assert response["Content-Disposition"] == 'attachment; filename="chart.json"'
    assert "no-store" in response["Cache-Control"]
    assert TrailEntry.objects.get(kind="patient.exported").actor_id == clinician.pk


def test_a_look_at_the_export_page_exports_nothing(as_, clinician, patient):
    client = as_(clinician)

    assert client.get(url("patient_export", patient.pk)).status_code == 200
    assert client.get(url("patient_export_download", patient.pk)).status_code == 405
    assert not TrailEntry.objects.filter(kind="patient.exported").exists()


def test_who_reads_behind_glass_exports_nothing(as_, far_location, patient):
    elsewhere = cast.make_clinician(at=far_location)
    break_glass.open_chart(
        staff=elsewhere,
        patient=patient,
        reason="crisis",
        explanation="",
        by=elsewhere,
        now=NOW,
    )

    client = as_(elsewhere)

    look = client.get(url("patient_export", patient.pk))
    answer = client.post(url("patient_export_download", patient.pk))

    assert [look.status_code, answer.status_code] == [403, 403]
    assert "exported or handed on this way" in text_of(answer)


def test_the_desk_exports_nothing(desk, patient):
    assert desk.get(url("patient_export", patient.pk)).status_code == 403
