"""Taking a file back is asked first; what stays whatever becomes of it is said."""

from __future__ import annotations

from datetime import date

import pytest

from practice import contacts, import_lines, import_work, imports, intake, staging
from practice.models import Import, Patient, TrailEntry
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.practice.importing import (
    ADA,
    BEN,
    bring_in,
    check,
    confirmed,
    table,
    worked,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
HEAD = "Given name,Family name,Date of birth,Phone,May text,Restricted"
STRICT = "Ada,Ames,1980-01-31,(212) 555-0117,no,yes"
NEW = "Ben,Brook,1990-11-12,(212) 555-0118,yes,no"


@pytest.fixture
def ada(location):
    """Somebody who is here already, and may be texted."""
    chart = cast.make_patient(
        at=location, given_name="Ada", family_name="Ames", born_on=date(1980, 1, 31)
    )
    contacts.add(
        owner=chart,
        kind="phone",
        value="+12125550117",
        may_text=True,
        by=FOUNDER,
        now=MONDAY,
    )
    return chart


def undo_page(row):
    return f"/settings/imports/{row.pk}/undo/"


def words_of(answer):
    return " ".join(answer.content.decode().split())


def test_taking_back_is_asked_first(manager, location, as_):
    row = bring_in(table(ADA, BEN), by=manager, home=location)
    client = as_(manager)

    page = words_of(client.get(undo_page(row)))

    assert Patient.objects.count() == 2
    for words in ("Take this import back?", "<dt>Charts</dt>", "What stays"):
        assert words in page
    assert f'href="{undo_page(row)}"' in words_of(
        client.get(f"/settings/imports/{row.pk}/")
    )


def test_what_disappears_is_counted(manager, location):
    row = bring_in(table(ADA, BEN), by=manager, home=location)

    goes = {str(words): count for words, count in import_lines.in_words(row)}

    assert goes == {
        "Charts": 2,
        "Phones, e-mails and addresses": 3,
        "Family members and helpers": 1,
        "Numbers of the old system": 2,
    }


def test_pressed_on_that_page_it_is_taken_back(manager, location, as_):
    row = bring_in(table(ADA, BEN), by=manager, home=location)

    answer = as_(manager).post(undo_page(row))

    assert answer["Location"] == f"/settings/imports/{row.pk}/"
    assert not Patient.objects.exists()


def test_what_cannot_be_taken_back_is_not_asked(manager, location, as_):
    row = bring_in(table(ADA), by=manager, home=location)
    cast.make_task(to=manager, patient=Patient.objects.get())

    answer = as_(manager).get(undo_page(row))

    assert answer["Location"] == f"/settings/imports/{row.pk}/"


def test_what_a_file_forbade_is_said_before_and_after(manager, location, as_, ada):
    row = bring_in(table(STRICT, NEW, head=HEAD), by=manager, home=location)
    client, words = as_(manager), "What the file forbade on 1 chart that was here"

    before = words_of(client.get(undo_page(row)))
    client.post(undo_page(row))

    assert words in before
    assert words in words_of(client.get(f"/settings/imports/{row.pk}/"))


def test_what_a_file_forbids_to_itself_goes_with_it(manager, location):
    twice = STRICT.replace(",no,", ",yes,"), STRICT

    row = bring_in(table(*twice, head=HEAD), by=manager, home=location)

    assert TrailEntry.objects.filter(kind="contact.changed").exists()
    assert import_lines.forbidden_on(row) == 0


def test_a_file_that_failed_says_what_it_leaves(
    manager, location, as_, ada, monkeypatch
):
    monkeypatch.setattr(staging, "ROWS", 1)
    row = check(table(STRICT, NEW, head=HEAD), by=manager, home=location)
    confirmed(row, by=manager)
    while not import_lines.forbidden_on(row):
        import_work.step(now=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "admit_many", lambda **_rest: 1 / 0)
        import_work.step(now=MONDAY)

    page = words_of(as_(manager).get(f"/settings/imports/{worked(row).pk}/"))

    assert Import.objects.get().state == "failed"
    assert "nobody of it is here: upload it again" in page
    assert "What the file forbade on 1 chart that was here" in page


def test_a_file_that_forbade_nothing_leaves_nothing(manager, location, as_):
    row = confirmed(check(table(ADA), by=manager, home=location), by=manager)
    imports.abandon(row=row, by=manager)

    page = words_of(as_(manager).get(f"/settings/imports/{row.pk}/"))

    assert "This stays" not in page
