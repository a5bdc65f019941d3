"""What other floors show: at each contact of a chart what was agreed to and stopped
(CONTACT_LINES), and what people stopped at any numbers (CONTACT_STOPS).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent import addresses, opt_outs, records
from consent.states import Channel, Decision
from practice.contact_frames import ContactLine
from practice.models import ContactKind
from practice.reaching import How

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from consent.models import ConsentRecord, OptOut
    from consent.opt_outs import Standing
    from consent.records import Agreed
    from practice.models import ContactPoint


BOUND: Mapping[Channel, Sequence[How]] = {
    Channel.TEXT: (How.TEXT,),
    Channel.CALL: (How.CALL, How.VOICEMAIL),
    Channel.MAIL: (How.WRITE,),
}


def contact_lines(points: Sequence[ContactPoint]) -> Mapping[int, ContactLine]:
    """What stands beside some contacts; two queries, or none."""
    found = [point for point in points if point.kind != ContactKind.POST]
    if not found:
        return {}
    agreed = records.agreed_at(found)
    stops = opt_outs.standing([addresses.of_point(point) for point in found])
    return {
        point.pk: ContactLine(
            detail=_detail(agreed.get(point.pk, {})),
            badges=_badges(point, stops),
            act_label=_("Asked us to stop"),
            act_url=reverse("contact_stop", args=[point.pk]),
        )
        for point in found
    }


def contact_stops(addresses: Collection[str]) -> Mapping[str, Mapping[How, str]]:
    """What binds people who call or write; only machines hear in a stop of texts one
    of calls.
    """
    found: dict[str, dict[How, str]] = defaultdict(dict)
    for (address, channel), stop in opt_outs.standing(addresses).items():
        for how in BOUND[Channel(channel)]:
            found[address][how] = opt_outs.words_of(stop)
    return found


def stops_of(point: ContactPoint, stops: Standing) -> Sequence[OptOut]:
    """The stops among some that hold at a contact, texts first."""
    where = addresses.of_point(point)
    return [stops[where, one] for one in Channel if (where, one) in stops]


def _detail(agreed: Agreed) -> str:
    """Agreed: texts, calls (2 Mar 2026, on the phone)."""
    said: dict[tuple[str, str], list[str]] = {}
    for record in agreed.values():
        said.setdefault(_how(record), []).append(record.get_subject_display())
    return " · ".join(
        f"{decision}: {', '.join(subjects).lower()} ({how})"
        for (decision, how), subjects in said.items()
    )


def _how(record: ConsentRecord) -> tuple[str, str]:
    """The decision, and on which day here, and how, it was told."""
    day = date_format(timezone.localdate(record.decided_at), "SHORT_DATE_FORMAT")
    told = f"{day}, {record.get_taken_display().lower()}"
    return str(Decision(record.decision).label), told


def _badges(point: ContactPoint, stops: Standing) -> Sequence[str]:
    words = {
        Channel.TEXT: _("stopped texts"),
        Channel.CALL: _("stopped calls"),
        Channel.MAIL: _("stopped e-mails"),
    }
    return [words[Channel(stop.channel)] for stop in stops_of(point, stops)]
