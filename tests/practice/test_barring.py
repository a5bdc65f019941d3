"""The same man on two charts as two people: where one bars him, both do."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import announcements, barring, contacts, merging
from practice.models import Caregiving
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
HIS, ANOTHER = "+12125550166", "+12125550167"
TELLS = {"may_be_told": True, "may_book": True}
BARS = {"must_not_be_told": True}


@pytest.fixture
def charts(location):
    """Two charts of one child."""
    return [cast.make_patient(at=location, given_name="Kid") for _ in range(2)]


def father(chart, rights, *, name="Frank Father", phone="", email=""):
    person = cast.make_caregiver(chart, relation="parent", name=name, **rights)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            contacts.add(owner=person, kind=kind, value=value, by=FOUNDER, now=MONDAY)
    return person


def told(charts):
    """Whether anybody is told, once the charts are merged."""
    into, duplicate = charts
    merging.merge(duplicate=duplicate, into=into, by=FOUNDER, now=MONDAY)
    around = announcements._around([into.pk], practice=None, now=MONDAY)
    rows = Caregiving.objects.filter(patient__in=charts).select_related("patient")
    open_ones = {row.caregiver_id for row in rows} - barring.barred_people(rows)
    assert bool(open_ones) == bool(around.family[into.pk])
    return bool(open_ones)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"phone": HIS}, {"phone": HIS}),
        ({"email": "frank@home.test"}, {"email": "Frank@Home.test", "phone": HIS}),
        ({"phone": HIS}, {}),
        ({}, {"name": "Fránk father"}),
        ({}, {"name": "Father, Frank"}),
    ],
)
def test_who_one_chart_bars_is_told_nothing_under_another_record(charts, here, there):
    father(charts[0], TELLS, **here)
    father(charts[1], BARS, **there)

    assert not told(charts)


@pytest.mark.parametrize(
    "there", [{"name": "Fred Father", "phone": HIS}, {"phone": ANOTHER}]
)
def test_another_name_or_another_number_is_another_person(charts, there):
    father(charts[0], TELLS, phone=HIS)
    father(charts[1], BARS, **there)

    assert told(charts)


def test_another_patients_bar_is_not_theirs(charts, location):
    father(charts[0], TELLS, phone=HIS)
    father(cast.make_patient(at=location), BARS, phone=HIS)

    assert told(charts)


def test_the_chart_gives_him_no_right_and_says_so(charts, manager, now):
    father(charts[0], TELLS, phone=HIS)
    father(charts[1], BARS, phone=HIS)
    told(charts)

    page = cast.sign_in(manager).get(f"/patients/{charts[0].pk}/").content.decode()

    assert page.count("tell nothing") == 2
    assert "may be told" not in page


def test_the_page_says_before_who_will_be_told_nothing(charts, manager, now):
    father(charts[0], TELLS, phone=HIS)
    father(charts[1], BARS, phone=HIS)
    path = f"/patients/{charts[0].pk}/merge/{charts[1].pk}/"

    page = cast.sign_in(manager).get(path).content.decode()

    assert "must not be told anything" in page
    assert barring.barred_by_merging(*charts) == ["Frank Father"]
    assert barring.barred_by_merging(charts[1], charts[0]) == ["Frank Father"]


def test_who_is_barred_on_both_needs_no_word(charts):
    for chart in charts:
        father(chart, BARS, phone=HIS)

    assert barring.barred_by_merging(*charts) == []


def test_so_many_questions_however_many_relatives(charts):
    def asked():
        rows = list(Caregiving.objects.select_related("patient"))
        with CaptureQueriesContext(connection) as found:
            barring.barred_around(rows)
        return len(found)

    father(charts[0], BARS)
    father(charts[0], TELLS, name="Greta Grandmother")
    few = asked()
    for name in ("Ada Aunt", "Una Uncle", "Nia Neighbour"):
        father(charts[0], TELLS, name=name, phone=cast.make_phone())

    assert asked() == few
