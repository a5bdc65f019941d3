"""This floor's panels on the patient page."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from practice import break_glass, caregivers, contacts, merging, panels, patients, work
from practice.contributions import OpenChart
from practice.models import BreakGlassReason, Practice, Proof, Role
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()
DAY = timedelta(days=1)
PHONE = "+12125550187"


def look(chart, staff):
    merged = list(chart.merged_charts.all())
    return OpenChart(chart, merged, staff, Practice.objects.get(), NOW, TODAY)


@pytest.fixture
def show(patient, front_desk):
    """What a panel shows of a chart; to the front desk, unless given otherwise."""

    def read(panel, chart=patient, staff=front_desk):
        return panel(look(chart, staff))

    return read


@pytest.fixture
def duplicate(patient, location):
    other = cast.make_patient(at=location, given_name="Paulina")
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    return other


def rows_of(panel):
    return panel.context["rows"]


# How to reach them ----------------------------------------------------------
def test_phones_come_first_and_of_them_the_one_used_first(patient, show):
    for kind, value in (("post", "17 Linden Street"), ("email", "p@example.test")):
        contacts.add(owner=patient, kind=kind, value=value, by=BY, now=NOW)
    cast.make_contact(patient)
    first = cast.make_contact(patient, is_first=True)

    rows = rows_of(show(panels.contact))

    kinds = [row["point"].kind for row in rows]
    assert kinds == ["phone", "phone", "email", "post"]
    assert rows[0]["point"] == first
    assert rows[0]["is_first_of_several"]


def test_the_only_number_needs_no_mark(patient, show):
    cast.make_contact(patient, is_first=True)

    (row,) = rows_of(show(panels.contact))

    assert not row["is_first_of_several"]


def test_a_number_of_other_people_is_marked(patient, show, location):
    cast.make_contact(patient, value=PHONE)
    own = cast.make_contact(patient)
    cast.make_contact(cast.make_patient(at=location), value=PHONE)

    marks = {row["point"].pk: row["is_shared"] for row in rows_of(show(panels.contact))}

    assert marks.pop(own.pk) is False
    assert list(marks.values()) == [True]


def test_a_number_of_two_merged_charts_is_nobody_elses(patient, show, duplicate):
    for chart in (patient, duplicate):
        cast.make_contact(chart, value=PHONE)

    assert [row["is_shared"] for row in rows_of(show(panels.contact))] == [False, False]


def test_each_merged_chart_shows_what_all_of_them_allow(patient, show, duplicate):
    cast.make_contact(patient, value=PHONE, safe_from=time(9), safe_until=time(17))
    cast.make_contact(duplicate, value=PHONE, may_text=False)

    rows = rows_of(show(panels.contact))

    assert [row["safe"].may_text for row in rows] == [False, False]
    assert [row["safe"].may_call for row in rows] == [True, True]
    assert {row["safe"].safe_hours for row in rows} == {((time(9), time(17)),)}


def test_what_ended_is_not_shown(patient, show):
    contacts.end(point=cast.make_contact(patient), by=BY, now=NOW)

    assert rows_of(show(panels.contact)) == []


@pytest.mark.parametrize(
    ("who", "can_edit"), [("front_desk", True), ("clinician", False)]
)
def test_who_may_not_edit_is_not_offered_to(show, request, who, can_edit):
    staff = request.getfixturevalue(who)

    assert show(panels.contact, staff=staff).context["can_edit"] is can_edit
    assert bool(show(panels.needs, staff=staff).act_url) is can_edit
    assert bool(show(panels.families, staff=staff).act_url) is can_edit


# Needs ----------------------------------------------------------------------
def test_homes_and_numbers_elsewhere_are_shown(patient, show, duplicate, location):
    for chart, value in ((patient, "1"), (duplicate, "2")):
        patients.name_elsewhere(patient=chart, system="lab", value=value, by=BY)

    context = show(panels.needs).context

    assert [home.location for home in context["homes"]] == [location]
    assert [row.value for row in context["external_ids"]] == ["1", "2"]


# Families -------------------------------------------------------------------
def test_the_barred_stand_first(patient, show):
    cast.make_caregiver(patient, may_book=True)
    barred = cast.make_caregiver(patient, name="Bo Barred", must_not_be_told=True)

    lines = show(panels.families).context["lines"]

    assert lines[0]["row"].caregiver == barred
    assert [len(line["rights"]) for line in lines] == [0, 1]


def test_a_family_is_shown_with_its_phones(patient, show):
    relative = cast.make_caregiver(patient, starts_on=TODAY + DAY)
    contacts.add(owner=relative, kind="phone", value=PHONE, by=BY, now=NOW)

    (line,) = show(panels.families).context["lines"]

    assert line["phones"] == ["(212) 555-0187"]
    assert not line["is_current"]


def test_who_was_removed_is_not_shown(patient, show):
    row = cast.make_caregiver(patient).caregivings.get()
    caregivers.withdraw(caregiving=row, by=BY)

    assert show(panels.families).context["lines"] == []


@pytest.mark.parametrize(
    ("years", "is_minor", "may_agree"),
    [(13, True, False), (14, True, True), (18, False, True)],
)
def test_a_minor_is_told_from_an_adult(show, location, years, is_minor, may_agree):
    born_on = date(2026 - years, 3, 2)
    chart = cast.make_patient(at=location, born_on=born_on)

    context = show(panels.families, chart).context

    assert (context["is_minor"], context["may_agree_alone"]) == (is_minor, may_agree)


# Care team and tasks --------------------------------------------------------
def test_the_own_clinician_stands_first(patient, show, clinician, front_desk):
    join = {"patient": patient, "by": BY, "now": NOW}
    patients.join_care_team(staff=front_desk, is_lead=False, **join)
    patients.join_care_team(staff=clinician, is_lead=True, **join)

    assert [row.staff for row in rows_of(show(panels.care_team))] == [
        clinician,
        front_desk,
    ]


def test_who_cares_on_two_merged_charts_is_shown_once(
    patient, show, clinician, location
):
    other = cast.make_patient(at=location)
    for chart in (patient, other):
        patients.join_care_team(
            patient=chart, staff=clinician, is_lead=chart == other, by=BY, now=NOW
        )
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)

    (row,) = rows_of(show(panels.care_team))

    assert row.is_lead


def test_open_tasks_of_all_merged_charts_are_shown(
    patient, show, duplicate, front_desk
):
    details = {
        "kind": "patient.call",
        "title": "Call",
        "due_at": NOW,
        "to": Role.MANAGER,
    }
    tasks = [
        work.raise_task(patient=chart, by=BY, now=NOW, **details)
        for chart in (patient, duplicate, patient)
    ]
    work.finish(task=tasks[0], by=front_desk, now=NOW)

    assert rows_of(show(panels.tasks)) == tasks[1:]


def test_an_auditor_is_offered_nothing_to_do(show, auditor):
    for panel in (panels.care_team, panels.tasks, panels.needs, panels.families):
        assert show(panel, staff=auditor).act_url == ""


# Questions to the database --------------------------------------------------
PANELS = [
    (panels.contact, 4),
    (panels.needs, 2),
    (panels.families, 2),
    (panels.care_team, 1),
    (panels.tasks, 1),
]


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("panel", "queries"), PANELS)
def test_a_panel_asks_as_often_for_many_as_for_one(
    panel, queries, rows, patient, front_desk, location, django_assert_num_queries
):
    for number in range(rows):
        cast.make_contact(patient)
        cast.make_contact(cast.make_caregiver(patient, proof=Proof.SPOKEN))
        staff = cast.make_clinician(at=location)
        patients.join_care_team(
            patient=patient, staff=staff, is_lead=not number, by=BY, now=NOW
        )
        details = {"kind": "a", "title": "Call", "due_at": NOW, "to": staff}
        work.raise_task(patient=patient, by=BY, now=NOW, **details)

    chart = look(patient, front_desk)

    with django_assert_num_queries(queries):
        assert panel(chart).context


def test_a_review_is_a_task_for_those_who_review(patient, show, stranger, manager, now):
    break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.CRISIS,
        explanation="",
        by=stranger,
        now=now,
    )

    assert show(panels.tasks).context["rows"] == []
    assert len(show(panels.tasks, staff=manager).context["rows"]) == 1


# Where they are seen ------------------------------------------------------------
def test_the_homes_of_merged_charts_are_theirs_each_once(
    patient, show, location, far_location
):
    for place in (location, far_location):
        other = cast.make_patient(at=place)
        merging.merge(duplicate=other, into=patient, by=BY, now=NOW)

    homes = show(panels.needs).context["homes"]

    assert {home.location for home in homes} == {location, far_location}
    assert len(homes) == 2
