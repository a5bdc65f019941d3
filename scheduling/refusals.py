"""What stands in the way of a visit, as sentences: one wording wherever it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice.zones import moment

if TYPE_CHECKING:
    from datetime import datetime

    from scheduling.booking import Plan
    from scheduling.models import Appointment


def taken_words(plan: Plan) -> str:
    return _("%(who)s has another visit at %(time)s.") % _words(plan)


def away_words(plan: Plan) -> str:
    return _("%(who)s is away at %(time)s.") % _words(plan)


def busy_words(plan: Plan) -> str:
    words = _("%(who)s is busy elsewhere at %(time)s, says their own calendar.")
    return words % _words(plan)


def hours_words(plan: Plan) -> str:
    return _("%(who)s has no free hours at %(place)s at %(time)s.") % _words(plan)


def room_words(plan: Plan) -> str:
    return _("No room is free at %(place)s at %(time)s.") % _words(plan)


def elsewhere_words(plan: Plan | Appointment, name: str, at: datetime) -> str:
    words = {"name": name, "time": moment(at, plan.location.time_zone)}
    return _("%(name)s already has a visit then: %(time)s.") % words


def _words(plan: Plan) -> dict[str, object]:
    time = moment(plan.starts_at, plan.location.time_zone)
    return {"who": plan.clinician, "place": plan.location, "time": time}
