"""Moving in: the file, its columns, what stands in the way, the last word, undo."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import (
    clock,
    import_lines,
    import_pages,
    import_work,
    imports,
    looks,
    sheets,
    staging,
    telling,
    twin_pages,
)
from practice.access import Capability, requires
from practice.forms.base import HouseForm
from practice.forms.imports import ColumnsForm, ConfirmForm, UploadForm
from practice.models import Finding, Import, StagedFile
from practice.states import ImportState
from practice.uploads import takes_file, was_too_big
from practice.versions import Shown
from practice.views.exports import csv_answer
from practice.views.pages import Ask, Done, ask_and_act, attempt, press

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpResponse, StreamingHttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

SHOWN = 30
AT_WORK = (ImportState.CHECKING, ImportState.ADMITTING)
TEMPLATES = {
    ImportState.REVIEW: "imports/review.html",
    ImportState.CHECKING: "imports/at_work.html",
    ImportState.ADMITTING: "imports/at_work.html",
}


def page_of(row: Import) -> str:
    return reverse("import_page", args=[row.pk])


def import_or_404(pk: int, *states: ImportState) -> Import:
    """The import, if it is in one of these states; no states are all states."""
    rows = Import.objects.select_related("uploaded_by", "confirmed_by", "undone_by")
    return get_object_or_404(rows, pk=pk, state__in=states or ImportState.values)


def while_it_waits(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A file may come to its end between two questions: its own page says how."""

    @wraps(view)
    def answer(request: StaffRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except StagedFile.DoesNotExist:
            path = reverse("import_page", args=[pk])
            if "HX-Request" in request.headers:
                return HttpResponse(headers={"HX-Redirect": path})
            return HttpResponseRedirect(path)

    return answer


@requires(Capability.IMPORT_CHARTS)
@takes_file(sheets.MOST_BYTES)
def import_list(request: StaffRequest) -> HttpResponse:
    """Files that came in or wait, and the form for the next one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if was_too_big(request):
        form = UploadForm({}, {})
        form.errors.clear()
        form.add_error("file", _("This file is bigger than 20 MB. Divide it."))

    def act(by: StaffMember, now: datetime) -> Done:
        row = imports.keep_waiting(file=form.cleaned_data["file"], by=by, now=now)
        words = _("%(count)s rows were read.") % {"count": f"{row.rows:,}"}
        return Done(reverse("import_columns", args=[row.pk]), words)

    rows = Import.objects.select_related("uploaded_by")[:SHOWN]
    ask = Ask(
        _("Import"),
        _("Read the file"),
        reverse("settings_home"),
        template="imports/list.html",
        context={"rows": rows},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.IMPORT_CHARTS)
@require_GET
@while_it_waits
def import_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One import, as far as it is."""
    shown = Shown.record(Import, pk)
    row = import_or_404(pk)
    if row.state == ImportState.UPLOADED:
        return redirect("import_columns", pk=pk)
    context = {"row": row, "form": ConfirmForm(shown=shown)}
    if row.state == ImportState.REVIEW:
        context |= {"review": import_pages.review(row)}
    elif row.state in AT_WORK:
        context |= {"progress": import_pages.progress(row)}
    elif row.state == ImportState.DONE:
        context |= {"stays": imports.why_not_undone(row, now=clock.now())}
    if row.state not in TEMPLATES:
        context |= _left(row)
    template = TEMPLATES.get(ImportState(row.state), "imports/over.html")
    return render(request, template, context)


@requires(Capability.IMPORT_CHARTS)
@require_GET
@while_it_waits
def import_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the worker is; the page asks every other second."""
    row = import_or_404(pk)
    context: dict[str, Any] = {"row": row}
    if row.state in AT_WORK and (progress := import_pages.progress(row)).of:
        context["progress"] = progress
    answer = render(request, "imports/_progress.html", context)
    if "progress" not in context:
        answer["HX-Redirect"] = page_of(row)
    return answer


@requires(Capability.IMPORT_CHARTS)
@while_it_waits
def import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """What each column holds; the dates' order is found in the file, or asked."""
    row = import_or_404(pk)
    if row.state != ImportState.UPLOADED:
        return redirect("import_page", pk=pk)
    guessed, known = imports.guess(row)
    heads = staging.head_of(row.staged)
    form = ColumnsForm(
        request.POST or None,
        heads=heads,
        guessed=guessed,
        known=known,
        order_of=partial(imports.order_in, row),
    )

    def act(by: StaffMember, now: datetime) -> Done:
        imports.read_as(row=row, plan=form.plan(), by=by, now=now)
        import_work.wake()
        return Done(page_of(row), _("Every row is being checked."))

    ask = Ask(
        _("What the columns hold"),
        _("Check every row"),
        reverse("import_list"),
        template="imports/columns.html",
        context={
            "row": row,
            "is_known": bool(known),
            "columns": import_pages.columns(row, form.columns()),
            "letters": import_pages.letters(row),
        },
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.IMPORT_CHARTS)
@require_GET
@while_it_waits
def import_problems(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows that cannot come in, each with all that is wrong with it."""
    row = import_or_404(pk, ImportState.REVIEW)
    page = import_pages.problems(row, after=request.GET.get("after", ""))
    return render(request, "imports/problems.html", {"row": row, "page": page})


@requires(Capability.IMPORT_CHARTS)
@require_POST
def import_problem_rows(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """The same rows as a file, to be mended and taken again."""
    row = import_or_404(pk, ImportState.REVIEW)
    return csv_answer(import_pages.problem_rows(row), name="problems")


@requires(Capability.IMPORT_CHARTS)
@while_it_waits
def import_twins(request: StaffRequest, pk: int) -> HttpResponse:
    """Rows that may be somebody who is known, to be decided one by one."""
    shown = Shown.record(Import, pk)
    row = import_or_404(pk, ImportState.REVIEW)
    here = reverse("import_twins", args=[pk])
    if request.method == "POST":

        def act(by: StaffMember, now: datetime) -> Done:
            decisions = twin_pages.decisions_in(request.POST)
            seen = shown.as_of(request.POST.get("version"))
            count = imports.decide(row=row, decisions=decisions, by=by, seen=seen)
            return Done(_way_on(row, here), _("%(n)s decided.") % {"n": count})

        return press(request, here, act)
    after = request.GET.get("after", "")
    page = twin_pages.page(row, reader=request.user, after=after)
    looks.remember(request, page.charts, purpose=telling.IMPORT)
    context = {"row": row, "page": page, "version": shown.version}
    return render(request, "imports/twins.html", context)


@requires(Capability.IMPORT_CHARTS)
@require_POST
def import_rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide all rows of one kind that nobody has decided."""
    row = import_or_404(pk, ImportState.REVIEW)
    here = reverse("import_twins", args=[pk])
    rule = twin_pages.rule_in(request.POST)
    seen = Shown.record(Import, pk).as_of(request.POST.get("version"))

    def act(by: StaffMember, now: datetime) -> Done:
        decide = imports.decide_by_rule
        count = decide(row=row, by=by, seen=seen, **rule) if rule else 0
        return Done(_way_on(row, here), _("%(n)s decided.") % {"n": count})

    return press(request, here, act)


def _way_on(row: Import, here: str) -> str:
    """The next undecided rows, or back to the whole."""
    twins = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    return here if twins.filter(decision="").exists() else page_of(row)


@requires(Capability.IMPORT_CHARTS)
@require_POST
@while_it_waits
def import_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The last word: the file comes in."""
    form = ConfirmForm(request.POST, shown=Shown.record(Import, pk))
    row = import_or_404(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        imports.confirm(row=row, by=by, now=now, **form.details())
        import_work.wake()
        return Done(page_of(row), _("The file is coming in."))

    if form.is_valid() and (path := attempt(request, form, act)):
        return HttpResponseRedirect(path)
    context = {"row": row, "form": form}
    if row.state != ImportState.REVIEW:
        return redirect("import_page", pk=pk)
    context |= {"review": import_pages.review(row)}
    return render(request, "imports/review.html", context, status=422)


@requires(Capability.IMPORT_CHARTS)
@require_POST
def import_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Back to the columns."""
    row = import_or_404(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        imports.read_again(row=row, by=by)
        return Done(reverse("import_columns", args=[pk]), _("Name the columns anew."))

    return press(request, page_of(row), act)


@requires(Capability.IMPORT_CHARTS)
@require_POST
def import_abandon(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a file that waits."""
    row = import_or_404(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        imports.abandon(row=row, by=by)
        return Done(reverse("import_list"), _("The file is forgotten."))

    return press(request, page_of(row), act)


@requires(Capability.IMPORT_CHARTS)
def import_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a whole import back, once somebody has read what that means."""
    row = import_or_404(pk)
    if imports.why_not_undone(row, now=clock.now()):
        return redirect("import_page", pk=pk)
    form = HouseForm(request.POST if request.method == "POST" else None)

    def act(by: StaffMember, now: datetime) -> Done:
        imports.undo(row=row, by=by, now=now)
        import_work.wake()
        return Done(page_of(row), _undone(row))

    ask = Ask(
        _("Take this import back?"),
        _("Take it back"),
        page_of(row),
        template="imports/undo.html",
        context={"row": row, "goes": import_lines.in_words(row), **_left(row)},
    )
    return ask_and_act(request, form, ask, act)


def _undone(row: Import) -> str:
    if import_lines.forbidden_on(row):
        return _("Taken back. Only what it forbade on charts that were here stays so.")
    return _("Taken back. Nothing of it is here any more.")


def _left(row: Import) -> dict[str, Any]:
    """What stays of an import, whatever becomes of it."""
    line = import_lines.letting_in(row)
    return {"forbade": import_lines.forbidden_on(row), "line": line}
