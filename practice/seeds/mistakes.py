"""Mistakes that were reported in the demo: one late, one seen to, one over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice import incidents
from practice.models import Patient

if TYPE_CHECKING:
    from datetime import datetime

    from practice.seeds.team import Team

DAY = timedelta(days=1)


def happen(team: Team, *, now: datetime) -> None:
    """What the desk and a clinician reported, and what a manager made of it."""
    desk, clinician = team["Denise Okafor"], team["Tessa Nakagawa-Byrne"]
    charts = list(Patient.objects.unmerged().filter(is_restricted=False)[:3])
    incidents.report(
        kind="print",
        words="Yesterday's list of visits is not in the locked bin.",
        by=desk,
        now=now - 5 * DAY,
    )
    _seen_to(team, charts[0], now=now)
    over = incidents.report(
        kind="chart",
        words="Wrote a brother's allergy on this chart.",
        page=f"/patients/{charts[1].pk}/",
        patients=charts[1:3],
        by=clinician,
        now=now - 9 * DAY,
    )
    outcome = "Moved to the right chart the same hour; nobody had acted on it."
    incidents.close(incident=over, outcome=outcome, by=team.manager, now=now - 8 * DAY)


def _seen_to(team: Team, chart: Patient, *, now: datetime) -> None:
    """One that has an owner, and a letter that is owed."""
    incident = incidents.report(
        kind="person",
        words="Read the time of a visit to somebody with the same name.",
        page=f"/patients/{chart.pk}/",
        patients=[chart],
        by=team["Denise Okafor"],
        now=now - DAY,
    )
    incidents.assign(
        incident=incident,
        kind="person",
        concerned=team["Denise Okafor"],
        owner=team.manager,
        due_at=now + 2 * DAY,
        by=team.manager,
    )
    incidents.add_step(
        incident=incident,
        kind="letter",
        words="Tell them what was said to whom, and say sorry",
        patient=chart,
        due_at=now + DAY,
        by=team.manager,
    )
