"""PLANNED_MESSAGES: why a patient did or did not get a message about their visits.

One line for each message of the last and the next days, with the reason in words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from consent.states import Channel
from messaging import parts
from messaging.models import Delivery, DeliveryPart
from messaging.occasions import JOINT, Occasion
from messaging.planned import Planned
from messaging.states import ENDS, LEFT_OUT
from messaging.states import Status as Sending
from practice import zones
from practice.prepared import prepared
from scheduling import reminder_letters, reminder_rules, reminders_due
from scheduling.models import Reminder
from scheduling.reminder_letters import REMINDER
from scheduling.reminder_states import OPEN, State, When
from scheduling.telling import ANNOUNCEMENT, NOT_THERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

AROUND = timedelta(days=7)  # past and next
TONES = {
    State.WAITING: "info",
    State.ASKED: "warn",
    State.HANDED: "info",
    State.WITHDRAWN: "",
    State.LEFT_OUT: "warn",
}
SENDING_TONES = {
    Sending.DELIVERED: "good",
    Sending.SENT: "good",
    Sending.ACCEPTED: "info",
    Sending.UNDELIVERED: "bad",
    Sending.FAILED: "bad",
    Sending.UNCERTAIN: "warn",
}


def of_visits(patient_ids: Collection[int], *, now: datetime) -> Sequence[Planned]:
    """What was and is planned about some patients' visits, around now."""
    when = {"after": now - AROUND, "before": now + AROUND}
    rows = _reminders_to(charts=list(patient_ids), **when)
    news = _news_to(charts=list(patient_ids), **when)
    return [*lines_of(rows, now=now), *map(_of_news, news)]


def _around(after: Any, before: Any) -> Q:
    return Q(planned_at__gt=after, planned_at__lt=before)


@prepared
def _reminders_to(charts: Any, after: Any, before: Any) -> QuerySet[Reminder]:
    rows = Reminder.objects.filter(_around(after, before), attendee__patient__in=charts)
    return reminders_due.in_order(rows)


@prepared
def _news_to(charts: Any, after: Any, before: Any) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(_around(after, before), patient__in=charts)
    return rows.filter(ids__has_key=ANNOUNCEMENT).order_by("pk")


def lines_of(rows: Sequence[Reminder], *, now: datetime) -> Sequence[Planned]:
    """Some reminders as lines, the first to leave first; a constant number of
    queries.
    """
    if not rows:
        return []
    found = list(reminders_due.with_facts(rows, now=now))
    sent = _sent_for([row for row, _facts in found])
    whys = _whys(found, now=now)
    return [_line(row, whys.get(row.pk, ""), sent.get(row.pk, ())) for row, _ in found]


def _sent_for(rows: Sequence[Reminder]) -> Mapping[int, Sequence[Delivery]]:
    """What became of some reminders, tried again or by another way as well."""
    charts = {row.attendee.chart.pk for row in rows}
    found = [(one.ids[REMINDER], one) for one in _sent_to(charts=charts)]
    found += [(one.ids[REMINDER], one.delivery) for one in _sent_in_part(charts=charts)]
    sent: dict[int, list[Delivery]] = {}
    for reminder, one in sorted(found, key=lambda pair: pair[1].pk):
        sent.setdefault(reminder, []).append(one)
    return sent


@prepared
def _sent_to(charts: Any) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(patient__in=charts, ids__has_key=REMINDER)
    return rows.order_by("pk")


@prepared
def _sent_in_part(charts: Any) -> QuerySet[DeliveryPart]:
    rows = parts.about(charts).filter(ids__has_key=REMINDER)
    return rows.select_related("delivery")


def _whys(
    found: Sequence[tuple[Reminder, reminder_rules.Facts]], *, now: datetime
) -> Mapping[int, str]:
    """Why some that wait would not go as it stands: the visit, or who is reached."""
    waiting = [row for row, _facts in found if row.state == State.WAITING]
    reached = reminder_letters.reached(waiting, now=now)
    whys = {pk: one.why_not for pk, one in reached.items() if not one.recipients}
    for row, facts in found:
        is_meant = row.step.when == When.BEFORE and facts.starts_at == row.starts_at
        why = reminder_rules.why_not_now(row.step, facts) if is_meant else ""
        if why and row.pk in reached:
            whys[row.pk] = why
    return whys


def _line(row: Reminder, why: str, sent: Sequence[Delivery]) -> Planned:
    visit = row.attendee.appointment
    zone = visit.location.time_zone
    state, tone, reason = _stands(row, why, sent)
    how = Channel(row.step.channel).label if row.step.channel else _("As they prefer")
    visit_on = _("visit on %(when)s") % {"when": zones.moment(row.starts_at, zone)}
    return Planned(
        at=row.planned_at,
        when=zones.moment(row.planned_at, zone),
        title=str(Occasion(row.step.occasion).label),
        detail=" · ".join(filter(None, [str(how), visit_on, _joint(sent), reason])),
        state=state,
        tone=tone,
        subject_id=row.pk,
        is_open=row.state in OPEN,
    )


def _stands(row: Reminder, why: str, sent: Sequence[Delivery]) -> tuple[str, str, str]:
    """How it stands, in a word, a tone and a sentence."""
    if row.state == State.HANDED and sent:
        return _sent(_newest(sent))
    if why:
        words = _("Will not go as it stands: %(why)s")
        return str(State.WAITING.label), "warn", words % {"why": why}
    state = State(row.state)
    return str(state.label), TONES[state], row.reason


def _joint(sent: Sequence[Delivery]) -> str:
    """That it goes, or went, in one text with others'; not with whose."""
    is_joint = bool(sent) and _newest(sent).occasion in JOINT.values()
    return _("one text for the family") if is_joint else ""


def _newest(sent: Sequence[Delivery]) -> Delivery:
    """Of several to family, the one that got furthest."""
    return max(sent, key=lambda one: (one.status not in NOT_THERE, one.pk))


def _sent(one: Delivery) -> tuple[str, str, str]:
    status = Sending(one.status)
    reason = one.reason if status in LEFT_OUT | ENDS or one.reason else ""
    return str(status.label), SENDING_TONES.get(status, ""), reason


def _of_news(one: Delivery) -> Planned:
    state, tone, reason = _sent(one)
    words = [str(Channel(one.channel).label), reason]
    return Planned(
        at=one.planned_at,
        when=zones.moment(one.planned_at, one.zone),
        title=str(Occasion(one.occasion).label),
        detail=" · ".join(filter(None, words)),
        state=state,
        tone=tone,
    )


def of_visit(attendees: Collection[int], *, now: datetime) -> Iterator[Planned]:
    """All reminders of some patients of one visit, for its page."""
    rows = Reminder.objects.filter(attendee__in=attendees)
    yield from lines_of(list(reminders_due.in_order(rows)), now=now)
