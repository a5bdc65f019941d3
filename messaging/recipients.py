"""Who gets a message about a patient: at which address, how, in which language.

Who hears at all is said in messaging.circles. Of each of them it is one address: of
the channel that the patient prefers, the one that is used first; then the next that
may be used. An hour that is not safe there is no reason against an address, since the
outbox waits for one that is. What forbids it at the moment of sending is read anew by
the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.contacting import HOW, Ask, may_contact_many
from consent.purposes import Obeys, rule_of
from consent.states import Channel
from messaging import channels, circles, variables
from practice.models import ContactKind, PreferredChannel
from practice.reaching import How
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from consent.contacting import Answer
    from messaging.circles import Circle, Party
    from practice.contacts import Address
    from practice.models import Caregiver, Patient

# What comes next where the channel that somebody prefers is of no use: a machine that
# rings comes last. Letters are written by people.
ORDER = (Channel.TEXT, Channel.MAIL, Channel.CALL)
PREFERRED = {
    PreferredChannel.TEXT: Channel.TEXT,
    PreferredChannel.CALL: Channel.CALL,
    PreferredChannel.EMAIL: Channel.MAIL,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person at one address; `caregiver` is empty for the patient."""

    patient: Patient  # the chart that stands
    caregiver: Caregiver | None
    address: str  # E.164, or an e-mail address in lower case
    channel: Channel
    language: str
    zone: str  # of the patient, by which hours are quiet
    greeting: str  # empty unless somebody asked to be called by a name there
    may_name_practice: bool = False  # whoever reads along may know where they go
    may_join: bool = False  # in one text with others there, at whatever hour


@dataclass(frozen=True, slots=True)
class Reached:
    """Those who are reached about one patient; a sentence where nobody is."""

    recipients: Sequence[Recipient] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """One address of one person by one channel, and the questions it depends on."""

    turn: int  # of the person
    party: Party
    address: Address
    channel: Channel
    asks: Sequence[Ask]


def of(
    patients: Sequence[Patient],
    *,
    channel: Channel | None,
    purpose: str,
    now: datetime,
) -> Mapping[int, Reached]:
    """Who gets a message of a purpose about each of some patients, by the id asked for.

    Without a channel it is the one they prefer, or the next that may be used and that
    is set up. The number of queries is the same for any number of patients.
    """
    if channel and (why_none := channels.why_none(channel)):
        return {one.pk: Reached(why_not=why_none) for one in patients}
    around = circles.around(patients, now=now)
    by_chart = {one.patient.pk: one for one in around.values()}
    ways = {pk: list(_ways(one, channel, purpose)) for pk, one in by_chart.items()}
    asks = [ask for some in ways.values() for way in some for ask in way.asks]
    answers = dict(zip(asks, may_contact_many(asks, now=now), strict=True))
    found = {
        pk: _reached(one, ways[pk], answers, channel) for pk, one in by_chart.items()
    }
    gone = Reached(why_not=_("This chart is not there any more."))
    heads = {pk: found[one.patient.pk] for pk, one in around.items()}
    return {one.pk: heads.get(one.pk, gone) for one in patients}


# Every way to reach somebody, the best first ---------------------------------
def _ways(circle: Circle, channel: Channel | None, purpose: str) -> Iterator[_Way]:
    for turn, party in enumerate(circle.parties):
        for one in [channel] if channel else _channels(circle.patient):
            for address in party.addresses:
                if address.kind == _kind(one):
                    asks = list(_asks(party, address, one, purpose))
                    yield _Way(turn, party, address, one, asks)


def _channels(patient: Patient) -> Sequence[Channel]:
    first = PREFERRED.get(PreferredChannel(patient.preferred_channel))
    there = [one for one in ORDER if not channels.why_none(one)]
    return sorted(there, key=lambda one: one is not first)


def _kind(channel: Channel) -> str:
    return ContactKind.EMAIL if HOW[channel] is How.WRITE else ContactKind.PHONE


def _asks(
    party: Party, address: Address, channel: Channel, purpose: str
) -> Iterator[Ask]:
    """Of family, also whether the chart allows what stands on it itself."""
    patient, caregiver = party.patient, party.caregiver
    if caregiver is None or (address.kind, address.value) in party.of_chart:
        yield Ask(patient, address.value, channel, purpose)
    if caregiver is not None:
        yield Ask(caregiver, address.value, channel, purpose, patient)


# Which of them it is ---------------------------------------------------------
def _reached(
    circle: Circle,
    ways: Sequence[_Way],
    answers: Mapping[Ask, Answer],
    channel: Channel | None,
) -> Reached:
    best: dict[int, _Way] = {}
    refusals = []
    for way in ways:
        refused = [answers[ask] for ask in way.asks if not _may(ask, answers[ask])]
        refusals += refused
        if not refused:
            best.setdefault(way.turn, way)
    if best:
        chosen = (_recipient(circle, way) for way in best.values())
        return Reached(_once(chosen))
    why_not = refusals[0].reason if refusals else _no_address(channel)
    return Reached(why_not=why_not)


def _may(ask: Ask, answer: Answer) -> bool:
    """Yes; or not at this hour. A pause has an end too, but is a reason."""
    chart = ask.about or ask.person
    is_paused = getattr(chart, "state", "") == PatientState.PAUSED
    binds = is_paused and Obeys.STATE in rule_of(ask.purpose).obeys
    return answer.is_allowed or (answer.until is not None and not binds)


def _no_address(channel: Channel | None) -> str:
    return {
        None: _("No number or e-mail address is known."),
        Channel.TEXT: _("No number is known that could be texted."),
        Channel.CALL: _("No number is known that could be called."),
        Channel.MAIL: _("No e-mail address is known."),
    }[channel]


def _recipient(circle: Circle, way: _Way) -> Recipient:
    language = _language(way)
    return Recipient(
        patient=circle.patient,
        caregiver=way.party.caregiver,
        address=way.address.value,
        channel=way.channel,
        language=language,
        zone=circle.zone,
        greeting=variables.greeting(way.address.name_used, language=language),
        may_name_practice=way.address.may_name_practice,
        may_join=way.address.may_join_texts and not way.address.safe_hours,
    )


def _language(way: _Way) -> str:
    """What they read, or for a call speak; English where nothing is written in it."""
    if way.party.caregiver is not None:
        wanted = way.party.caregiver.language
    elif way.channel is Channel.CALL:
        wanted = way.party.patient.spoken_language
    else:
        wanted = way.party.patient.written_language
    return wanted if wanted in variables.LANGUAGES else variables.LANGUAGES[0]


def _once(recipients: Iterator[Recipient]) -> Sequence[Recipient]:
    """Each address once: two parents with one phone get one message.

    It calls nobody by name then, unless both asked for the same.
    """
    found: dict[tuple[str, str], Recipient] = {}
    for one in recipients:
        key = one.channel, one.address
        before = found.setdefault(key, one)
        found[key] = replace(
            before,
            greeting=before.greeting if before.greeting == one.greeting else "",
            may_name_practice=before.may_name_practice and one.may_name_practice,
            may_join=before.may_join and one.may_join,
        )
    return list(found.values())
