"""Planning reminders: for each visit those of its plan, and no others.

Nothing that changes a visit calls this. Each minute the visits that stand otherwise
than when their reminders were planned (PlannedVisit) are planned again, whatever
changed them: booked, moved, cancelled, undone, filed to another chart, another plan,
a death. To plan again changes nothing where nothing changed.
docs/adr/0025-reminders.md weighs this against planning in each action.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from consent.purposes import Purpose
from messaging import hours, outbox
from messaging.models import Delivery
from messaging.occasions import JOINT
from messaging.states import LEFT_OUT as NEVER_LEFT
from messaging.states import Status as Sending
from practice.models.patients import about_charts
from scheduling import reminder_plans, reminder_rules, reminder_tasks
from scheduling.models import Attendee, PlannedVisit, Reminder
from scheduling.reminder_rules import Facts, Wanted
from scheduling.reminder_states import OPEN, State
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.quiet import Window
    from practice.trail import Actor
    from scheduling.models import ReminderStep
    from scheduling.reminder_plans import Plans

AT_ONCE = 500
# A visit that is over for longer brings nothing any more.
PAST = timedelta(days=4)
WAS_HERE = (Status.ARRIVED, Status.IN_SESSION, Status.COMPLETED)
_WRITTEN = (
    *("meant_at", "planned_at", "until_at", "state", "reason", "state_at"),
    "rounds",
)
_VISIT = ("starts_at", "ends_at", "type", "location", "modality", "is_live")
_KEPT = (*_VISIT, "status", "is_withdrawn", "chart_state", "plans", "planned_at")


def follow(*, now: datetime, by: Actor, most: int = AT_ONCE) -> int:
    """Plan the reminders of visits that changed since, some at a time; how many."""
    plans = reminder_plans.load()
    rows = changed(plans.newest, now=now).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:most])
    if ids:
        plan_anew(ids, plans=plans, by=by, now=now)
    return len(ids)


def changed(newest: int, *, now: datetime) -> QuerySet[Attendee]:
    """Patients of visits that stand otherwise than when they were last planned."""
    stale = Q(planned=None) | ~Q(planned__plans=newest)
    for name in _VISIT:
        stale |= ~Q(**{f"planned__{name}": F(f"appointment__{name}")})
    stale |= ~Q(planned__status=F("status"))
    stale |= ~Q(planned__is_withdrawn=F("is_withdrawn"))
    stale |= ~Q(planned__chart_state=F("head_state"))
    head_state = Coalesce("patient__merged_into__state", "patient__state")
    return (
        Attendee.objects.annotate(head_state=head_state)
        .filter(
            Q(appointment__starts_at__gt=now - PAST)
            | Q(planned__starts_at__gt=now - PAST)
        )
        .filter(stale)
    )


@transaction.atomic
def plan_anew(
    attendees: Collection[int], *, plans: Plans, by: Actor, now: datetime
) -> None:
    """Make the reminders of some visits be those that they should have."""
    rows, there = _rows(attendees), _there(attendees)
    known = {one.attendee_id: one for one in _planned(attendees)}
    firsts, open_in, changes = first_visits(rows), window(), Changes()
    for row in rows:
        visit, before = row.appointment, known.get(row.pk)
        facts = facts_of(row, is_first=row.pk in firsts, known=before, now=now)
        steps = plans.steps_for(visit.type_id, visit.location_id)
        is_elsewhere = before is not None and before.location_id != visit.location_id
        changes += _changes(
            there[row.pk],
            steps,
            facts,
            open_in,
            is_elsewhere=is_elsewhere,
            now=now,
        )
    taken_back = _take_back(changes.handed, by=by, now=now)
    _write(replace(changes, ended=[*changes.ended, *taken_back]))
    reminder_tasks.withdraw([row.pk for row in changes.ended], by=by)
    _remember(rows, plans.newest, now=now)


def facts_of(
    row: Attendee,
    *,
    is_first: bool,
    now: datetime,
    known: PlannedVisit | None = None,
) -> Facts:
    """What reminders go by, of an attendee fetched with visit, place and chart."""
    visit, chart = row.appointment, row.chart
    just_booked = visit.booked_at > now - reminder_rules.JUST_BOOKED
    is_news = known.starts_at != visit.starts_at if known else just_booked
    return Facts(
        attendee=row.pk,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        booked_at=visit.booked_at,
        zone=visit.location.time_zone,
        own_zone=chart.time_zone or visit.location.time_zone,
        status=row.status,
        modality=visit.modality,
        chart_state=chart.state,
        is_withdrawn=row.is_withdrawn or not visit.is_live,
        is_first=is_first,
        is_news=is_news,
        is_new=known is None,
    )


def first_visits(rows: Sequence[Attendee]) -> set[int]:
    """Those of some attendees whose patient was never here before; one query."""
    heads = {row.pk: row.chart.pk for row in rows}
    came = (
        Attendee.objects.filter(about_charts(set(heads.values())))
        .filter(is_withdrawn=False, status__in=WAS_HERE)
        .annotate(head=Coalesce("patient__merged_into", "patient"))
        .order_by()
        .values_list("head", flat=True)
        .distinct()
    )
    known = set(came) if rows else set()
    return {pk for pk, head in heads.items() if head not in known}


def words_if_moved() -> str:
    return _("The visit has moved since.")


# What changes -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the reminders of some visits."""

    new: Sequence[Reminder] = ()
    ended: Sequence[Reminder] = ()  # that waited and wait no more
    other: Sequence[Reminder] = ()  # that wait again, or at another moment
    handed: Sequence[Reminder] = ()  # that are in the outbox and no longer true

    def __add__(self, more: Changes) -> Changes:
        return Changes(
            [*self.new, *more.new],
            [*self.ended, *more.ended],
            [*self.other, *more.other],
            [*self.handed, *more.handed],
        )


def _changes(
    there: Sequence[Reminder],
    steps: Sequence[ReminderStep],
    facts: Facts,
    open_in: Window,
    *,
    is_elsewhere: bool,
    now: datetime,
) -> Changes:
    """What becomes of one visit's reminders."""
    due = {
        (one.step, one.starts_at): one
        for one in reminder_rules.wanted(steps, facts, window=open_in)
    }
    by_pk = {step.pk: step for step in steps}
    known = {(one.step_id, one.starts_at): one for one in there}
    found = Changes(
        new=[
            _made(by_pk[one.step], one, facts, now=now)
            for key, one in due.items()
            if key not in known and not _is_history(one, facts, now=now)
        ]
    )
    for key, row in known.items():
        found += _change(row, due.get(key), facts, is_elsewhere, now=now)
    return found


def _is_history(one: Wanted, facts: Facts, *, now: datetime) -> bool:
    """A visit that was over before it was first looked at."""
    return max(one.until_at, facts.starts_at) <= now


def _made(step: ReminderStep, one: Wanted, facts: Facts, *, now: datetime) -> Reminder:
    row = Reminder(attendee_id=facts.attendee, step_id=one.step, state_at=now)
    row.starts_at, row.state, row.reason = one.starts_at, one.state, one.reason
    _time(row, one)
    if reason := reminder_rules.why_too_late(step, facts, one.planned_at, now=now):
        row.state, row.reason = State.LEFT_OUT, reason
    return row


def _change(
    row: Reminder,
    due: Wanted | None,
    facts: Facts,
    is_elsewhere: bool,  # noqa: FBT001 - one of several facts
    *,
    now: datetime,
) -> Changes:
    """What becomes of one reminder that is there."""
    if due is None:
        return _not_wanted(row, _why_withdrawn(row, facts), now=now)
    if row.state == State.HANDED:
        if not is_elsewhere:
            return Changes()
        row.reason = ""  # it is to go with other words
        return Changes(handed=[row])
    if row.state == State.WITHDRAWN:
        _time(row, due)
        _set(row, due.state, due.reason, now=now)
        if now >= due.until_at:
            _set(row, State.LEFT_OUT, reminder_rules.over_words(), now=now)
        return Changes(other=[row])
    return _other_time(row, due, now=now)


def _not_wanted(row: Reminder, reason: str, *, now: datetime) -> Changes:
    if row.state == State.HANDED:
        row.reason = reason
        return Changes(handed=[row])
    if row.state not in OPEN:
        return Changes()
    _set(row, State.WITHDRAWN, reason, now=now)
    return Changes(ended=[row])


def _other_time(row: Reminder, due: Wanted, *, now: datetime) -> Changes:
    """Its step, or the end of the visit, is another one now."""
    times = row.meant_at, row.planned_at, row.until_at
    if times == (due.meant_at, due.planned_at, due.until_at):
        return Changes()
    is_open = row.state in OPEN
    _time(row, due)
    if row.is_declined:  # a person's word holds, whatever the plan says
        return Changes(other=[row])
    if is_open and due.state == State.LEFT_OUT:
        _set(row, due.state, due.reason, now=now)
        return Changes(ended=[row])
    if is_open or due.planned_at > now:
        _set(row, due.state, due.reason, now=now)
    return Changes(other=[row])


def _why_withdrawn(row: Reminder, facts: Facts) -> str:
    if reason := reminder_rules.why_none(facts):
        return reason
    if row.starts_at != facts.starts_at:
        return words_if_moved()
    return _("The plan no longer has it, or the visit went otherwise.")


def _time(row: Reminder, due: Wanted) -> None:
    row.meant_at, row.planned_at, row.until_at = (
        due.meant_at,
        due.planned_at,
        due.until_at,
    )


def _set(row: Reminder, state: State, reason: str, *, now: datetime) -> None:
    row.state, row.reason, row.state_at = state, reason, now


# Reading and writing ----------------------------------------------------------------
def _rows(attendees: Collection[int]) -> list[Attendee]:
    return list(with_visit(Attendee.objects.filter(pk__in=attendees)).order_by("pk"))


def with_visit(rows: QuerySet[Attendee]) -> QuerySet[Attendee]:
    """With all that `facts_of` and the words of a message need."""
    return rows.select_related(
        "patient__merged_into", "appointment__location", "appointment__type"
    )


def _planned(attendees: Collection[int]) -> QuerySet[PlannedVisit]:
    return PlannedVisit.objects.filter(attendee__in=attendees)


def _there(attendees: Collection[int]) -> Mapping[int, list[Reminder]]:
    found: dict[int, list[Reminder]] = defaultdict(list)
    rows = Reminder.objects.filter(attendee__in=attendees).select_for_update()
    for row in rows.order_by("pk"):
        found[row.attendee_id].append(row)
    return found


def _take_back(
    rows: Sequence[Reminder], *, by: Actor, now: datetime
) -> Iterator[Reminder]:
    """What the outbox still has of some reminders is withdrawn.

    Answers those of which nothing left: withdrawn, or, where only the words are no
    longer right, waiting again. What left has left.
    """
    if not rows:
        return
    ids = [row.pk for row in rows]
    theirs = Delivery.objects.filter(reminders__in=ids)
    several = Q(occasion__in=list(JOINT.values()))
    why = {~several: _("The visit has changed since.")}
    why |= {several: reminder_rules.why_not_together()}
    for which, reason in why.items():
        outbox.withdraw(theirs.filter(which), reason=reason, by=by, now=now)
    left = set(
        theirs.exclude(status__in=NEVER_LEFT).values_list("reminders", flat=True)
    )
    ended = theirs.filter(status__in=NEVER_LEFT - {Sending.WITHDRAWN})
    spent = set(ended.values_list("reminders", flat=True))
    for row in rows:
        if row.pk not in left:
            row.rounds += row.pk in spent
            state = State.WITHDRAWN if row.reason else State.WAITING
            _set(row, state, row.reason, now=now)
            yield row


def _write(changes: Changes) -> None:
    """Who waits no more first: one waits for each step of a visit."""
    for rows in (changes.ended, changes.other):
        Reminder.objects.bulk_update(rows, _WRITTEN, batch_size=AT_ONCE)
    Reminder.objects.bulk_create(changes.new, batch_size=AT_ONCE, ignore_conflicts=True)


def _remember(rows: Sequence[Attendee], newest: int, *, now: datetime) -> None:
    """How the visits stood: as they were read, so that a later change is seen."""
    PlannedVisit.objects.bulk_create(
        [_marker(row, newest, now=now) for row in rows],
        update_conflicts=True,
        unique_fields=["attendee"],
        update_fields=_KEPT,
        batch_size=100,
    )


def _marker(row: Attendee, newest: int, *, now: datetime) -> PlannedVisit:
    visit = row.appointment
    columns = {name: getattr(visit, name) for name in _VISIT}
    return PlannedVisit(
        attendee=row,
        status=row.status,
        is_withdrawn=row.is_withdrawn,
        chart_state=row.chart.state,
        plans=newest,
        planned_at=now,
        **columns,
    )


def window() -> Window:
    """The hours in which reminders go; the outbox looks again as it sends."""
    return hours.window_of(Purpose.REMINDER, hours.of_practice())
