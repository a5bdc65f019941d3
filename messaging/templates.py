"""The practice's own words: somebody writes them, somebody else approves them.

Nothing is sent in words that nobody approved. Who approves is another than the
writer, unless nobody else may: then the writer does, once they have shown anew who
they are. Words that were in use once may be used again as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from consent.states import Channel
from messaging import linting, wordings
from messaging.linting import Draft, is_refused
from messaging.models import Template, TemplateState
from messaging.occasions import NEEDS, Occasion
from practice.access import Capability, roles_that_may
from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import keep, locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from messaging.linting import Finding
    from messaging.models.templates import TemplateQuerySet
    from practice.versions import Shown


class WordsRefused(NotPossible):
    """The words break a rule of carriers, of privacy or of the law."""

    field = "text"


class SubjectMissing(NotPossible):
    """An e-mail without a subject."""

    field = "subject"


class DraftThere(NotPossible):
    """Somebody has begun a draft for this already."""


class NoDraft(NotPossible):
    """These words are no draft, or none any more."""


class WrittenByThemselves(NotPossible):
    """Somebody else has to approve this."""


class NeverApproved(NotPossible):
    """Words that nobody approved are not used."""


@transaction.atomic
def draft(
    *,
    occasion: str,
    language: str,
    text: str,
    subject: str = "",
    by: StaffMember,
    now: datetime,
    seen: Shown | None = None,
) -> Template:
    """Begin own words for an occasion.

    Raises DraftThere, WordsRefused, SubjectMissing, and ChangedMeanwhile where `seen`
    is out of date.
    """
    if seen is not None:
        seen.check()
    row = Template(occasion=occasion, language=language, text=text, subject=subject)
    _check(row, now=now)
    if Template.objects.drafts().filter(occasion=occasion, language=language).exists():
        raise DraftThere(_("There is a draft for this already: change that one."))
    row.writer, row.written_at = by, now
    return keep(row, by=by, kind="template.drafted")


@transaction.atomic
def change(
    *,
    template: Template,
    text: str,
    subject: str = "",
    by: StaffMember,
    now: datetime,
    seen: Shown | None = None,
) -> Template:
    """Word a draft anew; whoever does is its writer from then on.

    Raises NoDraft, WordsRefused, SubjectMissing, and ChangedMeanwhile where `seen` is
    out of date.
    """
    template = locked(template)
    _check_is_draft(template)
    if seen is not None:
        seen.check()
    if (template.text, template.subject) == (text, subject):
        return template
    template.text, template.subject = text, subject
    _check(template, now=now)
    template.writer, template.written_at = by, now
    return keep(template, by=by, kind="template.changed")


@transaction.atomic
def approve(
    *,
    template: Template,
    by: StaffMember,
    now: datetime,
    is_alone: bool = False,
    seen: Shown | None = None,
) -> Template:
    """Use a draft from now on, instead of what was used before.

    `is_alone`: by its writer, who has just shown again who they are. Raises NoDraft,
    WrittenByThemselves, WordsRefused, and ChangedMeanwhile where `seen` is out of
    date: what is approved is what was read.
    """
    template = locked(template)
    _check_is_draft(template)
    if seen is not None:
        seen.check()
    _check_approver(template, by, is_alone=is_alone)
    _check(template, now=now)
    _make_way(template, by=by, now=now)
    template.state = TemplateState.APPROVED
    template.approved_at, template.approved_by = now, by
    template.is_approved_alone = template.writer_id == by.pk
    return keep(template, by=by, kind="template.approved")


@transaction.atomic
def retire(*, template: Template, by: StaffMember, now: datetime) -> Template:
    """Back to the usual words. Raises NeverApproved for a draft."""
    template = locked(template)
    if template.state == TemplateState.DRAFT:
        raise NeverApproved(_("This draft was never in use."))
    if template.state == TemplateState.RETIRED:
        return template
    return _retired(template, kind="template.retired", by=by, now=now)


@transaction.atomic
def use_again(*, template: Template, by: StaffMember, now: datetime) -> Template:
    """Use words that were approved once, instead of what is used now.

    Raises NeverApproved, and WordsRefused where a newer rule forbids them.
    """
    template = locked(template)
    if template.approved_at is None:
        raise NeverApproved(_("Nobody has approved these words yet."))
    if template.state == TemplateState.APPROVED:
        return template
    _check(template, now=now)
    _make_way(template, by=by, now=now)
    template.state, template.retired_at = TemplateState.APPROVED, None
    return keep(template, by=by, kind="template.used_again")


@transaction.atomic
def throw_away(*, template: Template, by: StaffMember, now: datetime) -> Template:
    """Give a draft up. Raises NoDraft."""
    template = locked(template)
    _check_is_draft(template)
    return _retired(template, kind="template.dropped", by=by, now=now)


@transaction.atomic
def take_up_again(*, template: Template, by: StaffMember) -> Template:
    """Take back that a draft was given up. Raises DraftThere, NoDraft."""
    template = locked(template)
    if template.state == TemplateState.DRAFT:
        return template
    if template.approved_at is not None:
        raise NoDraft(_("These words were in use: no draft is made of them."))
    if _same(template).drafts().exists():
        raise DraftThere(_("There is another draft by now."))
    template.state, template.retired_at = TemplateState.DRAFT, None
    return keep(template, by=by, kind="template.taken_up")


# Who approves ----------------------------------------------------------------
def why_not_approved_by(template: Template, staff: StaffMember) -> str:
    """Why somebody may not approve a draft, as a sentence; empty if they may."""
    if template.writer_id != staff.pk or is_left_alone(staff):
        return ""
    return _("You wrote this: somebody else has to approve it.")


def is_left_alone(staff: StaffMember) -> bool:
    """Whether nobody else may approve what somebody writes."""
    others = StaffMember.objects.holding(*roles_that_may(Capability.MANAGE_SETTINGS))
    return not others.exclude(pk=staff.pk).exists()


def findings(template: Template, *, now: datetime) -> Sequence[Finding]:
    """What is wrong with the words, with the practice's name and numbers in them."""
    written = Draft(
        template.text, template.purpose, template.language, template.subject
    )
    return linting.lint(written, wordings.load(now=now).given(template.language))


def _check_approver(template: Template, by: StaffMember, *, is_alone: bool) -> None:
    if why_not := why_not_approved_by(template, by):
        raise WrittenByThemselves(why_not)
    if template.writer_id == by.pk and not is_alone:
        raise WrittenByThemselves(_("You wrote this: show once more who you are."))


def _check(template: Template, *, now: datetime) -> None:
    """Raise SubjectMissing or WordsRefused."""
    is_mail = NEEDS[Occasion(template.occasion)].channel is Channel.MAIL
    if is_mail and not template.subject.strip():
        raise SubjectMissing(_("An e-mail needs a subject."))
    refused = [one.words for one in findings(template, now=now) if is_refused(one)]
    if refused:
        raise WordsRefused(" ".join(dict.fromkeys(refused)))


# Rows of one occasion and language -------------------------------------------
def _check_is_draft(template: Template) -> None:
    if template.state != TemplateState.DRAFT:
        raise NoDraft(_("This is no draft any more: somebody was quicker."))


def _make_way(template: Template, *, by: StaffMember, now: datetime) -> None:
    """What is used until now is used no longer."""
    for former in _same(template).in_use():
        if locked(former).state == TemplateState.APPROVED:
            _retired(former, kind="template.replaced", by=by, now=now)


def _same(template: Template) -> TemplateQuerySet:
    """All rows of the same occasion and language."""
    return Template.objects.filter(
        occasion=template.occasion, language=template.language
    )


def _retired(
    template: Template, *, kind: str, by: StaffMember, now: datetime
) -> Template:
    template = locked(template)
    template.state, template.retired_at = TemplateState.RETIRED, now
    return keep(template, by=by, kind=kind)
