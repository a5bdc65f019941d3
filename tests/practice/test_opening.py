"""Which charts open to whom: the database's answer against the rule in plain words."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from practice import break_glass, merging, patients, staffing
from practice.models import BreakGlass, CareTeamMember, HomeLocation, Patient, Role
from tests import cast
from tests.cast import FOUNDER as BY
from tests.cast import MONDAY as NOW

LATER = NOW + timedelta(minutes=90)  # when what was opened at first has closed again
ROLES = [
    [Role.FRONT_DESK],
    [Role.CLINICIAN],
    [Role.MANAGER],
    [Role.AUDITOR],
    [Role.AUDITOR, Role.CLINICIAN],
]


@pytest.mark.parametrize("seed", range(3))
def test_a_chart_opens_to_whom_the_rule_says(seed, location, far_location):
    dice, places = Random(seed), [location, far_location]  # noqa: S311 - not a secret
    people = [cast.make_staff(*roles, at=dice.choice(places)) for roles in ROLES]
    charts = [cast.make_patient(at=dice.choice(places)) for _chart in range(14)]
    live_a_little(dice, people, charts, places)

    usual = {one.pk: ids(Patient.objects.usual_to(one)) for one in people}
    open_ = {one.pk: ids(Patient.objects.visible_to(one, now=LATER)) for one in people}

    assert usual == {one.pk: told(one, charts, by_glass=False) for one in people}
    assert open_ == {one.pk: told(one, charts, by_glass=True) for one in people}
    assert len({*map(frozenset, usual.values())}) > 2


def live_a_little(dice, people, charts, places):
    """Homes and people move, teams form and part, charts are merged and restricted."""
    for chart in charts:
        who = dice.choice(people)
        if dice.random() < 0.4:
            patients.set_homes(patient=chart, homes=[dice.choice(places)], by=BY)
        if dice.random() < 0.5:
            member = patients.join_care_team(
                patient=chart, staff=who, is_lead=False, by=BY, now=NOW
            )
            if dice.random() < 0.3:
                patients.leave_care_team(member=member, by=BY, now=NOW)
        if dice.random() < 0.5:
            at = dice.choice([NOW, NOW, LATER])
            glass_of(chart, dice.choice(people), at)
        if dice.random() < 0.4:
            patients.restrict(patient=chart, is_restricted=True, by=BY, reason="Kin")
    staffing.place(staff=people[0], locations=[dice.choice(places)], by=BY)
    for head, duplicate in zip(charts[:3], charts[3:6], strict=True):
        merging.merge(duplicate=duplicate, into=head, by=BY, now=NOW)


def glass_of(chart, who, at):
    why = {"reason": "cover", "explanation": "On call for a colleague tonight."}
    glass = break_glass.open_chart(patient=chart, staff=who, **why, by=who, now=at)
    if chart.pk % 4 == 0:
        break_glass.close_chart(glass=glass, by=who, now=at)


def told(staff, charts, *, by_glass):
    """The same from the rule, chart by chart."""
    rows = Patient.objects.in_bulk([chart.pk for chart in charts])
    return {chart.pk for chart in rows.values() if opens(staff, chart, by_glass)}


def opens(staff, chart, by_glass):
    head = chart.merged_into or chart
    whole = [one.pk for one in Patient.objects.chart_set(head)]
    glasses = BreakGlass.objects.filter(patient__in=whole, staff=staff, ended_at=None)
    if by_glass and any(glass.expires_at > LATER for glass in glasses):
        return True
    if not staff.is_manager and not staff.is_clinician and not staff.is_front_desk:
        return False
    team = CareTeamMember.objects.filter(patient__in=whole, staff=staff, ended_at=None)
    return team.exists() or (not head.is_restricted and is_at_home(staff, whole))


def is_at_home(staff, whole):
    if staff.is_manager:
        return True
    places = staff.placements.filter(is_current=True).values("location")
    homes = HomeLocation.objects.filter(patient__in=whole, is_current=True)
    return homes.filter(location__in=places).exists()


def ids(charts):
    return set(charts.values_list("pk", flat=True))
