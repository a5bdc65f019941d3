"""What waits for an approval is counted for whoever may give it."""

from __future__ import annotations

import pytest

from messaging import campaign_desk
from practice.models import Role
from tests import cast
from tests.messaging.campaigning import frozen, people

pytestmark = pytest.mark.django_db


def test_who_asked_is_not_asked(manager, front_desk, location, settings):
    settings.CAMPAIGN_APPROVAL_ABOVE = 0
    other = cast.make_staff(Role.MANAGER, at=location)
    frozen(manager, *people(1, at=location))

    counts = [campaign_desk.to_approve(one) for one in (manager, other, front_desk)]

    assert counts == [0, 1, 0]
