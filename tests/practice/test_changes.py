"""What changed on the site's own records, in words."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from practice import changes, duty, invitations, locations, staffing
from practice.models import Practice, Role
from practice.trail import Automation
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def told(found):
    return [(change.title, *map(str, change.details)) for change in found]


def test_a_change_is_told_from_what_to_what(practice, manager):
    locations.change_practice(
        practice=practice, idle_minutes=20, urgent_phone="+12125550199", by=manager
    )

    newest = changes.of_practice()[0]

    assert (newest.by, newest.title) == ("Mary Manager", "Practice changed")
    assert list(map(str, newest.details)) == [
        "Urgent phone: (212) 555-0199",
        "Idle minutes: 15, now 20",
    ]


def test_choices_lists_and_emptied_fields_are_told_as_words(practice, manager):
    details = {"patient_word": "client", "languages": ["en"], "crisis_line": "Call 988"}
    locations.change_practice(practice=practice, by=manager, **details)
    again = Automation("again")
    locations.change_practice(practice=practice, urgent_phone="", by=again)

    newest = list(map(str, changes.of_practice()[1].details))

    assert "Languages: en, es, now en" in newest
    assert "Patient word: patient, now client" in newest


def test_rows_that_come_and_go_are_told_whole(location, manager):
    spans = [(0, time(9), time(17))]
    locations.set_hours(location=location, spans=spans, by=manager)
    locations.set_hours(location=location, spans=[], by=manager)

    newest, before, *_rest = told(changes.newest(location))

    assert newest == ("Opening hours removed", "Monday, 9:00 AM to 5:00 PM")
    assert before == ("Opening hours added", "Monday, 9:00 AM to 5:00 PM")


def test_a_persons_history_is_told_by_the_practices_clock(
    clinician, manager, far_location
):
    times = {"starts_at": MONDAY, "ends_at": MONDAY + timedelta(hours=9)}
    stretch = "Mon 2 Mar 2026, 10:00 AM to 7:00 PM"
    staffing.place(staff=clinician, locations=[far_location], by=manager)
    duty.put_on_call(staff=clinician, rank=1, by=manager, **times)
    duty.record_absence(staff=clinician, kind="leave", cover=None, by=manager, **times)

    newest = told(changes.newest(clinician))[:4]

    assert newest == [
        ("Absence recorded", stretch),
        ("Put on call", stretch),
        ("Works at another location", "Phoenix"),
        ("Left a location", "Harlem"),
    ]


def test_an_invitation_is_told_without_its_token(location, manager, now):
    staff, _token = invitations.invite(
        name="Nia",
        email="nia@example.test",
        roles=[Role.CLINICIAN],
        locations=[location],
        by=manager,
        now=now,
    )

    newest = told(changes.newest(staff))

    assert newest[:2] == [("Invitation sent",), ("Invited",)]
    digest = staff.invitations.get().token_digest
    assert digest not in str(newest)


def test_what_one_act_left_is_told_together(clinician, location, manager, now):
    spans = [(0, time(9), time(12)), (0, time(13), time(17))]

    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=manager)

    newest = changes.newest(clinician)[0]
    assert (newest.title, newest.when) == (
        "Duty hours added",
        "Mon 2 Mar 2026, 10:00 AM",
    )
    assert list(map(str, newest.details)) == [
        "Monday, 9:00 AM to 12:00 PM, Harlem",
        "Monday, 1:00 PM to 5:00 PM, Harlem",
    ]


def test_another_persons_changes_are_not_told(clinician, front_desk, manager):
    staffing.deactivate(staff=front_desk, by=manager)

    titles = [change.title for change in changes.newest(clinician)]

    assert "Account closed" not in titles


def test_only_the_newest_changes_are_told(location):
    for number in range(changes.SHOWN + 2):
        by = Automation(f"Run {number}")
        locations.change(
            location=location, directions=f"Bus {number}", by=by, now=MONDAY
        )

    found = changes.of_record(location)

    assert len(found) == changes.SHOWN
    assert list(map(str, found[0].details)) == ["Directions: Bus 30, now Bus 31"]


def test_automation_has_a_name_too(practice):
    (founded,) = changes.of_record(Practice.objects.get())

    assert (founded.title, founded.by) == ("Practice set up", "test set-up")
