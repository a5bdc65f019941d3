"""This floor's sections of Today: what needs whom now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import announcements, break_glass, health, roster
from practice.access import Capability, may
from practice.contributions import Line, Section
from practice.models import Patient, StaffMember, Task
from practice.patients import local_day
from practice.watching import watched

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from practice.models.frames import TaskQuerySet

SHOWN = 8


def own_tasks(staff: StaffMember, *, now: datetime) -> Section:
    """Tasks for this person by name."""
    rows = Task.objects.open().filter(for_person=staff)
    return _task_section(
        _("Your tasks"), rows, staff, now, empty=_("Tasks given to you appear here.")
    )


def team_tasks(staff: StaffMember, *, now: datetime) -> Section | None:
    """Tasks for any of this person's roles."""
    if not may(staff, Capability.DO_TASKS):
        return None
    rows = for_roles(staff, now=now)
    return _task_section(
        _("For your team"),
        rows,
        staff,
        now,
        empty=_("When somebody asks your team for something, it is here."),
    )


def for_roles(staff: StaffMember, *, now: datetime) -> TaskQuerySet:
    """Open tasks of somebody's roles, but for charts that they may not open."""
    rows = Task.objects.open().filter(for_role__in=staff.roles)
    visible = Patient.objects.visible_to(staff, now=now).values("pk")
    return rows.filter(patient=None) | rows.filter(patient__in=visible)


def watched_patients(staff: StaffMember, *, now: datetime) -> Section | None:
    """Patients somebody asked to check on, seen by those who call."""
    flags = watched(local_day(now)).filter(caller=staff).select_related("patient")
    flags = list(flags.order_by("last_contact_on"))
    if not flags and not may(staff, Capability.WATCH_PATIENTS):
        return None
    lines = [
        Line(
            title=flag.reason,
            person=flag.patient.display_name,
            initials=flag.patient.initials,
            url=reverse("patient", args=[flag.patient_id]),
            detail=_("last contact %(day)s") % {"day": f"{flag.last_contact_on:%d %b}"},
        )
        for flag in flags[:SHOWN]
    ]
    return Section(
        _("Check on them"),
        "eye",
        lines,
        empty=_("People you asked to be checked on appear here."),
        count=len(flags),
    )


def break_glass_reviews(staff: StaffMember, *, now: datetime) -> Section | None:
    """Charts that were opened outside the rules and wait for a second person."""
    if not may(staff, Capability.REVIEW_BREAK_GLASS):
        return None
    rows = list(break_glass.unreviewed().exclude(staff=staff))
    lines = [
        Line(
            title=row.staff.name,
            url=reverse("break_glass_review", args=[row.pk]),
            detail=row.get_reason_display(),
            badge=_("late") if row.review_due_at < now else "",
            tone="alarm",
        )
        for row in rows[:SHOWN]
    ]
    return Section(
        _("Break-glass to review"),
        "shield",
        lines,
        empty=_("Nobody opened a chart outside the rules."),
        count=len(rows),
        more_url=reverse("break_glass_list"),
        is_pressing=any(row.review_due_at < now for row in rows),
    )


def on_duty(staff: StaffMember, *, now: datetime) -> Section:
    """Who is here, by location, and who is on call."""
    groups = roster.by_location(roster.on_duty(now=now))
    lines = [
        Line(
            title=location.name,
            detail=", ".join(person.staff.name for person in people),
        )
        for location, people in groups.items()
    ]
    if callers := roster.on_call(now=now):
        names = ", ".join(person.name for person in callers)
        lines.append(Line(title=_("On call"), detail=names))
    return Section(
        _("Here now"),
        "users",
        lines,
        empty=_("Nobody is on duty now, by the duty hours."),
        count=sum(len(people) for people in groups.values()),
        more_url=reverse("staff"),
    )


def waiting_announcements(staff: StaffMember, *, now: datetime) -> Section | None:
    """What happened and nobody was told yet."""
    if not may(staff, Capability.READ_ANNOUNCEMENTS):
        return None
    visible = Patient.objects.visible_to(staff, now=now).values("pk")
    count = announcements.waiting().filter(patient__in=visible).count()
    if not count:
        return None
    words = ngettext("%(n)s change", "%(n)s changes", count) % {"n": count}
    line = Line(
        title=words,
        detail=_("that somebody may have to be told of"),
        url=reverse("announcements"),
    )
    return Section(_("Not yet told"), "bell", [line], empty="", count=count)


def system_health(staff: StaffMember, *, now: datetime) -> Section | None:
    """What is wrong with the machine, to those who can have it mended."""
    if not may(staff, Capability.READ_HEALTH):
        return None
    ill = [line for line in health.report(now=now) if not line.is_well]
    lines = [Line(title=line.name, detail=line.words, tone="alarm") for line in ill]
    return Section(
        _("The system"),
        "activity",
        lines,
        empty=_("Everything works."),
        count=len(ill),
        more_url=reverse("health_work"),
        is_pressing=bool(ill),
    )


def task_lines(
    rows: Collection[Task], staff: StaffMember, *, now: datetime
) -> list[Line]:
    """Tasks as lines, the patient's name only where the chart is open to `staff`."""
    visible = set(
        Patient.objects.visible_to(staff, now=now)
        .filter(pk__in=[row.patient_id for row in rows if row.patient_id])
        .values_list("pk", flat=True)
    )
    can_do = may(staff, Capability.DO_TASKS)
    return [
        _task_line(row, is_visible=row.patient_id in visible, can_do=can_do, now=now)
        for row in rows
    ]


def _task_line(task: Task, *, is_visible: bool, can_do: bool, now: datetime) -> Line:
    is_late = task.due_at < now
    patient = task.patient
    return Line(
        title=task.title,
        url=task.path,
        person=patient.display_name if patient and is_visible else "",
        initials=patient.initials if patient else "",
        badge=_("late") if is_late else "",
        tone="alarm" if is_late else "",
        detail="" if is_late else _("due in %(time)s") % {"time": _until(task, now)},
        act_label=_("Done") if can_do else "",
        act_url=reverse("task_done", args=[task.pk]) if can_do else "",
    )


def _task_section(
    title: str, rows: TaskQuerySet, staff: StaffMember, now: datetime, *, empty: str
) -> Section:
    tasks = list(rows.select_related("patient"))
    return Section(
        title,
        "list-todo",
        task_lines(tasks[:SHOWN], staff, now=now),
        empty=empty,
        count=len(tasks),
        more_url=reverse("tasks"),
        is_pressing=any(task.due_at < now for task in tasks),
    )


def _until(task: Task, now: datetime) -> str:
    return timeuntil(task.due_at, now, depth=1)
