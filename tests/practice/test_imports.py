"""Files that come in: whole or not at all, hidden until then, undone for a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.query import QuerySet

from practice import (
    contacts,
    import_work,
    imports,
    intake,
    staging,
)
from practice.import_cells import Plan
from practice.imports import NotDecided, TooManyWait
from practice.models import (
    Arriving,
    Caregiver,
    Caregiving,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Import,
    KnownHead,
    Patient,
    StagedFile,
    StagedPart,
    TrailEntry,
)
from practice.states import ImportState
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.practice.importing import (
    ADA,
    BEN,
    bring_in,
    check,
    confirmed,
    hidden,
    table,
    worked,
)

pytestmark = pytest.mark.django_db
US_DAYS = ["03/13/1985", "03/04/1985", "12/11/1970"]
BOTH = table(ADA, BEN)
LATER = MONDAY + timedelta(hours=25)


def findings(row, kind):
    return staging.findings_of(row).filter(kind=kind)


@pytest.fixture
def ada(location):
    """The Ada of the file, as the practice knows her already."""
    chart = cast.make_patient(
        at=location, given_name="Ada", family_name="Ames", born_on=date(1980, 1, 31)
    )
    contacts.add(
        owner=chart, kind="phone", value="+12125550117", by=FOUNDER, now=MONDAY
    )
    return chart


# In ---------------------------------------------------------------------------------
def test_a_row_comes_in_with_all_that_hangs_on_it(manager, location):
    row = bring_in(BOTH, by=manager, home=location, may_call=True)

    chart = Patient.objects.get(given_name="Ada")
    assert (row.state, row.charts) == ("done", 2)
    assert chart.home_locations.get() == location
    assert chart.external_ids.get().value == "A1"
    phone = chart.contact_points.get()
    assert (phone.value, phone.may_call, phone.may_text) == (
        "(212) 555-0117",
        True,
        False,
    )
    family = chart.caregivings.get()
    assert (family.caregiver.name, family.relation) == ("Kit Ames", "sibling")
    assert (family.is_emergency_contact, family.may_be_told) == (True, False)
    assert family.caregiver.contact_points.get().value == "(212) 555-0130"


def test_nothing_is_there_before_somebody_said_so(manager, location):
    check(BOTH, by=manager, home=location)

    assert not Patient._base_manager.exists()


def test_every_record_of_an_import_is_in_the_trail_by_who_confirmed_it(
    manager, location
):
    bring_in(BOTH, by=manager, home=location)

    lines = TrailEntry.objects.filter(kind="patient.registered")
    assert set(lines.values_list("actor_id", flat=True)) == {manager.pk}
    assert Patient.objects.first().history.count() == 1


def test_what_has_come_in_is_hidden_until_all_of_it_has(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 1)
    row = hidden(confirmed(check(BOTH, by=manager, home=location), by=manager))

    assert Patient._base_manager.count() == 2
    for model in (Patient, ContactPoint, Caregiver, Caregiving, ExternalId):
        assert not model.objects.exists()

    worked(row)
    assert Patient.objects.count() == 2


def test_a_worker_that_dies_loses_one_step_only(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 1)
    row = confirmed(check(BOTH, by=manager, home=location), by=manager)
    import_work.step(now=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "enrich_many", lambda **_rest: 1 / 0)
        patch.setattr(import_work, "_fail", lambda _row: None)
        import_work.step(now=MONDAY)
    assert not Patient._base_manager.exists()

    assert worked(row).charts == 2


def test_a_file_at_work_is_in_one_hand(manager, location):
    row = confirmed(check(BOTH, by=manager, home=location), by=manager)

    assert import_work._claimed()

    assert import_work._claimed() is None
    assert not import_work.step(now=MONDAY)
    assert row.staged.parts.filter(admitted_at=None).exists()


def test_what_fails_in_the_middle_leaves_nothing(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 1)
    row = confirmed(check(BOTH, by=manager, home=location), by=manager)
    import_work.step(now=MONDAY)
    import_work.step(now=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "enrich_many", lambda **_rest: 1 / 0)
        import_work.step(now=MONDAY)

    row = worked(row)
    assert (row.state, row.is_cleared) == ("failed", True)
    assert "upload it again" in row.fault
    assert not Patient.objects.exists()
    assert not StagedFile.objects.exists()
    assert bring_in(BOTH, by=manager, home=location).charts == 2


def test_the_words_of_a_file_are_gone_when_it_is_in(manager, location):
    bring_in(BOTH, by=manager, home=location)

    assert not StagedFile.objects.exists()
    assert not StagedPart.objects.exists()


def test_a_file_that_waits_is_not_in_clear(manager, location):
    check(BOTH, by=manager, home=location)

    with connection.cursor() as cursor:
        for model in (StagedFile, StagedPart, KnownHead):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            kept = b"".join(str(bytes_of(cell)).encode() for cell in cells(cursor))
            assert kept
            assert b"Ames" not in kept
            assert b"0117" not in kept


def cells(cursor):
    return [cell for row in cursor.fetchall() for cell in row]


def bytes_of(cell):
    return bytes(cell) if isinstance(cell, memoryview) else cell


def test_a_file_is_forgotten_after_a_day(manager, location):
    row = check(BOTH, by=manager, home=location)

    assert imports.forget_old(by=FOUNDER, now=MONDAY + timedelta(hours=23)) == 0
    assert imports.forget_old(by=FOUNDER, now=LATER) == 1

    assert not StagedFile.objects.exists()
    row.refresh_from_db()
    assert row.state == ImportState.ABANDONED


def test_only_so_many_files_wait(manager):
    for _turn in range(imports.MOST_WAITING):
        imports.take(data=BOTH, by=manager, now=MONDAY)

    with pytest.raises(TooManyWait):
        imports.take(data=BOTH, by=manager, now=MONDAY)


# Columns ----------------------------------------------------------------------------
def test_how_heads_were_read_is_remembered(manager, location):
    head = "Wer,Geboren\n"
    row = imports.take(
        data=f"{head}Ada Ames,1980-01-31".encode(), by=manager, now=MONDAY
    )
    assert imports.guess(row) == (["", ""], {})
    plan = imports_plan(["full_name", "born_on"], location, may_call=True)
    imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)

    again = imports.take(data=f"{head}Eve,1981-01-31".encode(), by=manager, now=MONDAY)
    names, known = imports.guess(again)
    assert names == ["full_name", "born_on"]
    assert known["may_call"] is True
    assert "Wer" not in str(KnownHead.objects.values())


def imports_plan(columns, location, **answers):
    return Plan(columns=columns, order="ymd", home=location.pk, **answers)


def test_without_name_or_birth_date_nobody_comes_in(manager, location):
    row = imports.take(data=BOTH, by=manager, now=MONDAY)
    plan = imports_plan(["", "given_name", *[""] * 6], location)

    with pytest.raises(imports.ColumnsMissing):
        imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)


def test_the_columns_may_be_named_anew(manager, location):
    row = check(BOTH, by=manager, home=location)

    imports.read_again(row=row, by=manager)

    names, _known = imports.guess(row)
    imports.read_as(row=row, plan=imports_plan(names, location), by=manager, now=MONDAY)
    assert worked(row).state == ImportState.REVIEW


@pytest.mark.parametrize(
    ("born", "order"),
    [("31/01/1980", "dmy"), ("01/31/1980", "mdy"), ("1980-01-31", "ymd")],
)
def test_the_order_of_dates_is_found_in_the_file(manager, born, order):
    data = table(f",Ada,Ames,{born},,,,", ",Ben,Brook,02/02/1990,,,,")
    row = imports.take(data=data, by=manager, now=MONDAY)

    assert imports.order_in(row, imports.guess(row)[0]) == order


@pytest.mark.parametrize(
    "born",
    [
        ["02/03/1980"],
        ["1980-01-31", "02/03/1980"],
        ["31/01/1980", "30/01/1980", "01/31/1980"],
    ],
)
def test_dates_that_may_be_two_days_are_asked_for(manager, born):
    data = table(*[f",Ada,Ames,{day},,,," for day in born])
    row = imports.take(data=data, by=manager, now=MONDAY)

    with pytest.raises(imports.OrderOpen, match="03/04/1985"):
        imports.order_in(row, imports.guess(row)[0])


def test_dates_with_the_year_first_say_nothing_of_the_others(manager):
    head = "Given name,Family name,Date of birth,Created at"
    rows = [f"Ada,Ames,{day},2020-01-1{n} 10:00" for n, day in enumerate(US_DAYS)]
    row = imports.take(data=table(*rows, head=head), by=manager, now=MONDAY)

    assert imports.order_in(row, imports.guess(row)[0]) == "mdy"


def test_a_mended_file_is_read_in_the_order_of_the_first(manager, location):
    check(table(",Ada,Ames,31/31/1985,,,,"), by=manager, home=location, order="mdy")
    mended = table(",Ada,Ames,1985-03-31,,,,", ",Ben,Brook,03/04/1985,,,,")

    row = imports.take(data=mended, by=manager, now=MONDAY)

    assert imports.order_in(row, imports.guess(row)[0]) == "mdy"


# Problems ---------------------------------------------------------------------------
def test_rows_with_problems_stay_out_when_somebody_says_so(manager, location):
    row = check(table(ADA, "A3,,,,911,,,"), by=manager, home=location)

    with pytest.raises(NotDecided):
        imports.confirm(row=row, leaves_out_problems=False, by=manager, now=MONDAY)

    assert worked(confirmed(row, by=manager)).charts == 1


def test_a_file_of_which_nothing_would_come_in_does_not(manager, location):
    row = check(table("A3,,,,911,,,"), by=manager, home=location)

    with pytest.raises(NotDecided):
        confirmed(row, by=manager)


# Hidden ---------------------------------------------------------------------------
def test_the_manager_that_hides_is_everywhere():
    """Whatever arrives with an import leaves by it: no default manager forgets."""
    arriving = [model for model in apps.get_models() if issubclass(model, Arriving)]

    assert len(arriving) >= 7
    for model in arriving:
        query: QuerySet = model._default_manager.all()
        assert "arrived_with" in str(query.query).split("WHERE")[1]


def test_an_abandoned_import_left_no_row(manager):
    row = imports.take(data=BOTH, by=manager, now=MONDAY)

    imports.abandon(row=row, by=manager)

    assert Import.objects.get().state == ImportState.ABANDONED
    assert not StagedFile.objects.exists()


def test_a_whole_name_counts_before_a_short_one(manager, practice):
    north = cast.make_location(name="North Clinic", short_name="Main")
    main = cast.make_location(name="Main", short_name="South")
    head = "Given name,Family name,Date of birth,Location"
    rows = ("Ann,Bee,1980-01-31,Main", "Cy,Dee,1980-01-31,South")

    bring_in(table(*rows, head=head), by=manager, home=north)

    homes = HomeLocation.objects.values_list("location", flat=True)
    assert list(homes) == [main.pk, main.pk]


def test_a_location_that_shut_meanwhile_takes_nobody(manager, far_location):
    row = check(table(ADA), by=manager, home=far_location)
    with cast.by_hand():
        type(far_location)._base_manager.filter(pk=far_location.pk).update(
            is_active=False
        )

    failed = worked(confirmed(row, by=manager))

    assert (failed.state, Patient.objects.count()) == ("failed", 0)
