"""Types, rooms, extra hours and protected time, as managers keep them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from practice import staffing
from practice.models import DutyHours
from practice.versions import ChangedMeanwhile, Shown
from scheduling import catalogue
from scheduling.models import AppointmentType, Room, TypeInstructions
from tests.cast import FOUNDER
from tests.scheduling.conftest import make_type

SUNDAY = date(2026, 3, 8)


def change(kind, clinicians=(), places=(), words=None, **details):
    return catalogue.change_type(
        kind=kind,
        clinicians=clinicians,
        locations=places,
        instructions=words or {},
        by=FOUNDER,
        **details,
    )


def offered(kind):
    return set(kind.offers.filter(is_current=True).values_list("clinician", flat=True))


def test_a_type_is_given_to_others_and_taken_away(kind, clinician, stranger, location):
    change(kind, [stranger], [location])
    first = offered(kind), kind.places.get().is_current
    change(kind, [clinician, stranger])

    assert first == ({stranger.pk}, True)
    assert offered(kind) == {clinician.pk, stranger.pk}
    assert not kind.places.get().is_current
    assert kind.offers.count() == 2  # turned, not added again


def test_instructions_are_kept_per_language(kind):
    change(kind, words={"en": "Come early.", "es": "Venga temprano."})
    change(kind, words={"en": "Come early.", "es": ""})

    said = dict(TypeInstructions.objects.values_list("language", "words"))
    assert said == {"en": "Come early.", "es": ""}
    assert TypeInstructions.history.filter(language="en").count() == 1


def test_two_managers_do_not_overwrite_each_other(kind):
    shown = Shown.record(AppointmentType, kind.pk)
    change(kind, length=timedelta(minutes=45))

    with pytest.raises(ChangedMeanwhile):
        change(kind, length=timedelta(minutes=60), seen=shown)


def test_a_type_goes_and_comes_back(kind):
    gone = catalogue.retire_type(kind=kind, by=FOUNDER)
    back = catalogue.restore_type(kind=kind, by=FOUNDER)

    assert (gone.is_active, back.is_active) == (False, True)


def test_a_name_is_used_once(clinician, kind):
    with pytest.raises(ValidationError):
        make_type(clinician, name=kind.name)


def test_a_room_is_renamed_closed_and_opened(location):
    room = catalogue.add_room(location=location, name="One", by=FOUNDER)

    catalogue.change_room(room=room, name="Blue", is_step_free=True, by=FOUNDER)
    catalogue.close_room(room=room, by=FOUNDER)
    catalogue.reopen_room(room=room, by=FOUNDER)

    room = Room.objects.get()
    assert (room.name, room.is_step_free, room.is_active) == ("Blue", True, True)


def test_a_rooms_details_are_not_taken_back_unseen(location):
    room = catalogue.add_room(location=location, name="One", by=FOUNDER)
    shown = Shown.record(Room, room.pk)
    catalogue.change_room(room=room, name="Blue", by=FOUNDER)

    with pytest.raises(ChangedMeanwhile):
        catalogue.change_room(room=room, name="Red", seen=shown, by=FOUNDER)


def extra(clinician, place, starts=9, ends=12):
    return catalogue.add_extra_hours(
        staff=clinician,
        location=place,
        on=SUNDAY,
        starts=time(starts),
        ends=time(ends),
        by=FOUNDER,
    )


def test_extra_hours_are_taken_back_and_restored(clinician, location):
    row = extra(clinician, location)

    catalogue.drop_extra_hours(hours=row, by=FOUNDER)
    gone = DutyHours.objects.get().is_current
    catalogue.restore_extra_hours(hours=row, by=FOUNDER)

    assert (gone, DutyHours.objects.get().is_current) == (False, True)


def test_the_same_extra_hours_twice_are_refused(clinician, location):
    extra(clinician, location)

    with pytest.raises(catalogue.AlreadyThere, match="9:00 AM to 12:00 PM"):
        extra(clinician, location)


def test_nobody_has_extra_hours_at_two_places(clinician, location, far_location):
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    extra(clinician, location)

    with pytest.raises(catalogue.AlreadyThere, match="Harlem"):
        extra(clinician, far_location, starts=8, ends=10)  # 11 to 1 in New York


def test_protected_time_is_released_and_protected_again(clinician, location):
    row = catalogue.protect_time(
        clinician=clinician,
        location=location,
        on=SUNDAY,
        starts=time(9),
        ends=time(10),
        by=FOUNDER,
    )

    gone = catalogue.release_time(protected=row, by=FOUNDER)
    back = catalogue.protect_again(protected=row, by=FOUNDER)

    assert (gone.is_withdrawn, back.is_withdrawn) == (True, False)
