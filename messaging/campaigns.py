"""Group messages: written, looked at, approved, sent in steps, stopped at any moment.

Whoever writes one freezes its list: from then on words and list stay as they were
looked at. Above a size somebody else approves it; where nobody else may, whoever asked
does, a day later and once they have shown anew who they are. A first batch goes alone
until somebody goes on. What was begun is paused, resumed or stopped at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from messaging import (
    audiences,
    campaign_calls,
    campaign_lists,
    campaign_words,
    first_texts,
    outbox,
    wordings,
)
from messaging.campaign_states import CampaignState, check_move
from messaging.models import (
    Campaign,
    CampaignKind,
    CampaignRecipient,
    Delivery,
)
from messaging.states import MAY_HAVE_LEFT, Status
from practice.access import Capability, roles_that_may
from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import keep, locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.trail import Actor
    from practice.versions import Shown

ALONE_AFTER = timedelta(hours=24)
GOOD_FOR = timedelta(days=7)  # a list that was drawn
STILL_HERE = (Status.DUE, Status.SENDING)
NAMES = ("title", "text_en", "text_es", "filters", "charts", "event")


class WordsRefused(NotPossible):
    """The words break a rule of carriers, of privacy or of the law."""

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


class WordsMissing(NotPossible):
    """Own words in one language only."""

    field = "text_es"


class NotADraft(NotPossible):
    """What was looked at is not changed unseen."""


class AskedThemselves(NotPossible):
    """Somebody else has to approve this."""


class TooSoonAlone(NotPossible):
    """A day has to pass before somebody approves what they asked for themselves."""


class BatchOpen(NotPossible):
    """The first batch has not left yet."""


class ListTooOld(NotPossible):
    """Other people fit by now."""


# Writing ---------------------------------------------------------------------
@transaction.atomic
def draft(
    *, kind: str = CampaignKind.GROUP, by: StaffMember, now: datetime, **details: Any
) -> Campaign:
    """Begin one: title, text_en, text_es, filters, charts, event.

    Raises WordsRefused, WordsMissing.
    """
    row = Campaign(kind=kind, writer=by, written_at=now, **details)
    _check_words(row, now=now)
    return keep(row, by=by, kind="campaign.drafted")


@transaction.atomic
def change(
    *,
    campaign: Campaign,
    by: StaffMember,
    now: datetime,
    seen: Shown | None = None,
    **details: Any,
) -> Campaign:
    """Change a draft.

    Raises NotADraft, WordsRefused, WordsMissing, ChangedMeanwhile.
    """
    campaign = locked(campaign)
    _check_is_draft(campaign)
    if seen is not None:
        seen.check()
    for name in NAMES:
        if name in details:
            setattr(campaign, name, details[name])
    campaign.writer, campaign.written_at = by, now
    _check_words(campaign, now=now)
    return keep(campaign, by=by, kind="campaign.changed")


@transaction.atomic
def freeze(*, campaign: Campaign, by: StaffMember, now: datetime) -> Campaign:
    """Fix the list and the words, to be looked at before anything goes.

    Raises NotADraft, NobodyChosen, TooMany, WordsRefused.
    """
    campaign = locked(campaign)
    _check_is_draft(campaign)
    _check_words(campaign, now=now)
    campaign_words.keep_shown(campaign, wordings.load(now=now))
    if campaign.kind == CampaignKind.GROUP:
        chosen = audiences.charts(campaign.filters, campaign.charts, staff=by, now=now)
        asked = campaign_lists.of_charts(chosen)
        add_lines(campaign, campaign_lists.drawn(campaign, asked, now=now))
        if not campaign.reached:
            raise audiences.NobodyChosen(_nobody(campaign))
    is_large = campaign.texts > settings.CAMPAIGN_APPROVAL_ABOVE
    campaign.needs_approval = is_large or campaign.kind == CampaignKind.STANDING
    batch = settings.CAMPAIGN_FIRST_BATCH
    is_tried = campaign.kind == CampaignKind.GROUP and campaign.reached > batch
    campaign.trial = batch if is_tried else 0
    campaign.frozen_at, campaign.frozen_by = now, by
    waits = campaign.needs_approval
    _to(campaign, CampaignState.WAITING if waits else CampaignState.READY)
    return keep(campaign, by=by, kind="campaign.frozen")


@transaction.atomic
def thaw(*, campaign: Campaign, by: StaffMember) -> Campaign:
    """Back to a draft, before anything went: list and approval are gone."""
    campaign = locked(campaign)
    _to(campaign, CampaignState.DRAFT)
    campaign.frozen_at = campaign.frozen_by = None
    campaign.approved_at = campaign.approved_by = None
    campaign.is_approved_alone = campaign.needs_approval = False
    campaign.reached = campaign.skipped = campaign.segments = campaign.trial = 0
    campaign.texts = campaign.first_segments = 0
    campaign.kept_en = campaign.kept_es = ""
    keep(campaign, by=by, kind="campaign.thawed")
    CampaignRecipient.objects.filter(campaign=campaign).delete()
    return campaign


# Approving -------------------------------------------------------------------
@transaction.atomic
def approve(
    *,
    campaign: Campaign,
    by: StaffMember,
    now: datetime,
    is_alone: bool = False,
    seen: Shown | None = None,
) -> Campaign:
    """Let it be sent. `is_alone`: by whose own it is, who has just shown who they are.

    Raises IllegalMove, AskedThemselves, TooSoonAlone, ChangedMeanwhile.
    """
    campaign = locked(campaign)
    check_move(campaign.state, CampaignState.READY)
    if seen is not None:
        seen.check()
    if is_own(campaign, by):
        _check_alone(campaign, by, is_alone=is_alone, now=now)
    campaign.approved_at, campaign.approved_by = now, by
    campaign.is_approved_alone = is_own(campaign, by)
    _to(campaign, CampaignState.READY)
    return keep(campaign, by=by, kind="campaign.approved")


def why_not_approved_by(
    campaign: Campaign, staff: StaffMember, *, now: datetime
) -> str:
    """Why somebody may not approve it, as a sentence; empty if they may."""
    if not is_own(campaign, staff):
        return ""
    if not is_left_alone(staff):
        return _("You wrote or asked for this: somebody else has to approve it.")
    if now < (campaign.frozen_at or now) + ALONE_AFTER:
        return _("Nobody else may approve it, so you may: 24 hours after you asked.")
    return ""


def is_own(campaign: Campaign, staff: StaffMember) -> bool:
    """Whether somebody wrote it or asked for it: another one reads it as a stranger."""
    return staff.pk in (campaign.writer_id, campaign.frozen_by_id)


def is_left_alone(staff: StaffMember) -> bool:
    """Whether nobody else may approve what somebody asks for."""
    others = StaffMember.objects.holding(*roles_that_may(Capability.SEND_CAMPAIGNS))
    return not others.exclude(pk=staff.pk).exists()


# Sending ---------------------------------------------------------------------
@transaction.atomic
def start(*, campaign: Campaign, by: StaffMember, now: datetime) -> Campaign:
    """Let it go: the first batch, or all of it. Raises IllegalMove, ListTooOld."""
    campaign = locked(campaign)
    _check_is_new(campaign, now=now)
    first = CampaignState.TRIAL if campaign.trial else CampaignState.RUNNING
    _to(campaign, first)
    campaign.started_at, campaign.started_by = now, by
    return keep(campaign, by=by, kind="campaign.started")


@transaction.atomic
def go_on(*, campaign: Campaign, by: Actor, now: datetime) -> Campaign:
    """The first batch is fine: the rest goes. Raises IllegalMove, BatchOpen."""
    campaign = locked(campaign)
    check_move(campaign.state, CampaignState.RUNNING)
    if campaign.state != CampaignState.TRIAL:
        check_move(CampaignState.DONE, CampaignState.RUNNING)
    if is_batch_open(campaign):
        raise BatchOpen(_("The first batch is still on its way: look again shortly."))
    _to(campaign, CampaignState.RUNNING)
    campaign.went_on_at = now
    return keep(campaign, by=by, kind="campaign.went_on")


def is_batch_open(campaign: Campaign) -> bool:
    """Whether some of the first batch have not left: nobody has seen how it went."""
    still_here = deliveries(campaign).filter(status__in=STILL_HERE)
    return waiting(campaign).exists() or still_here.exists()


@transaction.atomic
def pause(*, campaign: Campaign, by: Actor, now: datetime) -> Campaign:
    """Nothing more goes until somebody resumes. Raises IllegalMove."""
    campaign = locked(campaign)
    _to(campaign, CampaignState.PAUSED)
    keep(campaign, by=by, kind="campaign.paused")
    _withdraw(campaign, _("The group message is paused."), by=by, now=now)
    return campaign


@transaction.atomic
def resume(*, campaign: Campaign, by: Actor) -> Campaign:
    """What was held back goes, as far as it is still right. Raises IllegalMove."""
    campaign = locked(campaign)
    is_tried = campaign.trial and campaign.went_on_at is None
    check_move(campaign.state, CampaignState.RUNNING)
    if campaign.state != CampaignState.PAUSED:
        check_move(campaign.state, campaign.state)
    _to(campaign, CampaignState.TRIAL if is_tried else CampaignState.RUNNING)
    keep(campaign, by=by, kind="campaign.resumed")
    held = campaign.recipients.filter(sent__delivery__status=Status.WITHDRAWN)
    ids = list(held.values_list("pk", flat=True))
    CampaignRecipient.objects.filter(pk__in=ids).update(handed_at=None)
    return campaign


@transaction.atomic
def stop(*, campaign: Campaign, by: Actor, now: datetime) -> Campaign:
    """Nothing more goes, for good; of a draft, it is given up. Raises IllegalMove.

    A place that was closed opens again where nobody was told of it yet.
    """
    campaign = locked(campaign)
    had_begun = campaign.started_at is not None
    _to(campaign, CampaignState.STOPPED)
    campaign.ended_at = now
    keep(campaign, by=by, kind="campaign.stopped" if had_begun else "campaign.dropped")
    _withdraw(campaign, stopped_words(), by=by, now=now)
    if campaign.kind == CampaignKind.CLOSURE:
        _undo(campaign, by=by)
    return campaign


def _undo(campaign: Campaign, *, by: Actor) -> None:
    sent = dict(deliveries(campaign).values_list("pk", "status"))
    if not MAY_HAVE_LEFT & set(sent.values()):
        campaign_calls.take_back(campaign, sent.keys(), by=by)


def stopped_words() -> str:
    return _("The group message was stopped.")


# The list --------------------------------------------------------------------
def add_lines(campaign: Campaign, rows: Sequence[CampaignRecipient]) -> None:
    """Put lines on the list of a campaign that its caller locked, and count them."""
    CampaignRecipient.objects.bulk_create(rows, batch_size=500)
    count = campaign_lists.counted(rows)
    campaign.reached = count.reached
    campaign.skipped = count.skipped
    campaign.segments = count.segments


def waiting(campaign: Campaign) -> QuerySet[CampaignRecipient]:
    """Who is next: of a first batch, those in it."""
    rows = campaign.recipients.filter(handed_at=None, why_not="").order_by("turn")
    if campaign.state != CampaignState.TRIAL:
        return rows
    reached = campaign.recipients.filter(why_not="").order_by("turn")
    first = list(reached.values_list("turn", flat=True)[: campaign.trial])
    return rows.filter(turn__lte=first[-1] if first else 0)


def deliveries(campaign: Campaign) -> QuerySet[Delivery]:
    """All that went out for it, and what tried again what did not arrive."""
    own = Q(campaign_line__recipient__campaign=campaign)
    return Delivery.objects.filter(
        own | Q(replaces__campaign_line__recipient__campaign=campaign)
    )


def _withdraw(campaign: Campaign, reason: str, *, by: Actor, now: datetime) -> None:
    ids = list(deliveries(campaign).values_list("pk", flat=True))
    ids += [one.pk for one in first_texts.of_campaign(campaign.pk)]
    outbox.withdraw(Delivery.objects.filter(pk__in=ids), reason=reason, by=by, now=now)


def _to(campaign: Campaign, state: CampaignState) -> None:
    check_move(campaign.state, state)
    campaign.state = state


def _nobody(campaign: Campaign) -> str:
    reasons = campaign.recipients.values_list("why_not", flat=True)[:1]
    words = _("Nobody on this list can be texted. The first one: %(why)s")
    return words % {"why": next(iter(reasons), "")}


# What is checked -------------------------------------------------------------
def _check_is_draft(campaign: Campaign) -> None:
    if not campaign.is_draft:
        words = _("This is no draft any more: somebody was quicker. Look at it anew.")
        raise NotADraft(words)


def _check_words(campaign: Campaign, *, now: datetime) -> None:
    """Raise WordsMissing or WordsRefused."""
    own = {one: campaign_words.own(campaign, one) for one in ("en", "es")}
    if any(own.values()) and not all(own.values()):
        words = _("Own words are needed in both languages, or in none.")
        raise WordsMissing(words)
    loaded = wordings.load(now=now) if any(own.values()) else None
    for language, text in own.items():
        if loaded and text:
            found = campaign_words.refused(campaign.kind, text, language, loaded)
            if found:
                raise WordsRefused(" ".join(found), f"text_{language}")


def _check_is_new(campaign: Campaign, *, now: datetime) -> None:
    """Raise ListTooOld; what answers each time has no list yet."""
    if campaign.state != CampaignState.READY or campaign.kind != CampaignKind.GROUP:
        return
    if campaign.frozen_at and campaign.frozen_at + GOOD_FOR < now:
        words = _("This list is older than 7 days: back to a draft, and draw it anew.")
        raise ListTooOld(words)


def _check_alone(
    campaign: Campaign, by: StaffMember, *, is_alone: bool, now: datetime
) -> None:
    why_not = why_not_approved_by(campaign, by, now=now)
    if why_not and is_left_alone(by):
        raise TooSoonAlone(why_not)
    if why_not:
        raise AskedThemselves(why_not)
    if not is_alone:
        raise AskedThemselves(_("You asked for this: show once more who you are."))
