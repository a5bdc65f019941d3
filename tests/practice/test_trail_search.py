"""Lines that somebody asks for: every filter, by time, page after page."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import contacts, locations, looks, merging, telling, trail_search
from practice.looks import Look
from practice.models import TrailEntry
from practice.trail_search import CHANGES, MACHINE, Place, Wish
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def kinds(wish):
    return [line.kind for line in trail_search.page(wish).lines]


def look(staff, *patients, page="patient", at=MONDAY):
    ids = [patient.pk for patient in patients]
    return looks.write(Look(at.isoformat(), staff.pk, staff.name, page, "care", ids))


def test_a_person_is_asked_for_alone(patient, manager, front_desk):
    cast.make_contact(patient)
    locations.change(
        location=patient.home_locations.get(), directions="Bus", by=manager, now=MONDAY
    )

    assert kinds(Wish(actor_id=manager.pk)) == ["location.changed"]
    assert kinds(Wish(actor_id=front_desk.pk)) == []


def test_what_no_person_did_is_asked_for_as_nobody(location, manager):
    locations.change(location=location, directions="Bus", by=manager, now=MONDAY)

    assert "location.changed" not in kinds(Wish(actor_id=MACHINE))
    assert "location.added" in kinds(Wish(actor_id=MACHINE))


def test_a_patients_lines_are_those_of_lists_too(patient, location, front_desk):
    other = cast.make_patient(at=location)
    look(front_desk, patient, other, page="patients")
    look(front_desk, other)

    found = kinds(Wish(patient_ids=[patient.pk]))

    assert found.count("seen.patients") == 1
    assert "seen.patient" not in found


def test_a_patients_lines_are_those_of_the_family_too(patient):
    caregiver = cast.make_caregiver(patient)
    point = cast.make_contact(caregiver)
    contacts.end(point=point, by=cast.FOUNDER, now=MONDAY)

    found = kinds(Wish(patient_ids=[patient.pk]))

    assert {"caregiver.introduced", "contact.added", "contact.ended"} <= set(found)


def test_a_record_is_asked_for_by_its_number(patient, manager):
    point, other = cast.make_contact(patient), cast.make_contact(patient)
    contacts.change(
        point=point, value=point.value, may_call=False, by=manager, now=MONDAY
    )

    found = trail_search.page(Wish(subjects={"contactpoint": [point.pk]})).lines

    assert {line.record_id for line in found} == {point.pk}
    assert other.pk != point.pk


@pytest.mark.parametrize(
    ("what", "count"),
    [("contact.changed", 1), ("contact", 2), ("seen", 1), (CHANGES, None)],
)
def test_kinds_are_asked_for_one_by_one_and_together(patient, manager, what, count):
    point = cast.make_contact(patient)
    contacts.change(
        point=point, value=point.value, may_call=False, by=manager, now=MONDAY
    )
    look(manager, patient)

    found = kinds(Wish(what=what))

    looked = [kind for kind in found if telling.is_look(kind)]
    assert len(found) == count or (count is None and found and not looked)


def test_a_rare_kind_that_somebody_never_did_is_nothing(patient, manager, front_desk):
    contacts.end(point=cast.make_contact(patient), by=manager, now=MONDAY)

    assert kinds(Wish(actor_id=manager.pk, what="contact")) == ["contact.ended"]
    assert kinds(Wish(actor_id=front_desk.pk, what="contact")) == []
    assert kinds(Wish(actor_id=manager.pk, what="link.made")) == []


def test_rare_kinds_keep_to_days_people_and_pages(patient, manager, now):
    for minutes in range(5):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            point = cast.make_contact(patient)
            contacts.end(point=point, by=manager, now=now)
    days = {"since": now + timedelta(minutes=1), "until": now + timedelta(minutes=4)}
    wish = Wish(actor_id=manager.pk, what="contact", **days)

    first = trail_search.page(wish, size=2)
    second = trail_search.page(wish, before=first.after, size=2)

    found = [*first.lines, *second.lines]
    assert [line.at.minute - now.minute for line in found] == [3, 2, 1]
    assert second.after is None
    assert kinds(Wish(actor_id=MACHINE, what="contact")) == ["contact.added"] * 5


@pytest.mark.parametrize("rare", [0, 2000])
def test_common_kinds_are_found_like_rare_ones(patient, manager, monkeypatch, rare):
    monkeypatch.setattr(trail_search, "RARE", rare)
    contacts.end(point=cast.make_contact(patient), by=manager, now=MONDAY)

    assert kinds(Wish(what="contact")) == ["contact.ended", "contact.added"]


def test_days_are_from_their_first_to_their_last_moment(patient, manager):
    for hours in (0, 24, 48):
        look(manager, patient, at=MONDAY + timedelta(hours=hours))

    day = Wish(
        what="seen",
        since=MONDAY + timedelta(hours=24),
        until=MONDAY + timedelta(hours=48),
    )

    assert len(kinds(day)) == 1


def test_pages_follow_each_other_without_gap_or_overlap(patient, manager):
    for minutes in range(25):
        look(manager, patient, page=f"page{minutes % 7}", at=MONDAY)
        look(manager, patient, at=MONDAY + timedelta(minutes=20 * minutes))

    every = [line.pk for line in trail_search.lines(Wish())]
    seen, place = [], None
    while True:
        page = trail_search.page(Wish(), before=place, size=7)
        seen += [line.pk for line in page.lines]
        if page.after is None:
            break
        place = Place.read(str(page.after))

    assert seen == every


def test_a_late_look_stands_where_it_belongs(patient, manager, front_desk):
    look(manager, patient, at=MONDAY + timedelta(hours=2))
    look(front_desk, patient, at=MONDAY + timedelta(hours=1))

    found = trail_search.page(Wish(what="seen")).lines

    assert [line.actor for line in found] == ["Mary Manager", "Fran Desk"]


@pytest.mark.parametrize("text", ["", "1", "a-b", "1-2-3", "9" * 19 + "-1", "٣-٣"])
def test_a_place_that_is_none_is_the_beginning(text):
    assert Place.read(text) is None


def test_chunks_end_at_the_most_that_is_wanted(patient, manager):
    for hours in range(9):
        look(manager, patient, at=MONDAY + timedelta(hours=hours))

    chunks = list(trail_search.in_chunks(Wish(what="seen"), most=7, size=3))

    assert [len(chunk) for chunk in chunks] == [3, 3, 1]


def test_merged_charts_are_asked_for_together(patient, location):
    duplicate = cast.make_patient(at=location)
    merging.merge(duplicate=duplicate, into=patient, by=cast.FOUNDER, now=MONDAY)

    ids = trail_search.chart_ids(patient.pk)

    assert (
        set(ids)
        == {patient.pk, duplicate.pk}
        == set(trail_search.chart_ids(duplicate.pk))
    )
    assert TrailEntry.objects.filter(patient_id__in=ids).exists()
    assert trail_search.chart_ids(987_654) == []
