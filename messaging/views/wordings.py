"""What messages say: everybody of the settings reads it, managers write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consent.states import Channel
from messaging import naming, occasion_pages, previews, templates, wordings
from messaging.forms.wordings import MessageNameForm, WordingForm
from messaging.linting import Draft
from messaging.models import Template, TemplateState
from messaging.models.templates import LONGEST, LONGEST_SUBJECT, TemplateLanguage
from messaging.occasions import NEEDS, Occasion
from practice import clock
from practice.access import Capability, requires
from practice.models import Practice
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from messaging.occasion_pages import Page
    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.READ_SETTINGS)
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """Every occasion, and whose words are in use in which language."""
    practice = Practice.objects.first()
    context = {
        "groups": occasion_pages.overview(),
        "languages": TemplateLanguage,
        "name": naming.name_of(practice),
        "why_another": naming.why_another(practice) if practice else "",
    }
    return render(request, "messaging/wordings.html", context)


@requires(Capability.READ_SETTINGS)
@require_GET
def wording(request: StaffRequest, occasion: str, language: str) -> HttpResponse:
    """One occasion in one language: what is said, what waits, what was said."""
    page, loaded = _page(occasion, language), wordings.load(now=clock.now())
    words = page.words(loaded)
    drafted = occasion_pages.written(page.draft) if page.draft else None
    context = {
        "page": page,
        "languages": TemplateLanguage,
        "words": words,
        "shown": previews.of(words, loaded),
        "drafted": previews.of(drafted, loaded) if drafted else None,
        "changes": occasion_pages.changes(words, drafted) if drafted else [],
        "why_not": _why_not(page, request.user),
        "is_own": page.draft and page.draft.writer_id == request.user.pk,
    }
    return render(request, "messaging/wording.html", context)


@requires(Capability.MANAGE_SETTINGS)
def edit(request: StaffRequest, occasion: str, language: str) -> HttpResponse:
    """Begin own words, from those in use, or change the draft that waits."""
    rows = Template.history.filter(occasion=occasion, language=language)
    shown = Shown.now(rows)
    page, loaded = _page(occasion, language), wordings.load(now=clock.now())
    form = _form(request, page, page.words(loaded), shown)
    back = reverse("wording", args=[occasion, language])

    def act(by: StaffMember, now: datetime) -> Done:
        if page.draft:
            templates.change(template=page.draft, by=by, now=now, **form.details())
        else:
            templates.draft(
                occasion=occasion, language=language, by=by, now=now, **form.details()
            )
        return Done(back, _("Saved as a draft: it is used once it is approved."))

    ask = Ask(
        str(page.occasion.label),
        _("Save the draft"),
        back,
        template="messaging/wording_edit.html",
        context={
            "page": page,
            "names": previews.names(page.occasion),
            "preview": previews.of(_typed(request, page, loaded), loaded),
        },
    )
    if "look" in request.POST:  # without a script, a look is a press of its own
        context = {"form": form, "ask": ask, **ask.context}
        return render(request, ask.template, context)
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def preview(request: StaffRequest, occasion: str, language: str) -> HttpResponse:
    """What a text that is being typed will look like; nothing is kept."""
    page, loaded = _page(occasion, language), wordings.load(now=clock.now())
    seen = previews.of(_typed(request, page, loaded), loaded)
    return render(request, "messaging/_preview.html", {"preview": seen})


@requires(Capability.READ_SETTINGS)
@require_GET
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """Words as they are, or were, with what those in use say differently."""
    row = get_object_or_404(Template.objects.select_related("writer"), pk=pk)
    page = _page(row.occasion, row.language)
    loaded = wordings.load(now=clock.now())
    written = occasion_pages.written(row)
    context = {
        "page": page,
        "row": row,
        "words": written,
        "shown": previews.of(written, loaded),
        "changes": occasion_pages.changes(written, page.words(loaded)),
        "may_be_used": row.state == TemplateState.RETIRED and row.approved_at,
    }
    return render(request, "messaging/version.html", context)


@requires(Capability.MANAGE_SETTINGS)
def name(request: StaffRequest) -> HttpResponse:
    """What messages call the practice."""
    shown = Shown.record(Practice, 1)
    practice = Practice.objects.first()
    if practice is None:
        raise Http404
    initial = {"message_name": practice.message_name}
    form = MessageNameForm(request.POST or None, initial=initial, shown=shown)
    back = reverse("wordings")

    def act(by: StaffMember, now: datetime) -> Done:
        naming.call(practice=practice, by=by, **form.details())
        return Done(back, _("Saved. Messages planned from now on say so."))

    intro = naming.why_another(practice)
    ask = Ask(_("Our name in messages"), _("Save"), back, intro)
    return ask_and_act(request, form, ask, act)


# What the pages are made of --------------------------------------------------
def _page(occasion: str, language: str) -> Page:
    """Raises Http404 for what is no occasion, or no language of messages."""
    if occasion not in Occasion.values or language not in TemplateLanguage.values:
        raise Http404
    return occasion_pages.page(Occasion(occasion), TemplateLanguage(language))


def _why_not(page: Page, staff: StaffMember) -> str:
    return templates.why_not_approved_by(page.draft, staff) if page.draft else ""


def _form(request: HttpRequest, page: Page, words: Draft, shown: Shown) -> WordingForm:
    """With what is in use to begin with; a look carries on what was typed."""
    begun = occasion_pages.written(page.draft) if page.draft else words
    initial = {"text": begun.text, "subject": begun.subject}
    has_subject = NEEDS[page.occasion].channel is Channel.MAIL
    if "look" in request.POST:
        names = ("text", "subject", "submission", "version")
        typed = {name: request.POST.get(name, "") for name in names}
        return WordingForm(initial=typed, has_subject=has_subject, shown=shown)
    return WordingForm(
        request.POST or None, initial=initial, has_subject=has_subject, shown=shown
    )


def _typed(request: HttpRequest, page: Page, loaded: wordings.Wordings) -> Draft:
    """What stands in the fields, typed or as they begin."""
    begun = occasion_pages.written(page.draft) if page.draft else page.words(loaded)
    text = request.POST.get("text", begun.text)[:LONGEST].replace("\r\n", "\n")
    subject = request.POST.get("subject", begun.subject)[:LONGEST_SUBJECT]
    return Draft(text, page.occasion, page.language, subject)
