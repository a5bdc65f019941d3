"""What the pages of wordings show: which words are in use, drafted, or were used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.linting import Draft
from messaging.models import Template, TemplateState
from messaging.models.templates import TemplateLanguage
from messaging.occasions import NEEDS, Occasion
from messaging.word_changes import between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

    from consent.states import Channel
    from messaging.word_changes import Piece
    from messaging.wordings import Wordings

EARLIER = 20  # earlier words that a page shows
GROUPS: Sequence[tuple[StrOrPromise, Sequence[Occasion]]] = [
    (
        _("Before and after a visit"),
        (
            *(Occasion.BOOKED, Occasion.WEEK_BEFORE, Occasion.TWO_DAYS),
            *(Occasion.SAME_DAY, Occasion.TWO_DAYS_JOINT, Occasion.SAME_DAY_JOINT),
            *(Occasion.MISSED, Occasion.AFTER_VISIT),
        ),
    ),
    (
        _("When something changes"),
        (
            *(Occasion.MOVED, Occasion.CHANGED, Occasion.CALLED_OFF),
            *(Occasion.CALLED_OFF_MAIL, Occasion.STANDS_AGAIN),
            *(Occasion.BEGINS_LATER, Occasion.CLOSED),
        ),
    ),
    (
        _("Answers, and on the day"),
        (
            *(Occasion.CONFIRMED, Occasion.CONFIRMED_JOINT, Occasion.CANCEL_ASKED),
            *(
                Occasion.CHOOSE_TIME,
                Occasion.WHICH_VISIT,
                Occasion.HERE,
                Occasion.COME_IN,
            ),
            *(Occasion.A_MOMENT_MORE, Occasion.MISSED_CALL, Occasion.NIGHT),
        ),
    ),
    (
        _("The first text, stop and start"),
        (
            Occasion.FIRST_TEXT,
            Occasion.OPTED_OUT,
            Occasion.VISITS_ONLY,
            Occasion.OPTED_IN,
            Occasion.HELP,
        ),
    ),
    (_("Group messages"), (Occasion.RECALL, Occasion.INSTRUCTIONS)),
    (
        _("Calls"),
        (
            *(Occasion.CALL_OPENING, Occasion.CALL_VISIT, Occasion.CALL_CONFIRMED),
            *(Occasion.CALL_HANDED_ON, Occasion.CALL_OPTED_OUT),
            *(Occasion.CALL_GOODBYE, Occasion.VOICEMAIL),
        ),
    ),
    (
        _("Who calls us"),
        (
            *(Occasion.CALL_MENU, Occasion.CALL_MENU_DESK, Occasion.CALL_PIN),
            *(Occasion.CALL_NEXT, Occasion.CALL_NOTHING),
            *(Occasion.CALL_RECORD, Occasion.CALL_THANKS),
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One occasion in one language."""

    language: TemplateLanguage
    is_own: bool
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One occasion, in all languages."""

    occasion: Occasion
    channel: Channel
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Group:
    title: StrOrPromise
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Page:
    """One occasion in one language: what is used, what waits, what was used."""

    occasion: Occasion
    language: TemplateLanguage
    own: Template | None  # in use
    draft: Template | None
    earlier: Sequence[Template]

    def words(self, loaded: Wordings) -> Draft:
        """What is said now, in the practice's own words or those of the house."""
        if self.own is not None:
            return written(self.own)
        usual = loaded.usual(self.occasion, self.language)
        return Draft(usual.text, self.occasion, self.language, usual.subject)


def overview() -> Sequence[Group]:
    """All occasions with what is in use; one query."""
    rows = Template.objects.exclude(state=TemplateState.RETIRED)
    known = set(rows.values_list("occasion", "language", "state"))

    def cell(occasion: Occasion, language: TemplateLanguage) -> Cell:
        is_own = (occasion, language, TemplateState.APPROVED) in known
        has_draft = (occasion, language, TemplateState.DRAFT) in known
        return Cell(language, is_own, has_draft)

    def row(one: Occasion) -> Row:
        cells = [cell(one, language) for language in TemplateLanguage]
        return Row(one, NEEDS[one].channel, cells)

    return [Group(title, [row(one) for one in some]) for title, some in GROUPS]


def page(occasion: Occasion, language: TemplateLanguage) -> Page:
    """One query; what was thrown away is none of what was used."""
    rows = Template.objects.filter(occasion=occasion, language=language)
    found = list(rows.select_related("writer", "approved_by").order_by("-pk"))
    by_state = {one.state: one for one in found}
    earlier = [one for one in found if one.retired_at and one.approved_at]
    return Page(
        occasion,
        language,
        by_state.get(TemplateState.APPROVED),
        by_state.get(TemplateState.DRAFT),
        earlier[:EARLIER],
    )


def written(template: Template) -> Draft:
    """The words of a row, for the linter and the preview."""
    return Draft(template.text, template.purpose, template.language, template.subject)


def changes(old: Draft, new: Draft) -> Sequence[tuple[StrOrPromise, Sequence[Piece]]]:
    """What other words say differently, for each part that is not the same."""
    parts = [(_("Subject"), old.subject, new.subject), (_("Words"), old.text, new.text)]
    found = [(name, between(before, after)) for name, before, after in parts]
    return [(name, pieces) for name, pieces in found if pieces]
