"""What somebody else does to a file while a page of it is open."""

from __future__ import annotations

import pytest

from practice import import_pages, imports, staging
from practice.import_cells import Plan
from practice.models import Finding
from practice.states import ImportState
from tests.cast import MONDAY, sign_in
from tests.practice.importing import (
    ADA,
    BEN,
    check,
    confirmed,
    table,
    version,
    worked,
)

pytestmark = pytest.mark.django_db
PATH = "/settings/imports/"


@pytest.fixture
def desk(manager, now):
    return sign_in(manager)


@pytest.fixture
def checked(manager, location):
    return check(table(ADA, BEN, ADA), by=manager, home=location)


@pytest.fixture
def old_page(checked, manager, location):
    """What a page carries that was opened before a colleague named the columns anew."""
    before = version(checked)
    row = imports.read_again(row=checked, by=manager)
    names, _known = imports.guess(row)
    plan = Plan(columns=names, order="ymd", home=location.pk)
    imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)
    worked(row)
    return before


@pytest.mark.parametrize("carried", ["old", "none"])
@pytest.mark.parametrize("path", ["duplicates/", "duplicates/rule/"])
def test_a_page_that_is_too_old_decides_nothing(desk, checked, old_page, path, carried):
    found = staging.findings_of(checked).get(kind=Finding.TWICE)
    said = {f"line-{found.line}": "add", "kind": "twice-sure", "decision": "add"}
    seen = old_page if carried == "old" else {}

    answer = desk.post(f"{PATH}{checked.pk}/{path}", said | seen, follow=True)

    found.refresh_from_db()
    assert found.decision == ""
    assert (b"Somebody changed this" in answer.content) is (carried == "old")


def test_a_page_that_is_too_old_brings_nothing_in(desk, manager, checked, old_page):
    imports.decide_by_rule(
        row=checked, kind="twice", is_certain=True, decision="add", by=manager
    )
    said = {"leaves_out_problems": "on"}

    answer = desk.post(f"{PATH}{checked.pk}/confirm/", said | old_page)

    checked.refresh_from_db()
    assert answer.status_code == 422
    assert "Somebody changed this" in answer.content.decode()
    assert checked.state == ImportState.REVIEW


@pytest.mark.parametrize("path", ["", "confirm/"])
def test_a_page_of_a_file_that_ends_meanwhile_leads_on(
    desk, checked, manager, monkeypatch, path
):
    build = import_pages.review

    def late(row, **more):
        imports.abandon(row=row, by=manager)
        return build(row, **more)

    monkeypatch.setattr(import_pages, "review", late)
    url = f"{PATH}{checked.pk}/{path}"

    answer = desk.post(url, version(checked)) if path else desk.get(url)

    assert answer["Location"] == f"{PATH}{checked.pk}/"


def test_progress_of_a_file_that_ends_meanwhile_leads_on(
    desk, manager, location, monkeypatch
):
    row = confirmed(check(table(ADA), by=manager, home=location), by=manager)
    count = import_pages.progress
    monkeypatch.setattr(
        import_pages, "progress", lambda row: worked(row) and count(row)
    )

    answer = desk.get(f"{PATH}{row.pk}/progress/")

    assert answer["HX-Redirect"] == f"{PATH}{row.pk}/"
