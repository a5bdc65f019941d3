"""The pages of an import, from the file to the last word."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_q.models import OrmQ

from practice import imports, patients, sheets, staging
from practice.import_cells import Plan
from practice.models import Finding, Import, Patient
from practice.states import ImportState
from tests import cast
from tests.cast import FOUNDER, MONDAY, sign_in
from tests.practice.importing import (
    ADA,
    BEN,
    HEAD,
    bring_in,
    check,
    confirmed,
    table,
    version,
    worked,
)

pytestmark = pytest.mark.django_db
PATH = "/settings/imports/"
BAD = "A3,,Nobody,31/31/1980,911,,,"


@pytest.fixture
def desk(manager, now):
    return sign_in(manager)


@pytest.fixture
def checked(manager, location):
    return check(table(ADA, BEN, BAD, ADA), by=manager, home=location)


def upload(client, data):
    return client.post(PATH, {"file": SimpleUploadedFile("x.csv", data)})


def answers(client, row, **more):
    """What the columns' page would send if nobody changed anything."""
    form = client.get(f"{PATH}{row.pk}/columns/").context["form"]
    usual = {name: form[name].initial or "" for name in form.fields}
    return {**usual, "submission": "", **more}


def test_a_file_leads_to_its_columns(desk):
    answer = upload(desk, table(ADA))

    row = Import.objects.get()
    assert answer["Location"] == f"{PATH}{row.pk}/columns/"
    page = desk.get(answer["Location"])
    assert page.context["form"]["column_1"].initial == "given_name"
    assert b"Kit Ames" in page.content


def test_the_columns_set_the_worker_to_work(
    desk, location, django_capture_on_commit_callbacks
):
    upload(desk, table(ADA))
    row = Import.objects.get()
    sent = answers(desk, row, home=location.pk)

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(f"{PATH}{row.pk}/columns/", sent)

    assert answer["Location"] == f"{PATH}{row.pk}/"
    assert OrmQ.objects.get().func() == "practice.tasks.bring_in"
    page = desk.get(answer["Location"]).content
    assert b"<progress" in page
    assert b'hx-trigger="every 2s"' in page


def test_a_file_is_read_before_the_transaction_that_keeps_it(desk, monkeypatch):
    depths = []
    plain = sheets.read

    def read(*args, **more):
        depths.append(len(connection.savepoint_ids))
        return plain(*args, **more)

    monkeypatch.setattr(sheets, "read", read)
    before = len(connection.savepoint_ids)

    upload(desk, table(ADA))

    assert depths == [before]


def test_dates_are_looked_through_before_the_transaction(desk, location, monkeypatch):
    upload(desk, table(ADA))
    row = Import.objects.get()
    sent, depths = answers(desk, row, home=location.pk), []
    plain = staging.all_records

    def all_records(file):
        depths.append(len(connection.savepoint_ids))
        return plain(file)

    monkeypatch.setattr(staging, "all_records", all_records)
    before = len(connection.savepoint_ids)

    desk.post(f"{PATH}{row.pk}/columns/", sent)

    assert depths == [before]


def test_how_letters_were_read_is_shown_and_may_be_said(desk):
    data = table("A1,Łukasz,Żółć,1980-01-31,,,,").decode().encode("iso8859-2")
    wrong = upload(desk, data)
    assert "from Windows" in desk.get(wrong["Location"]).content.decode()

    file = SimpleUploadedFile("x.csv", data)
    right = desk.post(PATH, {"file": file, "encoding": "iso8859-2"})

    page = desk.get(right["Location"])
    assert page.context["letters"].words == ["Łukasz", "Żółć"]
    assert "ISO 8859-2" in page.content.decode()


def test_the_review_says_how_dates_were_read(desk, checked):
    assert "Year first: 1985-03-31" in desk.get(f"{PATH}{checked.pk}/").content.decode()


def test_two_columns_cannot_hold_the_same(desk, location):
    upload(desk, table(ADA))
    row = Import.objects.get()
    sent = answers(desk, row, home=location.pk, column_2="given_name")

    answer = desk.post(f"{PATH}{row.pk}/columns/", sent)

    assert answer.status_code == 422
    assert b"Another column is read as this already" in answer.content


def test_an_order_that_nobody_knows_is_asked_beside_its_field(desk, location):
    upload(desk, table(ADA.replace("1980-01-31", "02/03/1980")))
    row = Import.objects.get()
    sent = answers(desk, row, home=location.pk)

    answer = desk.post(f"{PATH}{row.pk}/columns/", sent)

    assert answer.status_code == 422
    assert "order" in answer.context["form"].errors
    again = desk.post(f"{PATH}{row.pk}/columns/", {**sent, "order": "dmy"})
    assert again.status_code == 302


def test_progress_is_counted_and_ends_with_the_page(desk, manager, location):
    row = imports.take(data=table(ADA, BEN), by=manager, now=MONDAY)
    names, _known = imports.guess(row)

    plan = Plan(columns=names, order="ymd", home=location.pk)
    imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)
    path = f"{PATH}{row.pk}/progress/"
    assert b"0 % of the file" in desk.get(path).content

    worked(row)

    assert desk.get(path)["HX-Redirect"] == f"{PATH}{row.pk}/"


def test_the_review_says_what_would_come_in(desk, checked):
    page = desk.get(f"{PATH}{checked.pk}/")

    review = page.context["review"]
    assert (review.ready, review.problems, review.undecided) == (3, 1, 1)
    assert b"Ada Ames" in page.content


def test_every_problem_of_a_row_is_said_with_its_line(desk, checked):
    page = desk.get(f"{PATH}{checked.pk}/problems/").content.decode()

    assert "Line 4" in page
    for words in (
        "Given name: missing",
        "“31/31/1980” is no date",
        "“911” is no phone",
    ):
        assert words in page


def test_rows_with_problems_come_back_mended(desk, checked, manager, location):
    answer = desk.post(f"{PATH}{checked.pk}/problems/download/")
    text = b"".join(answer).decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(text.splitlines()))
    assert rows[0]["Wellhouse line"] == "4"
    assert "is no phone number" in rows[0]["Wellhouse problems"]

    mended = text.replace(",,Nobody", ",Nell,Nobody").replace("31/31/", "01/31/")
    mended = mended.replace("911", "(212) 555-0119", 1)
    row = imports.take(data=mended.encode(), by=manager, now=MONDAY)
    names, known = imports.guess(row)

    assert known["home"] == location.pk
    assert names[-2:] == ["", ""]
    imports.abandon(row=row, by=manager)
    bring_in(mended.encode(), by=manager, home=location, order="mdy")
    assert Patient.objects.get().given_name == "Nell"


def test_what_was_written_for_a_spreadsheet_runs_nothing(desk, manager, location):
    row = check(table("A1,=cmd(),Ames,never,,,,"), by=manager, home=location)

    text = b"".join(desk.post(f"{PATH}{row.pk}/problems/download/")).decode()

    assert ",'=cmd()," in text


def test_duplicates_are_decided_one_by_one(desk, checked):
    found = staging.findings_of(checked).get(kind=Finding.TWICE)
    path = f"{PATH}{checked.pk}/duplicates/"
    assert b"Like line 2" in desk.get(path).content

    said = {f"line-{found.line}": "leave", "line-99": "add", "line-x": "add"}
    desk.post(path, said | version(checked))

    found.refresh_from_db()
    assert found.decision == "leave"


def test_duplicates_are_decided_by_a_rule(desk, checked):
    path = f"{PATH}{checked.pk}/duplicates/rule/"

    desk.post(path, {"kind": "twice-sure", "decision": "add", **version(checked)})

    assert staging.findings_of(checked).get(kind=Finding.TWICE).decision == "add"


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "twice-sure"}, {"kind": "x", "decision": "add"}]
)
def test_a_rule_that_nobody_knows_decides_nothing(desk, checked, sent):
    desk.post(f"{PATH}{checked.pk}/duplicates/rule/", sent | version(checked))

    assert not staging.findings_of(checked).exclude(decision="").exists()


def test_a_closed_chart_is_not_named(desk, manager, location):

    ada = cast.make_patient(
        at=location,
        given_name="Ada",
        family_name="Ames",
        preferred_name="Secretly",
        born_on=date(1980, 1, 31),
    )
    patients.restrict(patient=ada, is_restricted=True, by=FOUNDER)
    row = check(table(ADA), by=manager, home=location)

    page = desk.get(f"{PATH}{row.pk}/duplicates/").content

    assert b"closed to you" in page
    assert b"Secretly" not in page
    assert b'value="add"' not in page.split(b"<fieldset")[1]


def test_the_last_word_needs_every_other(desk, checked):
    path = f"{PATH}{checked.pk}/confirm/"

    answer = desk.post(path, version(checked))

    assert answer.status_code == 422
    assert b"Say of every possible duplicate" in answer.content


def test_confirmed_it_comes_in_and_can_be_taken_back(desk, checked):
    desk.post(
        f"{PATH}{checked.pk}/duplicates/rule/",
        {"kind": "twice-sure", "decision": "add", **version(checked)},
    )
    said = {"leaves_out_problems": "on"}

    answer = desk.post(f"{PATH}{checked.pk}/confirm/", said | version(checked))

    assert answer["Location"] == f"{PATH}{checked.pk}/"
    assert worked(checked).charts == 2
    assert b"Take it back" in desk.get(answer["Location"]).content
    desk.post(f"{PATH}{checked.pk}/undo/")
    assert not Patient.objects.exists()


def test_who_comes_too_late_to_undo_reads_why(desk, manager, location):
    row = bring_in(table(ADA), by=manager, home=location)
    cast.make_task(to=manager, patient=Patient.objects.get())

    page = desk.get(f"{PATH}{row.pk}/").content

    assert b"has worked with what came in" in page
    assert b"Take it back" not in page


def test_a_file_may_be_forgotten(desk, checked):
    desk.post(f"{PATH}{checked.pk}/abandon/")

    checked.refresh_from_db()
    assert checked.state == ImportState.ABANDONED
    assert desk.get(f"{PATH}{checked.pk}/").status_code == 200


def test_the_columns_may_be_named_again(desk, checked):
    answer = desk.post(f"{PATH}{checked.pk}/again/")

    assert answer["Location"] == f"{PATH}{checked.pk}/columns/"
    assert desk.get(answer["Location"]).status_code == 200


def test_pages_of_one_state_lead_on_in_another(desk, checked):
    assert (
        desk.get(f"{PATH}{checked.pk}/columns/")["Location"] == f"{PATH}{checked.pk}/"
    )
    confirmed(checked, by=checked.uploaded_by)

    for page in ("problems", "duplicates"):
        assert desk.get(f"{PATH}{checked.pk}/{page}/").status_code == 404
    assert desk.post(f"{PATH}{checked.pk}/confirm/").status_code == 302


@pytest.mark.parametrize("page", ["", "problems/", "duplicates/"])
def test_pages_take_the_same_questions_for_one_row_and_for_many(
    desk, manager, location, page, django_assert_max_num_queries
):
    few = check(table(ADA, BEN, BAD, ADA), by=manager, home=location)
    rows = [
        f"B{n},Ann,Ames{n},1981-01-31,(212) 555-{n:04},,," for n in range(3000, 3020)
    ]
    many = check(table(*rows, *rows, *[BAD] * 20), by=manager, home=location)
    counts = []

    for row in (few, many):
        with django_assert_max_num_queries(60) as asked:
            desk.get(f"{PATH}{row.pk}/{page}")
        counts.append(len(asked))

    assert counts[1] <= counts[0]


def test_the_heads_are_those_that_the_page_shows(desk):
    upload(desk, table(ADA))
    row = Import.objects.get()

    page = desk.get(f"{PATH}{row.pk}/columns/").content.decode()

    assert all(head in page for head in HEAD.split(","))
    assert sheets.MOST_ROWS == 25_000
    assert "25,000" in desk.get(PATH).content.decode()
