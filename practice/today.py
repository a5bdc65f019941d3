"""This floor's sections of Today: what needs whom now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from practice import announcements, health, roster, today_rows
from practice.access import Capability, may
from practice.contributions import Day, Line, Section
from practice.models import Incident, Patient, StaffMember, Task, WatchFlag
from practice.parts import with_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from practice.announcements import Change
    from practice.models.frames import TaskQuerySet

SHOWN, FEW = 8, 5


def own_tasks(day: Day) -> Section:
    """Tasks for this person by name."""
    return _task_section(
        day, _("Your tasks"), are_own=True, empty=_("Tasks given to you appear here.")
    )


def team_tasks(day: Day) -> Section | None:
    """Tasks for any of this person's roles."""
    if not may(day.staff, Capability.DO_TASKS):
        return None
    return _task_section(
        day,
        _("For your team"),
        are_own=False,
        empty=_("When somebody asks your team for something, it is here."),
    )


def for_roles(staff: StaffMember, *, now: datetime) -> TaskQuerySet:
    """Open tasks of somebody's roles, but for charts that they may not open."""
    charts = Patient.objects.visible_to(staff, now=now)
    return Task.objects.open().filter(today_rows.of_roles(staff, charts))


def within_reach(staff: StaffMember, *, now: datetime) -> TaskQuerySet:
    """The tasks of this person and of their roles, done or not."""
    charts = Patient.objects.visible_to(staff, now=now)
    theirs = Q(for_person=staff.pk) | today_rows.of_roles(staff, charts)
    return Task.objects.filter(theirs)


def watched_patients(day: Day) -> Section | None:
    """Patients somebody asked to check on, seen by those who call."""
    flags, count = day.once("watches", _watches)
    if not flags and not may(day.staff, Capability.WATCH_PATIENTS):
        return None
    visible = day.once("visible", _visible_of)
    lines = [_watch_line(flag, is_visible=flag.patient_id in visible) for flag in flags]
    return Section(
        _("Check on them"),
        "eye",
        lines,
        empty=_("People you asked to be checked on appear here."),
        count=count,
    )


def break_glass_reviews(day: Day) -> Section | None:
    """Charts that were opened outside the rules and wait for a second person."""
    if not may(day.staff, Capability.REVIEW_BREAK_GLASS):
        return None
    rows, count = with_count(today_rows.glasses(SHOWN, but=day.staff.pk))
    lines = [
        Line(
            title=row.staff.name,
            url=reverse("break_glass_review", args=[row.pk]),
            detail=row.get_reason_display(),
            badge=_("late") if row.review_due_at < day.now else "",
            tone="bad",
        )
        for row in rows
    ]
    return Section(
        _("Break-glass to review"),
        "shield",
        lines,
        empty=_("Nobody opened a chart outside the rules."),
        count=count,
        more_url=reverse("break_glass_list"),
        is_pressing=any(row.review_due_at < day.now for row in rows),
    )


def open_incidents(day: Day) -> Section | None:
    """What went wrong and is not over, those with the nearest deadline first."""
    if not may(day.staff, Capability.READ_INCIDENTS):
        return None
    rows, count = with_count(today_rows.incidents(SHOWN))
    return Section(
        _("Mistakes to see to"),
        "flag",
        [_incident_line(row, now=day.now) for row in rows],
        empty=_("Nobody reported a mistake that is still open."),
        count=count,
        more_url=reverse("incidents"),
        is_pressing=any(row.due_at < day.now for row in rows),
    )


def on_duty(day: Day) -> Section:
    """Who is here, by location, and who is on call."""
    gone = roster.away_ids(now=day.now)
    groups = roster.by_location(roster.on_duty(now=day.now, gone=gone))
    lines = [
        Line(
            title=location.name,
            detail=", ".join(person.staff.name for person in people),
        )
        for location, people in groups.items()
    ]
    if callers := roster.on_call(now=day.now, gone=gone):
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


def waiting_announcements(day: Day) -> Section | None:
    """What happened to whom, and who around them was not told by this site."""
    if not may(day.staff, Capability.READ_ANNOUNCEMENTS):
        return None
    changes, count = announcements.newest(
        day.staff, most=FEW, practice=day.practice, now=day.now
    )
    if not changes:
        return None
    return Section(
        _("Changes to pass on"),
        "megaphone",
        [_change_line(change) for change in changes],
        empty="",
        count=count,
        more_url=reverse("announcements"),
    )


def system_health(day: Day) -> Section | None:
    """What is wrong with the machine, to those who can have it mended."""
    if not may(day.staff, Capability.READ_HEALTH):
        return None
    ill = [line for line in health.recent(now=day.now) if not line.is_well]
    lines = [Line(title=line.name, detail=line.words) for line in ill]
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
    visible = _visible((row.patient_id for row in rows), staff, now=now)
    return _lines(rows, staff, visible, now=now, is_full=True)


def _lines(
    rows: Iterable[Task],
    staff: StaffMember,
    visible: Collection[int | None],
    *,
    now: datetime,
    is_full: bool = False,
) -> list[Line]:
    can_do = may(staff, Capability.DO_TASKS)
    lines = [
        _task_line(
            row,
            _title(row, staff, visible),
            is_visible=row.patient_id in visible,
            can_do=can_do,
            now=now,
        )
        for row in rows
    ]
    return [*map(_with_history, lines, rows)] if is_full else lines


def _title(task: Task, staff: StaffMember, visible: Collection[int | None]) -> str:
    """What is to do; of a chart that is closed to them only who is asked by name.

    Others, such as managers, see that something waits, as on the day sheet.
    """
    is_own = task.patient_id is None or task.for_person_id == staff.pk
    is_told = is_own or task.patient_id in visible
    return task.title if is_told else _("A task: ask the care team.")


def _with_history(line: Line, task: Task) -> Line:
    return replace(line, history_url=reverse("record_history", args=["task", task.pk]))


def _visible(
    ids: Iterable[int | None], staff: StaffMember, *, now: datetime
) -> Collection[int | None]:
    """Which of some ids are of charts that are open to somebody."""
    wanted = {number for number in ids if number}
    roles = tuple(staff.roles)
    return set(today_rows.open_charts(roles, staff=staff.pk, charts=wanted, now=now))


def _visible_of(day: Day) -> Collection[int | None]:
    """Which charts of the tasks and watches on the page are open to its reader."""
    tasks, (flags, _count) = day.once("tasks", _tasks), day.once("watches", _watches)
    ids = [task.patient_id for rows, _count in tasks.values() for task in rows]
    ids += [flag.patient_id for flag in flags]
    return _visible(ids, day.staff, now=day.now)


def _watches(day: Day) -> tuple[Sequence[WatchFlag], int]:
    """The first of those whom the person calls, and how many there are."""
    found = today_rows.watches(SHOWN, caller=day.staff.pk, today=day.today)
    return with_count(found)


def _tasks(day: Day) -> dict[bool, tuple[Sequence[Task], int]]:
    """The first open tasks, with how many there are: those for the person by name
    (True), and those for their roles.
    """
    staff, apart = day.staff, _shown_apart(day.staff)
    own = with_count(today_rows.own_tasks(SHOWN, apart, staff=staff.pk))
    if not may(staff, Capability.DO_TASKS):
        return {True: own, False: ([], 0)}
    roles = tuple(staff.roles)
    team = today_rows.team_tasks(SHOWN, apart, roles, staff=staff.pk, now=day.now)
    return {True: own, False: with_count(team)}


def _shown_apart(staff: StaffMember) -> Sequence[str]:
    """Kinds of tasks whose causes have a section of their own on somebody's page."""
    apart = {
        Task.REVIEW: Capability.REVIEW_BREAK_GLASS,
        Task.INCIDENT: Capability.READ_INCIDENTS,
    }
    return tuple(kind for kind, capability in apart.items() if may(staff, capability))


def _watch_line(flag: WatchFlag, *, is_visible: bool) -> Line:
    day = date_format(flag.last_contact_on, "j M")
    return Line(
        title=flag.reason if is_visible else _("A chart that is closed to you"),
        person=flag.patient.display_name if is_visible else "",
        chart_id=flag.patient_id if is_visible else None,
        initials=flag.patient.initials,
        url=_chart(flag.patient, is_visible=is_visible),
        detail=_("last contact %(day)s") % {"day": day},
    )


def _incident_line(incident: Incident, *, now: datetime) -> Line:
    is_late = incident.due_at < now
    owner = incident.owner.name if incident.owner else _("nobody sees to it yet")
    return Line(
        title=str(incident.get_kind_display()),
        url=reverse("incident", args=[incident.pk]),
        detail=f"{owner} · {_due(incident, now)}",
        badge=_("late") if is_late else "",
        tone="bad" if is_late else "",
    )


def _change_line(change: Change) -> Line:
    patient = change.row.patient
    detail = _("nobody else on the chart")
    if change.hearers:
        detail = _("to tell: %(people)s") % {"people": ", ".join(change.hearers)}
    if change.barred:
        detail += " · " + _("never: %(people)s") % {"people": ", ".join(change.barred)}
    return Line(
        title=str(change.words),
        person=patient.display_name if patient else "",
        chart_id=patient.pk if patient else None,
        initials=patient.initials if patient else "",
        url=_chart(patient, is_visible=True) if patient else "",
        detail=detail,
    )


def _chart(patient: Patient, *, is_visible: bool) -> str:
    """The chart, or where a reason opens it."""
    head = patient.merged_into_id or patient.pk
    return reverse("patient" if is_visible else "break_glass", args=[head])


def _task_line(
    task: Task, title: str, *, is_visible: bool, can_do: bool, now: datetime
) -> Line:
    is_late = task.due_at < now
    patient = task.patient
    can_tick = can_do and task.is_ticked_off
    leads_to_chart = patient and task.path == reverse("patient", args=[patient.pk])
    return Line(
        title=title,
        url=_chart(patient, is_visible=is_visible)
        if patient and leads_to_chart
        else task.path,
        person=patient.display_name if patient and is_visible else "",
        chart_id=patient.pk if patient and is_visible else None,
        initials=patient.initials if patient else "",
        badge=_("late") if is_late else "",
        tone="bad" if is_late else "",
        detail=_due(task, now),
        act_label=_("Done") if can_tick else "",
        act_url=reverse("task_done", args=[task.pk]) if can_tick else "",
    )


def _task_section(day: Day, title: str, *, are_own: bool, empty: str) -> Section:
    tasks, count = day.once("tasks", _tasks)[are_own]
    visible = day.once("visible", _visible_of)
    return Section(
        title,
        "list-todo",
        _lines(tasks, day.staff, visible, now=day.now),
        empty=empty,
        count=count,
        more_url=reverse("tasks") if may(day.staff, Capability.DO_TASKS) else "",
        is_pressing=any(task.due_at < day.now for task in tasks),
    )


def _due(task: Task | Incident, now: datetime) -> str:
    if task.due_at < now:
        return _("was due %(time)s ago") % {
            "time": timesince(task.due_at, now, depth=1)
        }
    return _("due in %(time)s") % {"time": timeuntil(task.due_at, now, depth=1)}
