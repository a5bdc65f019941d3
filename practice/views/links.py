"""The page a link opens, and the page where staff make one.

The token is the authority: no session, no cookie, no CSRF token, and no
referrer that could carry the token on. Only buttons change anything; GET, HEAD
and OPTIONS do not even count. Whatever is wrong with a link is answered alike.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from qrcode.image.svg import (  # type: ignore[import-untyped]
    SvgPathFillImage,
)

from practice import clock, details_link, limits, links
from practice.access import Capability, by_link, requires
from practice.forms.links import AnswerForm, BirthDateForm, MistakeForm
from practice.here import of_request
from practice.models import Link
from practice.patience import patiently
from practice.patients import local_day
from practice.rules import NotPossible
from practice.views.charts import chart_or_404

if TYPE_CHECKING:
    from django.forms import Form

    from practice.views.pages import StaffRequest

GONE, UNREADABLE, TOO_MANY = 410, 422, 429
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PRESSES_PER_MINUTE = 30  # from one address
REPORTS_PER_DAY = 5  # on one link; from one address on links that nobody knows
REPORTS_ON_UNKNOWN = 200  # a day, from everywhere: more than that no desk reads
# What is sent again from the page that says “too often”.
TYPED = ["step", "proof", "answer", "words", "mistake"]
TYPED += ["born_on_day", "born_on_month", "born_on_year"]


@by_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What a patient's link opens: looking changes nothing, its buttons may."""
    if request.method == "POST" and not _has_room(request):
        return _too_often(request)
    step = _STEPS.get(request.POST.get("step", ""), _look)
    now = clock.now()
    try:
        found = links.find(token, now=now)
        with translation.override(_language(request, found)):
            return step(request, found, now)
    except links.DeadLink:
        return _dead(request, links.known(token), now)


def _look(request: HttpRequest, found: Link, now: datetime) -> HttpResponse:
    if found.asks_birth_date:
        return _ask(request, BirthDateForm(today=local_day(now)))
    return _show(request, found, AnswerForm(), now)


def _open(request: HttpRequest, found: Link, now: datetime) -> HttpResponse:
    """Somebody gave a birth date."""
    form = BirthDateForm(request.POST, today=local_day(now))
    if not form.is_valid():
        return _ask(request, form)
    born_on = form.cleaned_data["born_on"]
    if links.prove(found, born_on=born_on, by=links.VISITOR, now=now):
        words = request.POST.get("words", "")
        return _show(request, found, AnswerForm(initial={"words": words}), now)
    found.refresh_from_db()
    if not links.is_alive(found, now=now):
        raise links.DeadLink
    form.add_error("born_on", _no_match(found))
    return _ask(request, form)


def _answer(request: HttpRequest, found: Link, now: datetime) -> HttpResponse:
    """Somebody pressed a button of the page, or wants its other language."""
    proof = request.POST.get("proof", "")
    if found.asks_birth_date and not links.is_proven(found, proof=proof):
        return _ask(request, BirthDateForm(today=local_day(now)), is_late=True)
    form = AnswerForm(request.POST)
    answer = request.POST.get("answer", "")[:20]
    if not answer or not form.is_valid():
        return _show(request, found, form, now)
    words = form.cleaned_data["words"]
    try:
        done = patiently(
            lambda: links.use(
                found, answer=answer, words=words, by=links.VISITOR, now=now
            )
        )
    except links.DeadLink:
        raise
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _show(request, found, form, now)
    found.refresh_from_db()
    if links.is_alive(found, now=now):
        return _show(request, found, AnswerForm(), now, sentence=done)
    return _page(request, "links/done.html", sentence=done)


def _call(request: HttpRequest, found: Link | None, now: datetime) -> HttpResponse:
    """“I can't get in, call me”, also on a dead link."""
    if found:
        links.ask_call(found, by=links.VISITOR, now=now)
    sentence = _("If this link came from us, we will get in touch with you.")
    return _page(request, "links/told.html", sentence=sentence)


def _report(request: HttpRequest, found: Link | None, now: datetime) -> HttpResponse:
    """“This looks wrong”, also on a dead link."""
    form = MistakeForm(request.POST)
    if not form.is_valid():
        return _page(request, "links/mistake.html", UNREADABLE, mistake_form=form)
    if not _may_report(request, found):
        return _too_often(request)
    words = form.cleaned_data["mistake"]
    links.report(found, words=words, by=links.VISITOR, now=now)
    sentence = _("Thank you. The front desk will read this.")
    return _page(request, "links/told.html", sentence=sentence)


_HELP = {"call": _call, "report": _report}
_STEPS: dict[str, Callable[[HttpRequest, Link, datetime], HttpResponse]] = {
    "open": _open,
    "answer": _answer,
    **_HELP,
}


def _dead(request: HttpRequest, known: Link | None, now: datetime) -> HttpResponse:
    """The same bytes whatever is wrong, but to who just proved that it is theirs."""
    if known and _is_second_tap(request, known):
        with translation.override(_language(request, known)):
            sentence = _("Thank you. We already have your answer.")
            return _page(request, "links/done.html", sentence=sentence)
    with translation.override(_language(request)):
        if step := _HELP.get(request.POST.get("step", "")):
            return step(request, known, now)
        return _page(request, "links/dead.html", GONE)


def _is_second_tap(request: HttpRequest, known: Link) -> bool:
    """Whether a button was pressed twice: that must not look like a failure."""
    if not known.used_at or request.POST.get("step") != "answer":
        return False
    return links.is_proven(known, proof=request.POST.get("proof", ""))


def _ask(
    request: HttpRequest, form: BirthDateForm, *, is_late: bool = False
) -> HttpResponse:
    """The birth date's page; it carries along what was written before."""
    words = request.POST.get("words", "")
    context = {"form": form, "is_late": is_late, "words": words}
    return _page(request, "links/ask.html", _status(form), **context)


def _show(
    request: HttpRequest,
    found: Link,
    form: AnswerForm,
    now: datetime,
    *,
    sentence: str = "",
) -> HttpResponse:
    """The page of the link's purpose, with a proof that its buttons send along.

    Where an act left the link alive, its sentence stands on top.
    """
    purpose = links.purpose_of(found.purpose)
    context = {
        **purpose.context(found.subject_id, now=now),
        "sentence": sentence,
        "form": form,
        "proof": links.proof_of(found),
    }
    return _page(request, purpose.template, _status(form), **context)


def _too_often(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST[name] for name in TYPED if name in request.POST}
    with translation.override(_language(request)):
        response = _page(request, "links/too_often.html", TOO_MANY, typed=typed)
    response["Retry-After"] = str(int(MINUTE.total_seconds()))
    return response


def _page(
    request: HttpRequest, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    context.setdefault("mistake_form", MistakeForm())
    response = render(request, template, context, status=status)
    response["Content-Language"] = translation.get_language()
    return response


def _status(form: Form) -> int:
    return UNREADABLE if form.errors else 200


def _no_match(found: Link) -> str:
    left = links.MOST_WRONG_ANSWERS - found.wrong_answers
    return ngettext(
        "That is not the date we have. You can try %(left)d more time.",
        "That is not the date we have. You can try %(left)d more times.",
        left,
    ) % {"left": left}


def _language(request: HttpRequest, found: Link | None = None) -> str:
    """What the page's switch says, else the link, else the visitor's browser."""
    own = found.language if found else None
    asked, usual = request.GET.get("lang"), translation.get_language()
    return links.page_language(of_request(request), asked, own, usual)


def _has_room(request: HttpRequest) -> bool:
    return limits.allow(
        "link_presses", _address(request), most=PRESSES_PER_MINUTE, per=MINUTE
    )


def _may_report(request: HttpRequest, found: Link | None) -> bool:
    """A few reports a day on a link; where it is unknown, a few from an address.

    Whoever makes links up silences nobody else by that.
    """
    whose = str(found.pk) if found else f"unknown, from {_address(request)}"
    if not limits.allow("link_reports", whose, most=REPORTS_PER_DAY, per=DAY):
        return False
    return found is not None or limits.allow(
        "link_reports", "unknown", most=REPORTS_ON_UNKNOWN, per=DAY
    )


def _address(request: HttpRequest) -> str:
    """Where a press comes from; one IPv6 network counts as one visitor."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except PermissionDenied:  # a server on a socket, no proxy that says
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


@requires(Capability.SEND_LINKS)
@require_http_methods(["GET", "HEAD", "POST"])
def details_link_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the link to a patient's own details; it is shown this once."""
    patient = chart_or_404(request, pk)
    now = clock.now()
    last_day = local_day(now + details_link.LASTS)
    if request.method != "POST":
        context = {"patient": patient, "last_day": last_day}
        return render(request, "links/new.html", context)
    try:
        token = details_link.ask(patient=patient, by=request.user, now=now)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("patient", pk=patient.pk)
    address = request.build_absolute_uri(reverse("link", args=[token]))
    context = {
        "patient": patient,
        "last_day": last_day,
        "address": address,
        "picture": _picture_of(address),
        "slip_language": links.page_language(
            of_request(request), patient.written_language
        ),
    }
    return render(request, "links/made.html", context)


def _picture_of(address: str) -> str:
    """A QR code to point a phone at, as a data URL."""
    svg = qrcode.make(address, image_factory=SvgPathFillImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
