"""The rail: what a person may reach, and where they are."""

from __future__ import annotations

import pytest

from practice import navigation
from practice.access import Capability, capabilities_of
from practice.contributions import Page, load
from practice.wording import Words, speaking

DESK = [
    "Today",
    "Calendar",
    "Board",
    "Messages",
    "Patients",
    "Tasks",
    "Team",
    "Downtime",
]
MANAGERS = [
    *(
        "Today",
        "Calendar",
        "Board",
        "Messages",
        "Patients",
        "Tasks",
        "Team",
        "Incidents",
        "Downtime",
    ),
    *("Scorecard", "Trail", "Settings"),
]


@pytest.fixture
def rail(rf):
    """What the rail shows at an address to who may do that much."""

    def show(path="/", can=frozenset(Capability)):
        return navigation.for_page(rf.get(path), can)

    return show


def test_everybody_reaches_today(rail):
    assert [place.label for place in rail(can=frozenset())] == ["Today"]


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("front_desk", DESK),
        ("clinician", DESK),
        (
            "auditor",
            ["Today", "Team", "Incidents", "Scorecard", "Trail", "Settings"],
        ),
        ("manager", MANAGERS),
    ],
)
def test_each_role_reaches_what_it_may(rail, request, who, labels):
    person = request.getfixturevalue(who)

    assert [place.label for place in rail(can=capabilities_of(person))] == labels


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "Today"),
        ("/patients/", "Patients"),
        ("/patients/7/edit/", "Patients"),
        ("/tasks/", "Tasks"),
        ("/break-glass/", None),
    ],
)
def test_the_place_one_is_at_is_marked(rail, path, label):
    here = [place.label for place in rail(path) if place.is_current]

    assert here == ([label] if label else [])


def test_the_rail_speaks_the_practices_words(rail):
    with speaking(Words(patient="client")):
        places = rail()

    assert "Clients" in [place.label for place in places]


def test_another_floor_adds_its_pages(rail, monkeypatch):
    def pages():
        return [Page("Board", "today", "calendar", Capability.DO_TASKS)]

    monkeypatch.setattr(navigation, "load", lambda name: [navigation.home, pages])

    assert [place.label for place in rail(can={Capability.DO_TASKS})] == [
        "Today",
        "Board",
    ]


def test_no_two_places_share_a_shortcut():
    keys = [page.shortcut for part in load("NAVIGATION") for page in part()]

    assert len(set(keys)) == len(keys)
