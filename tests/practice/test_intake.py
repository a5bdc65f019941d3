"""Many charts at once: as if each had been opened by hand, or none at all."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from practice import caregivers, contacts, patients
from practice.contacts import SafeHoursEmpty
from practice.intake import (
    NewCaregiver,
    NewCaregiving,
    NewCarer,
    NewChart,
    NoHome,
    admit_many,
)
from practice.models import (
    Caregiver,
    CareTeamMember,
    ContactPoint,
    Patient,
    TrailEntry,
)
from practice.patients import BornInFuture
from practice.searching import find_people

PERSON: dict[str, Any] = {
    "given_name": "Zoë",
    "family_name": "Núñez",
    "born_on": date(2015, 4, 2),
}
PHONE: dict[str, Any] = {"kind": "phone", "value": "(212) 555-0117", "may_text": True}
PARENT: dict[str, Any] = {
    "relation": "parent",
    "may_consent": True,
    "proof": "identity",
    "starts_on": date(2026, 1, 5),
}


def make_chart(home, **parts):
    details = PERSON | parts.pop("details", {})
    return NewChart(details=details, homes=[home], **parts)


def make_full_chart(home, staff):
    mother = NewCaregiver(name="Inés Núñez", language="es", contacts=[PHONE])
    return make_chart(
        home,
        contacts=[PHONE, {"kind": "email", "value": "zoe@example.org"}],
        caregivings=[NewCaregiving(caregiver=mother, details=PARENT)],
        care_team=[NewCarer(staff=staff, is_lead=True)],
        external_ids=[{"system": "Laboratory", "value": "L17"}],
        alerts=[{"text": "Latex allergy", "ends_on": None}],
    )


def open_by_hand(home, staff, *, by, now):
    """The same chart by the single actions."""
    patient = patients.register(homes=[home], by=by, now=now, **PERSON)
    contacts.add(owner=patient, by=by, now=now, taken="file", **PHONE)
    contacts.add(owner=patient, kind="email", value="zoe@example.org", by=by, now=now)
    patients.name_elsewhere(patient=patient, system="Laboratory", value="L18", by=by)
    patients.add_alert(patient=patient, text="Latex allergy", ends_on=None, by=by)
    patients.join_care_team(patient=patient, staff=staff, is_lead=True, by=by, now=now)
    mother = caregivers.introduce(name="Inés Núñez", language="es", by=by)
    contacts.add(owner=mother, by=by, now=now, **PHONE)
    caregivers.authorise(caregiver=mother, patient=patient, by=by, **PARENT)
    return patient


def written(since):
    """What the trail says after its line `since`, but for times and ids."""
    lines = TrailEntry.objects.filter(pk__gt=since)
    return sorted((row.record, row.kind, row.actor, row.reason) for row in lines)


def columns_of(record):
    """The columns of a record's newest history row, but for the ids in them."""
    row = record.history.latest("history_id")
    fields = [field.name for field in type(record).history.model.tracked_fields]
    kept = {name: getattr(row, name) for name in fields if not name.endswith("id")}
    return kept | {"type": row.history_type, "reason": row.history_change_reason}


def test_many_at_once_leave_the_same_trail_as_single_ones(
    location, clinician, front_desk, now
):
    before = TrailEntry.objects.latest("pk").pk
    admit_many(charts=[make_full_chart(location, clinician)], by=front_desk, now=now)
    at_once = written(before)

    between = TrailEntry.objects.latest("pk").pk
    open_by_hand(location, clinician, by=front_desk, now=now)

    assert at_once == written(between)


def test_many_at_once_leave_the_same_history_as_single_ones(
    location, clinician, front_desk, now
):
    chart = make_full_chart(location, clinician)
    [at_once] = admit_many(charts=[chart], by=front_desk, now=now)
    single = patients.register(homes=[location], by=front_desk, now=now, **PERSON)

    first, second = columns_of(at_once), columns_of(single)

    assert first == second
    assert model_to_dict(at_once, exclude=["id"]) == model_to_dict(
        single, exclude=["id"]
    )


def test_history_names_who_admitted(location, front_desk, now):
    [patient] = admit_many(charts=[make_chart(location)], by=front_desk, now=now)

    row = patient.history.latest("history_id")
    assert row.history_user_id == front_desk.pk


def test_each_line_of_the_trail_names_its_history_row(location, front_desk, now):
    charts = [make_chart(location), make_chart(location, details={"given_name": "Al"})]

    rows = admit_many(charts=charts, by=front_desk, now=now)

    for patient in rows:
        line = TrailEntry.objects.get(record="patient", record_id=patient.pk)
        assert line.history_id == patient.history.latest("history_id").history_id


def test_charts_come_back_in_their_order(location, front_desk, now):
    names = [f"Person {number}" for number in range(25)]
    charts = [make_chart(location, details={"given_name": name}) for name in names]

    rows = admit_many(charts=charts, by=front_desk, now=now)

    assert [patient.given_name for patient in rows] == names


def test_one_caregiver_of_two_charts_is_one_person(location, front_desk, now):
    mother = NewCaregiver(name="Inés Núñez", language="es")
    rows = [NewCaregiving(caregiver=mother, details=PARENT)]
    charts = [make_chart(location, caregivings=rows) for _child in range(2)]

    children = admit_many(charts=charts, by=front_desk, now=now)

    [caregiver] = Caregiver.objects.all()
    assert {row.patient for row in caregiver.caregivings.all()} == set(children)


def test_a_caregiver_may_be_one_of_the_patients(location, front_desk, now):
    own = make_chart(location, details={"born_on": date(1980, 1, 1)})
    mother = NewCaregiver(name="Inés Núñez", language="es", own_chart=own)
    row = NewCaregiving(caregiver=mother, details=PARENT)

    charts = [make_chart(location, caregivings=[row]), own]
    _child, parent = admit_many(charts=charts, by=front_desk, now=now)

    assert Caregiver.objects.get().own_chart == parent


def test_an_admitted_person_is_found_by_name_and_phone(location, front_desk, now):
    admit_many(charts=[make_chart(location, contacts=[PHONE])], by=front_desk, now=now)

    assert find_people("zoe nunez", staff=front_desk, now=now)
    assert find_people("2125550117", staff=front_desk, now=now)
    assert str(ContactPoint.objects.get().phone) == "+12125550117"


def test_charts_keep_the_time_since_when_they_are_known(
    location, clinician, front_desk, now
):
    since = now - timedelta(days=900)
    chart = make_chart(
        location, care_team=[NewCarer(staff=clinician)], known_since=since
    )

    [patient] = admit_many(charts=[chart], by=front_desk, now=now)

    assert patient.registered_at == since
    assert CareTeamMember.objects.get().started_at == since


def test_nobody_is_announced(location, front_desk, now):
    chart = make_chart(location, details={"state": "ended"})

    [patient] = admit_many(charts=[chart], by=front_desk, now=now)

    assert patient.state == "ended"
    assert not patient.announcements.exists()
    assert not patient.tasks.exists()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"details": {"born_on": date(2026, 3, 3)}}, BornInFuture),
        ({"details": {"born_on": date(1066, 10, 14)}}, BornInFuture),
        ({"details": {"given_name": ""}}, ValidationError),
        ({"details": {"spoken_language": "klingon"}}, ValidationError),
        ({"contacts": [PHONE | {"value": "12"}]}, ValidationError),
        (
            {"contacts": [PHONE | {"safe_from": time(9), "safe_until": time(9)}]},
            SafeHoursEmpty,
        ),
        ({"contacts": [PHONE, PHONE]}, IntegrityError),
        ({"contacts": [PHONE | {"may_write": True}]}, IntegrityError),
    ],
)
def test_one_wrong_chart_leaves_none(location, front_desk, now, wrong, refusal):
    charts = [make_chart(location), make_chart(location, **wrong)]

    with pytest.raises(refusal), transaction.atomic():
        admit_many(charts=charts, by=front_desk, now=now)

    assert not Patient.objects.exists()


def test_a_chart_without_a_home_is_refused(location, front_desk, now):
    chart = NewChart(details=PERSON, homes=[])

    with pytest.raises(NoHome, match="Chart 1"):
        admit_many(charts=[chart], by=front_desk, now=now)


def test_nothing_admitted_is_nothing_written(location, front_desk, now):
    before = TrailEntry.objects.count()

    assert list(admit_many(charts=[], by=front_desk, now=now)) == []

    assert TrailEntry.objects.count() == before


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_depend_on_that_of_charts(
    location, clinician, front_desk, now, django_assert_max_num_queries, count
):
    charts = [
        make_chart(location, care_team=[NewCarer(staff=clinician)])
        for _chart in range(count)
    ]

    with django_assert_max_num_queries(32):
        admit_many(charts=charts, by=front_desk, now=now)
