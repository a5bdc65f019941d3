"""What stands in the way of a visit, as sentences: one wording wherever it is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice.zones import moment

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Patient
    from scheduling.booking import Plan
    from scheduling.models import Appointment

HOUR = timedelta(hours=1)


def not_in_care_words(patient: Patient) -> str:
    words = {"name": patient.display_name, "state": patient.get_state_display()}
    return _("%(name)s is “%(state)s”: nobody books for them.") % words


def taken_words(plan: Plan) -> str:
    return _("%(who)s has another visit that overlaps: %(time)s is not free.") % _words(
        plan
    )


def pair_words(plan: Plan) -> str:
    words = _("Two visits of %(who)s are at %(time)s already: a third is one too many.")
    return words % _words(plan)


def notice_words(plan: Plan) -> str:
    """How much notice the type asks for."""
    hours = -(-plan.type.minimum_notice // HOUR)
    words = ngettext(
        "Too soon: “%(type)s” is booked %(n)s hour ahead, or earlier.",
        "Too soon: “%(type)s” is booked %(n)s hours ahead, or earlier.",
        hours,
    )
    return words % {"type": plan.type, "n": hours}


def past_words(plan: Plan) -> str:
    return _("%(time)s is over: move the visit to a time to come.") % _words(plan)


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
