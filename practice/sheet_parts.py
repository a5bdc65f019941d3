"""DAY_SHEET of this floor: who is here, on call, numbers, whom to call, what to do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice import zones
from practice.contributions import Ahead, SheetPart, SheetRow
from practice.locations import span_words
from practice.models import (
    Absence,
    DutyHours,
    Location,
    OnCallShift,
    Role,
    StaffMember,
    Task,
    WatchFlag,
)
from practice.models.contacts import phone_text
from practice.models.patients import about_charts
from practice.watching import watched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MOST = 60  # tasks; nobody reads more on paper
WORDS = 160  # of what was written to a task


def team(ahead: Ahead) -> SheetPart:
    """Who is on duty on each of the days, how to reach them, who is away."""
    absences = Absence.objects.filter(
        is_withdrawn=False, starts_at__lt=ahead.ends_at, ends_at__gt=ahead.starts_at
    ).select_related("cover")
    away: dict[int, list[str]] = defaultdict(list)
    for absence in absences:
        away[absence.staff_id].append(_away(absence, ahead))
    hours = DutyHours.objects.filter(
        location=ahead.location,
        is_current=True,
        staff__is_active=True,
        weekday__in={day.weekday() for day in ahead.days},
    ).select_related("staff")
    by_person: dict[StaffMember, list[DutyHours]] = defaultdict(list)
    for row in hours.order_by("staff__name", "starts"):
        by_person[row.staff].append(row)
    days = [_day(day) for day in ahead.days]
    return SheetPart(
        title=_("Who is here"),
        columns=[_("Who"), _("Role"), _("Phone"), *days, _("Away")],
        rows=[
            _on_duty(person, rows, ahead, away[person.pk])
            for person, rows in by_person.items()
        ],
        empty=_("Nobody is on duty by the duty hours."),
    )


def on_call(ahead: Ahead) -> SheetPart:
    """The turns of the rota that touch these days."""
    shifts = OnCallShift.objects.filter(
        is_withdrawn=False,
        staff__is_active=True,
        starts_at__lt=ahead.ends_at,
        ends_at__gt=ahead.starts_at,
    ).select_related("staff")
    zone = ahead.location.time_zone
    return SheetPart(
        title=_("On call"),
        columns=[_("When"), _("Called"), _("Who"), _("Phone")],
        rows=[
            SheetRow(
                (
                    zones.stretch(row.starts_at, row.ends_at, zone),
                    str(row.rank),
                    row.staff.name,
                    phone_text(row.staff.phone),
                )
            )
            for row in shifts.order_by("starts_at", "rank")
        ],
        empty=_("Nobody is on call on these days."),
    )


def numbers(ahead: Ahead) -> SheetPart:
    """Numbers that work without the site."""
    rows = [
        SheetRow((row.name, phone_text(row.phone)))
        for row in Location.objects.filter(is_active=True)
    ]
    if practice := ahead.practice:
        rows.insert(0, SheetRow((practice.name, phone_text(practice.phone))))
        if practice.urgent_phone:
            urgent = phone_text(practice.urgent_phone)
            rows.append(SheetRow((_("Outside opening hours"), urgent)))
        rows.append(SheetRow((_("Crisis line, English"), practice.crisis_line)))
        rows.append(SheetRow((_("Crisis line, Spanish"), practice.crisis_line_es)))
    return SheetPart(_("Numbers"), [_("Who"), _("Number")], rows, empty="")


def calls(ahead: Ahead) -> SheetPart:
    """Patients of the location whom somebody checks on."""
    flags = watched(ahead.days[0]).filter(_at_home(ahead)).select_related("caller")
    return SheetPart(
        title=_("Check on them"),
        columns=[_("Patient"), _("Who calls"), _("Last contact"), _("Call after")],
        rows=[_call(row) for row in flags.order_by("last_contact_on", "pk")],
        empty=_("Nobody here is being checked on."),
        names_patients=True,
    )


def tasks(ahead: Ahead) -> SheetPart:
    """What is due by the end of these days, for people here or their roles.

    What managers have to see to among themselves is for no desk.
    """
    here = Q(for_person__placements__location=ahead.location)
    here &= Q(for_person__placements__is_current=True)
    here &= Q(for_person__is_manager=False) | ~Q(patient=None)
    roles = Q(for_role__in=[Role.FRONT_DESK, Role.CLINICIAN])
    roles &= Q(patient=None) | _at_home(ahead)
    due = Task.objects.open().filter(here | roles, due_at__lt=ahead.ends_at)
    rows = due.exclude(kind=Task.REVIEW).distinct().select_related("for_person")
    found = list(rows.order_by("due_at", "pk")[: MOST + 1])
    more = _("There are more than %(n)d: the first are here.") % {"n": MOST}
    return SheetPart(
        title=_("To do"),
        columns=[_("Patient"), _("Due"), _("What"), _("Who does it")],
        rows=[_task(row, ahead) for row in found[:MOST]],
        empty=_("Nothing is due."),
        note=more if len(found) > MOST else "",
        names_patients=True,
    )


def _at_home(ahead: Ahead) -> Q:
    homes = ahead.location.homes.filter(is_current=True).order_by()
    charts = homes.values("patient")
    return about_charts(charts)


def _on_duty(
    person: StaffMember, hours: Sequence[DutyHours], ahead: Ahead, away: Sequence[str]
) -> SheetRow:
    days = [
        "\n".join(
            span_words((row.weekday, row.starts, row.ends))
            for row in hours
            if row.holds_on(day)
        )
        for day in ahead.days
    ]
    reach = (person.name, person.role_names, phone_text(person.phone))
    return SheetRow((*reach, *days, "\n".join(away)))


def _away(absence: Absence, ahead: Ahead) -> str:
    """Away and who covers, never why."""
    zone = ahead.location.time_zone
    when = zones.stretch(absence.starts_at, absence.ends_at, zone)
    if absence.cover is None:
        return when
    cover = f"{absence.cover.name} {phone_text(absence.cover.phone)}".strip()
    return _("%(when)s; %(cover)s covers") % {"when": when, "cover": cover}


def _call(row: WatchFlag) -> SheetRow:
    cells = (
        row.caller.name,
        _day(row.last_contact_on),
        _("%(days)d quiet days") % {"days": row.quiet_days},
    )
    return SheetRow(cells, row.patient_id)


def _task(row: Task, ahead: Ahead) -> SheetRow:
    words = f"{row.words[:WORDS]}…" if len(row.words) > WORDS else row.words
    who = row.for_person.name if row.for_person else row.get_for_role_display()
    due = zones.moment(row.due_at, ahead.location.time_zone)
    what = "\n".join(filter(None, (row.title, words)))
    discreet = (due, _("A task: ask the care team."), str(who))
    return SheetRow((due, what, str(who)), row.patient_id, discreet)


def _day(day: date) -> str:
    return date_format(day, "D j M")
