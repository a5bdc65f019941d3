"""What waits for an approval is shown to whoever may give it."""

from __future__ import annotations

import pytest

from messaging import campaign_desk, campaigns
from practice.contributions import Day
from practice.models import Patient, Practice, Role
from tests import cast
from tests.messaging.campaigning import draft, frozen, people

pytestmark = pytest.mark.django_db


def day(staff):
    charts = Patient.objects.visible_to(staff, now=cast.MONDAY)
    today = cast.MONDAY.date()
    return Day(staff, Practice.objects.first(), charts, cast.MONDAY, today)


def test_who_asked_is_not_asked(manager, front_desk, location, settings):
    settings.CAMPAIGN_APPROVAL_ABOVE = 0
    other = cast.make_staff(Role.MANAGER, at=location)
    frozen(manager, *people(1, at=location))

    found = [campaign_desk.to_approve(day(one)) for one in (manager, other, front_desk)]

    assert [one.count if one else 0 for one in found] == [0, 1, 0]


def test_who_wrote_it_is_not_asked_either(manager, front_desk, location, settings):
    settings.CAMPAIGN_APPROVAL_ABOVE = 0
    other = cast.make_staff(Role.MANAGER, at=location)
    row = draft(other, *people(1, at=location))
    campaigns.freeze(campaign=row, by=front_desk, now=cast.MONDAY)

    assert campaign_desk.to_approve(day(other)) is None
    assert campaign_desk.to_approve(day(manager)).count == 1
