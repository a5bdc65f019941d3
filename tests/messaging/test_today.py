"""Today: messages of which nobody is sure whether they went."""

from __future__ import annotations

import pytest
import time_machine

from tests.cast import MONDAY
from tests.messaging.posting import MINUTE, doubtful

pytestmark = pytest.mark.django_db
WORDS = "1 message may not have gone"


@pytest.mark.parametrize(("minutes", "is_shown"), [(14, False), (15, True)])
def test_the_desk_is_asked_once_the_vendor_was(
    as_, front_desk, patient, minutes, is_shown
):
    doubtful(patient)

    with time_machine.travel(MONDAY + minutes * MINUTE, tick=False):
        page = as_(front_desk).get("/").content.decode()

    assert (WORDS in page) is is_shown


def test_nobody_is_asked_about_charts_of_others(as_, stranger, patient):
    doubtful(patient)

    with time_machine.travel(MONDAY + 15 * MINUTE, tick=False):
        page = as_(stranger).get("/").content.decode()

    assert WORDS not in page
