"""“May need an extra call”: what is reckoned of visits ahead, and who reads it.

Only the call list reads it, by `to_call`. It decides nothing: nobody is booked,
moved, offered a time or turned away by it. It is no part of the chart, of a print,
a letter or a feed; a patient who asks for what is kept about them gets it, since
what is inferred of a person is their data.

The clock reckons: all visits at night, and within a minute those that were booked,
moved or confirmed since. Booking itself does nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from practice.trail import keep, locked
from scheduling import risk_history
from scheduling.models import RiskRule, VisitRisk
from scheduling.risk_rule import Rule, Term, learn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from practice.trail import Actor

AT_ONCE = 500
_KEPT = ("points", "may_need_call", "reasons", "scored_at", "status", "version")
_PARTS = {
    0: gettext_lazy("in the morning"),
    1: gettext_lazy("in the afternoon"),
    2: gettext_lazy("in the evening"),
}


# Reading ----------------------------------------------------------------------------
def to_call(visit_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """Of some visits, those that may need an extra call, each with why, in words.

    One query of stored rows. Of a visit with several patients, whoever is likeliest
    to miss it.
    """
    rows = VisitRisk.objects.filter(
        may_need_call=True, attendee__appointment__in=visit_ids
    ).order_by("points", "pk")
    found = rows.values_list("attendee__appointment", "reasons")
    return {visit: words_of(reasons) for visit, reasons in found}


def words_of(reasons: Iterable[Sequence[Any]]) -> list[str]:
    """Why a visit may need a call, the weightiest reason first."""
    terms = sorted((Term(*row) for row in reasons), key=lambda term: -term.points)
    return [reason_of(term) for term in terms if term.points > 0]


def reason_of(term: Term) -> str:
    """Why points were added or taken, as staff read it."""
    more = term.points > 0
    match term.code:
        case "earlier" if term.number:
            words = ngettext(
                "missed %(n)s of the last %(of)s visit",
                "missed %(n)s of the last %(of)s visits",
                term.of,
            )
            return words % {"n": term.number, "of": term.of}
        case "earlier":
            words = ngettext("came to %(n)s visit", "came to all %(n)s visits", term.of)
            return words % {"n": term.of}
        case "new":
            return _("has not been here before")
        case "lead":
            words = ngettext(
                "booked %(n)s day ahead", "booked %(n)s days ahead", term.number
            )
            return words % {"n": term.number}
        case "when":
            words = _("%(day)s %(part)s is missed more often")
            if not more:
                words = _("%(day)s %(part)s is missed less often")
            return words % {"day": WEEKDAYS[term.number], "part": _PARTS[term.of]}
    return _("unconfirmed") if more else _("confirmed")


# Learning ---------------------------------------------------------------------------
@transaction.atomic
def learn_anew(*, by: Actor, now: datetime) -> RiskRule | None:
    """Fit the rule to what happened since; none where there is too little history.

    A rule that was learnt once stays until there is enough for another.
    """
    seen = risk_history.past(now=now)
    rule = learn([one.case for one in seen])
    if rule is None:
        return None
    known = RiskRule.objects.first()
    row = locked(known) if known else RiskRule(pk=1)
    row.fitted_at, row.numbers = now, rule.as_json()
    row.first_visit_at, row.last_visit_at = seen[0].starts_at, seen[-1].starts_at
    row.visits = len(seen)
    row.missed = sum(one.case.was_missed for one in seen)
    return keep(row, by=by, kind="risk_rule.learnt")


# Reckoning --------------------------------------------------------------------------
def reckon_all(*, now: datetime) -> int:
    """Reckon every visit ahead anew, and forget those that are over."""
    ahead = risk_history.ahead(now=now)
    VisitRisk.objects.exclude(attendee__in=ahead.values("pk")).delete()
    ids = list(ahead.order_by("appointment__starts_at").values_list("pk", flat=True))
    return sum(
        _reckon(ids[start : start + AT_ONCE], now=now)
        for start in range(0, len(ids), AT_ONCE)
    )


def reckon_changed(*, now: datetime) -> int:
    """Reckon what was booked, moved, confirmed or corrected since; some at a time."""
    stale = Q(risk=None) | ~Q(risk__status=F("status"))
    stale |= ~Q(risk__version=F("appointment__version"))
    rows = risk_history.ahead(now=now).filter(stale).order_by("-pk")
    return _reckon(list(rows.values_list("pk", flat=True)[:AT_ONCE]), now=now)


def forget(attendee_id: int) -> None:
    """It was reckoned of somebody else, or may no longer be: until the next turn."""
    VisitRisk.objects.filter(attendee=attendee_id).delete()


def _reckon(attendees: Sequence[int], *, now: datetime) -> int:
    kept = RiskRule.objects.first()
    if kept is None or not attendees:
        return 0
    rule = Rule.read(kept.numbers)
    rows = risk_history.ahead(now=now).filter(pk__in=attendees)
    found = [_row(rule, one, now=now) for one in risk_history.coming(rows, now=now)]
    left_out = set(attendees) - {one.attendee_id for one in found}
    VisitRisk.objects.filter(attendee__in=left_out).delete()
    VisitRisk.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["attendee"],
        update_fields=_KEPT,
        batch_size=100,
    )
    return len(found)


def _row(rule: Rule, one: risk_history.Coming, *, now: datetime) -> VisitRisk:
    score = rule.score(one.facts)
    has_reason = any(term.points > 0 for term in score.terms)
    return VisitRisk(
        attendee_id=one.attendee,
        points=score.points,
        may_need_call=has_reason and score.points >= rule.calls_from,
        reasons=[list(term) for term in score.terms],
        scored_at=now,
        status=one.status,
        version=one.version,
    )
