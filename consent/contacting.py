"""May this be sent there now? The one answer for every channel and every purpose.

What the purpose obeys is said in consent.purposes; everything is read anew from the
database, also for many at once. Where several things forbid it, the reason names the
one that lasts longest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consent import addresses, grounds, opt_outs
from consent.grounds import Grounds
from consent.purposes import Obeys, Rule, rule_of
from consent.states import Channel, Decision
from practice import reaching, zones
from practice.models import Caregiver, Patient
from practice.reaching import How
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consent.opt_outs import Standing
    from practice.contacts import Address
    from practice.models import ContactPoint

HOW: Mapping[Channel, How] = {
    Channel.TEXT: How.TEXT,
    Channel.CALL: How.CALL,
    Channel.MAIL: How.WRITE,
}
Clock: TypeAlias = tuple[time, time]  # of a wall clock; over midnight where it ends so
DAYS_AHEAD = 3  # in which every safe hour comes round, also when the clocks change


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants to send: to whom, where, how and what for.

    To family it is `about` a patient. Nobody is the `person` where a number is on no
    chart, and for staff.
    """

    person: Patient | Caregiver | None
    address: str
    channel: str
    purpose: str
    about: Patient | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes; or no, why not, and when it will be yes, if only time is in the way.

    `safe` are the hours, by the patient's own clock, in all of which the address is
    safe for this purpose; empty is always.
    """

    is_allowed: bool
    reason: str = ""
    until: datetime | None = None
    safe: tuple[Clock, ...] = ()


YES = Answer(is_allowed=True)


def may_contact(
    person: Patient | Caregiver | None,
    address: str,
    channel: str,
    purpose: str,
    *,
    now: datetime,
    about: Patient | None = None,
) -> Answer:
    """Whether something may go to a person's address now, with the reason if not."""
    [answer] = may_contact_many(
        [Ask(person, address, channel, purpose, about)], now=now
    )
    return answer


def may_contact_many(asks: Sequence[Ask], *, now: datetime) -> Sequence[Answer]:
    """The same for many, in their order; the number of queries stays the same."""
    sharers = grounds.sharers(
        {addresses.normal(ask.address) for ask in asks if ask.person is None}
    )
    people = [one for ask in asks for one in (ask.person, ask.about) if one is not None]
    people += [chart for charts in sharers.values() for chart in charts]
    ground = grounds.of(
        people, [addresses.normal(one.address) for one in asks], now=now
    )
    return [
        _answer(ask, sharers.get(addresses.normal(ask.address), ()), ground, now=now)
        for ask in asks
    ]


def why_stopped(address: str, channel: str, purpose: str) -> str:
    """Which stop forbids it at this moment, as a sentence; one query, for each send."""
    rule, where = rule_of(purpose), addresses.normal(address)
    if Obeys.OPT_OUT not in rule.obeys:
        return ""
    return _stopped(where, channel, rule, opt_outs.standing([where]))


def _answer(
    ask: Ask, sharers: Sequence[Patient], ground: Grounds, *, now: datetime
) -> Answer:
    """Where nobody knows who is there, everybody who may be has to allow it."""
    rule = rule_of(ask.purpose)
    if rule.is_to_staff:
        return YES
    if ask.person is None and Obeys.CONSENT in rule.obeys:
        return Answer(is_allowed=False, reason=_("Nobody knows whose number this is."))
    asks = [ask]
    if ask.person is None:
        asks += [replace(ask, person=chart) for chart in sharers]
    refusals = chain.from_iterable(_refusals(one, rule, ground, now) for one in asks)
    safe = tuple(sorted({pair for one in asks for pair in _safe(one, rule, ground)}))
    return replace(next(refusals, YES), safe=safe)


def _refusals(ask: Ask, rule: Rule, ground: Grounds, now: datetime) -> Iterator[Answer]:
    """All that is in the way, what lasts longest first."""
    where = addresses.normal(ask.address)
    if Obeys.OPT_OUT in rule.obeys:
        yield from _no(_stopped(where, ask.channel, rule, ground.stops))
    if ask.person is None:
        return
    chart = ground.head_of(ask.about or ask.person)
    if chart is None:
        yield from _no(_("This chart is not there any more."))
        return
    owner = ask.person if isinstance(ask.person, Caregiver) else chart
    if isinstance(owner, Caregiver):
        yield from _no(_not_family(chart, owner, ground))
    yield from _no(_known_to_barred(chart, where, ground))
    address, points = ground.contact(owner, where)
    yield from _of_contact(ask, rule, owner, address, points, ground)
    if Obeys.STATE in rule.obeys:
        yield from _of_state(chart, ground)
    if Obeys.SAFE_CONTACT in rule.obeys and address is not None:
        yield from _hours(address, ground.zones[chart.pk], now)


def _of_contact(
    ask: Ask,
    rule: Rule,
    owner: Patient | Caregiver,
    address: Address | None,
    points: Sequence[ContactPoint],
    ground: Grounds,
) -> Iterator[Answer]:
    """What is said of the number itself, and whether its patient agreed."""
    if Obeys.SAFE_CONTACT in rule.obeys:
        yield from _no(_refused_there(owner, address, HOW[Channel(ask.channel)]))
    if Obeys.CONSENT in rule.obeys and isinstance(owner, Patient):
        yield from _no(_not_agreed(points, ask.channel, ground))


def _no(reason: str) -> Iterator[Answer]:
    if reason:
        yield Answer(is_allowed=False, reason=reason)


def _stopped(where: str, channel: str, rule: Rule, stops: Standing) -> str:
    """Who stops texts does not want machines to ring instead."""
    binding = [Channel(channel)]
    if channel == Channel.CALL and not rule.is_by_person:
        binding.append(Channel.TEXT)
    for one in binding:
        if stop := stops.get((where, one)):
            return opt_outs.words_of(stop)
    return ""


def _not_family(chart: Patient, person: Caregiver, ground: Grounds) -> str:
    if (chart.pk, person.pk) in ground.barred:
        return _("They must not be told anything.")
    if (chart.pk, person.pk) not in ground.told:
        return _("They have no right to be told about this patient, or not any more.")
    return ""


def _known_to_barred(chart: Patient, where: str, ground: Grounds) -> str:
    if where in ground.barred_addresses.get(chart.pk, ()):
        return _("Somebody who must not be told anything has this number or address.")
    return ""


def _of_state(chart: Patient, ground: Grounds) -> Iterator[Answer]:
    is_watched = chart.pk in ground.watched
    if reason := reaching.nothing_automatic(chart, is_watched=is_watched):
        day = chart.paused_until if chart.state == PatientState.PAUSED else None
        until = zones.first_moment(day, ground.zones[chart.pk]) if day else None
        yield Answer(is_allowed=False, reason=reason, until=until)


def _refused_there(
    owner: Patient | Caregiver, address: Address | None, how: How
) -> str:
    """What is said of the address itself, at whatever hour."""
    if address is None:
        return _("This number or address is not on the chart any more.")
    if isinstance(owner, Patient):
        return reaching.asked_for(owner, address, how)
    return reaching.not_there(address, how)


def _not_agreed(points: Sequence[ContactPoint], channel: str, ground: Grounds) -> str:
    """Each chart that has the number has to have agreed, where charts were merged."""
    for point in points:
        record = ground.agreed.get(point.pk, {}).get(channel)
        if record is None:
            return _("Nobody has asked them whether they agree to this.")
        if record.decision == Decision.DECLINED:
            return _("They were asked, and said no to this.")
        if record.decision == Decision.WITHDRAWN:
            return _("They no longer agree to this.")
    return ""


def _safe(ask: Ask, rule: Rule, ground: Grounds) -> Sequence[Clock]:
    """The hours that are safe at the address for whom it is asked."""
    if ask.person is None or Obeys.SAFE_CONTACT not in rule.obeys:
        return ()
    owner = ground.head_of(ask.person) or ask.person
    address, _points = ground.contact(owner, addresses.normal(ask.address))
    return address.safe_hours if address else ()


def _hours(address: Address, zone: str, now: datetime) -> Iterator[Answer]:
    local = now.astimezone(ZoneInfo(zone))
    if not address.is_safe_at(local.time()):
        reason = _("Not a safe hour there now.")
        until = _next_safe(address, zone, now)
        yield Answer(is_allowed=False, reason=reason, until=until)


def _next_safe(address: Address, zone: str, now: datetime) -> datetime | None:
    """When the hours that are safe there come round; none where they never agree."""
    today = zones.local_day(now, zone)
    days = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    starts = sorted(
        zones.nearest_instant(day, start, zone)
        for day in days
        for start, _end in address.safe_hours
    )
    is_safe = (
        one
        for one in starts
        if one > now and address.is_safe_at(one.astimezone(ZoneInfo(zone)).time())
    )
    found = next(is_safe, None)
    return found.astimezone(UTC) if found else None
