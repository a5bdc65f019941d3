"""Whatever is done to a visit, in whatever order: no reminder of a dead version waits,
never two for one step, and nothing that left goes again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.models import Delivery
from messaging.states import Status as Sending
from practice.rules import NotPossible
from scheduling import (
    booking,
    reminder_plans,
    reminders,
    reminders_due,
    undoing,
    visits,
)
from scheduling.models import Appointment, Attendee, Reminder
from scheduling.states import CANCELLATIONS, Status
from scheduling.undoing import Mark
from tests.scheduling.conftest import NEW_YORK, at
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
STARTS = [
    datetime(2026, month, day, hour, tzinfo=NEW_YORK)
    for month, day in ((3, 6), (3, 9), (3, 10), (11, 2))  # after both changes of clocks
    for hour in (9, 14)
]
ACTS = ["move", "undo", "confirm", "cancel", "correct", "wait", "hand", "leave", "look"]
pytestmark = pytest.mark.django_db


class Week:
    """One visit, and what was done to it."""

    def __init__(self, visit: Appointment, plan: booking.Plan) -> None:
        self.visit, self.plan, self.now = visit, plan, MONDAY
        self.before = Mark.of(visit)

    @property
    def attendee(self) -> Attendee:
        return self.visit.attendees.get()

    def do(self, act: str, start: datetime) -> None:
        self.visit.refresh_from_db()
        try:
            with transaction.atomic():
                getattr(self, f"_{act}")(start)
        except NotPossible:
            pass

    def _move(self, start: datetime) -> None:
        before = Mark.of(self.visit)
        plan = replace(self.plan, starts_at=start)
        booking.move(appointment=self.visit, plan=plan, by=CLOCK, now=self.now)
        self.before = before

    def _undo(self, _start: datetime) -> None:
        undoing.undo(
            appointment=self.visit,
            before=self.before,
            after=Mark.of(self.visit),
            by=CLOCK,
            now=self.now,
        )

    def _confirm(self, _start: datetime) -> None:
        self.before = Mark.of(self.visit)
        visits.confirm(attendees=[self.attendee], by=CLOCK, now=self.now)

    def _cancel(self, _start: datetime) -> None:
        self.before = Mark.of(self.visit)
        self._be(Status.CANCELLED)

    def _be(self, status: Status) -> None:
        visits.cancel(
            attendees=[self.attendee],
            status=status,
            reason="Ill",
            by=CLOCK,
            now=self.now,
        )

    def _correct(self, _start: datetime) -> None:
        visits.correct(
            attendee=self.attendee,
            status=Status.SCHEDULED,
            reason="Slip",
            by=CLOCK,
            now=self.now,
        )

    def _wait(self, _start: datetime) -> None:
        self.now += timedelta(hours=20)

    def _hand(self, _start: datetime) -> None:
        reminders_due.hand_over(now=self.now, by=CLOCK)

    def _leave(self, _start: datetime) -> None:
        """The outbox sends what its last look lets go."""
        due = list(Delivery.objects.filter(status=Sending.DUE))
        why = reminders_due.still_true(due, now=self.now)
        for one in due:
            status = Sending.WITHDRAWN if one.pk in why else Sending.SENT
            rows = Delivery.objects.filter(pk=one.pk)
            ended_at = self.now if one.pk in why else None
            rows.update(status=status, reason=why.get(one.pk, ""), ended_at=ended_at)

    def _look(self, _start: datetime) -> None:
        reminders_due.look_again(now=self.now)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(STARTS), st.booleans()),
        max_size=10,
    )
)
def test_no_reminder_of_a_dead_version_waits_and_none_goes_twice(
    plan, patient, practice, acts
):
    with transaction.atomic():
        make_phone(patient)
        visit = book(replace(plan, starts_at=STARTS[0]), patient, now=MONDAY)
        _live_through(Week(visit, plan), acts)
        transaction.set_rollback(True)


def _live_through(week: Week, acts: list[tuple[str, datetime, bool]]) -> None:
    for act, start, is_followed in acts:
        week.do(act, start)
        if is_followed:
            follow(week.now)
            _check(week)
    follow(week.now)
    _check(week)
    assert not reminders.changed(reminder_plans.newest(), now=week.now).exists()


def _check(week: Week) -> None:
    attendee = week.attendee
    visit = Appointment.objects.get(pk=week.visit.pk)
    waiting = list(Reminder.objects.filter(state__in=["waiting", "asked"]))
    steps = [one.step_id for one in waiting]
    assert len(set(steps)) == len(steps)
    assert all(one.starts_at == visit.starts_at for one in waiting)
    assert not waiting or attendee.status not in CANCELLATIONS
    sent = Delivery.objects.filter(status=Sending.SENT, ids__has_key="reminder")
    told = list(sent.values_list("reminders__step", "reminders__starts_at"))
    assert len(set(told)) == len(told)
