"""Who may be somebody that is known is decided before anybody comes in."""

from __future__ import annotations

from datetime import date

import pytest

from practice import contacts, import_pages, imports, merging, patients, staging
from practice.imports import NotDecided
from practice.models import (
    Caregiver,
    ContactPoint,
    Decision,
    ExternalId,
    Finding,
    Patient,
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
    table,
    worked,
)

pytestmark = pytest.mark.django_db
BOTH = table(ADA, BEN)


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


def test_a_duplicate_has_to_be_decided(manager, location, ada):
    row = check(BOTH, by=manager, home=location)

    found = findings(row, Finding.KNOWN).get()
    assert (found.line, found.chart_id, found.is_certain) == (2, ada.pk, True)
    with pytest.raises(NotDecided):
        imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)


def test_what_a_row_adds_to_a_chart_is_what_it_lacks(manager, location, ada):
    contacts.add(
        owner=ada, kind="email", value="ada@example.test", by=FOUNDER, now=MONDAY
    )

    row = bring_in(BOTH, by=manager, home=location)

    assert (row.charts, row.additions) == (1, 1)
    assert ada.contact_points.count() == 2
    assert ada.external_ids.get().value == "A1"
    assert ada.caregivings.get().caregiver.name == "Kit Ames"


WHO = "Given name,Family name,Date of birth,Phone"


def add(manager, location, *rows, head, **answers):
    """Bring rows in that are about charts which are here."""
    return bring_in(
        table(
            *(f"Ada,Ames,1980-01-31,(212) 555-0117,{row}" for row in rows), head=head
        ),
        by=manager,
        home=location,
        **answers,
    )


def test_what_a_row_forbids_is_forbidden_on_the_chart(manager, location, ada):
    point = ada.contact_points.get()
    contacts.change(
        point=point,
        value=point.phone,
        may_text=True,
        may_call=True,
        may_leave_voicemail=True,
        may_join_texts=True,
        by=FOUNDER,
        now=MONDAY,
    )

    add(manager, location, "no,no,yes", head=f"{WHO},May text,May call,Restricted")

    point, ada = ada.contact_points.get(), Patient.objects.get(pk=ada.pk)
    rights = (point.may_text, point.may_call, point.may_leave_voicemail)
    assert rights == (False, False, False)
    assert not point.may_join_texts
    assert ada.is_restricted
    kinds = TrailEntry.objects.filter(patient_id=ada.pk).values_list("kind", flat=True)
    assert {"contact.changed", "patient.restricted"} <= set(kinds)


def test_what_any_of_several_rows_forbids_is_forbidden(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 2)
    head = f"{WHO},May text,Restricted"

    add(manager, location, "yes,no", "yes,", "no,yes", head=head)

    ada = Patient.objects.get()
    assert ada.is_restricted
    assert not ada.contact_points.get().may_text


def test_what_a_row_leaves_open_forbids_nothing(manager, location, ada):
    point = ada.contact_points.get()
    contacts.change(
        point=point, value=point.phone, may_text=True, by=FOUNDER, now=MONDAY
    )

    add(manager, location, ",", head=f"{WHO},May text,Restricted")

    assert ada.contact_points.get().may_text


def test_an_alert_is_added_once(manager, location, ada):
    patients.add_alert(patient=ada, text="Penicillin allergy", ends_on=None, by=FOUNDER)

    rows = ("penicillin ALLERGY", "Bites", "bites")
    add(manager, location, *rows, head=f"{WHO},Alert")

    texts = ada.alerts.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Penicillin allergy", "Bites"]


def test_a_caregiver_on_the_chart_gets_what_they_lack(manager, location, ada):
    head = f"{WHO},Caregiver,Caregiver phone,Caregiver email"
    rows = (
        "Kit Ames,(212) 555-0130,",
        "Kit Ames,(212) 555-0131,kit@example.test",
        "KIT AMES,(212) 555-0130,KIT@example.test",
    )

    add(manager, location, *rows, head=head)

    kit = Caregiver.objects.get()
    assert ada.caregivings.get().caregiver == kit
    values = {one.value for one in kit.contact_points.all()}
    assert values == {"(212) 555-0130", "(212) 555-0131", "kit@example.test"}


def test_a_caregiver_of_several_rows_is_one_person_with_all_they_have(
    manager, location, ada
):
    head = f"{WHO},Caregiver,Caregiver phone,Caregiver email"
    rows = [
        "Ben,Brook,1990-11-12,,Kit Ames,(212) 555-0130,",
        "Ada,Ames,1980-01-31,(212) 555-0117,Kit Ames,(212) 555-0130,kit@example.test",
        "Eve,Ekwueme,1991-11-12,,Kit Ames,(212) 555-0130,kit@example.org",
    ]

    bring_in(table(*rows, head=head), by=manager, home=location)

    kit = Caregiver.objects.get()
    assert kit.caregivings.count() == 3
    assert kit.contact_points.count() == 3


@pytest.mark.parametrize(
    ("decision", "charts"), [("open", 3), ("leave", 2), ("add", 2)]
)
def test_a_duplicate_is_what_somebody_says(manager, location, ada, decision, charts):
    row = check(BOTH, by=manager, home=location)

    imports.decide(row=row, decisions={2: decision}, by=manager)
    imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)
    worked(row)

    assert Patient.objects.count() == charts


def test_a_number_stands_for_one_chart(manager, location, ada):
    patients.name_elsewhere(
        patient=ada, system="Earlier number", value="A1", by=FOUNDER
    )
    row = check(BOTH, by=manager, home=location)

    worked(confirmed(row, by=manager, decision=Decision.OPEN))

    assert ExternalId.objects.get(system="Earlier number", value="A1").patient == ada
    assert Patient.objects.count() == 3


def test_strangers_with_one_number_stay_two_people(manager, location, as_):
    rows = ["A1,Ada,Ames,1980-01-31,(212) 555-0117,,,", "A1,Ben,Brook,1990-11-12,,,,"]
    row = check(table(*rows), by=manager, home=location)

    page = as_(manager).get(f"/settings/imports/{row.pk}/duplicates/").content.decode()

    assert "The same: number" in page
    assert "Same number as another row, other name and birth date" in page
    assert "Add what is new" not in page
    rule = {"kind": Finding.TWICE, "is_certain": False, "is_by_number": True}
    assert imports.decide_by_rule(row=row, decision="add", by=manager, **rule) == 0
    assert imports.decide_by_rule(row=row, decision="open", by=manager, **rule) == 1


@pytest.mark.parametrize("kind", ["problem", "problem-maybe", "problem-sure"])
def test_no_rule_speaks_of_rows_with_problems(manager, location, as_, kind):
    row = check(table(ADA, "A9,,Nameless,1990-01-01,,,,"), by=manager, home=location)
    path = f"/settings/imports/{row.pk}/duplicates/rule/"

    as_(manager).post(path, {"kind": kind, "decision": "leave"})

    assert import_pages.review(row).ready == 1
    rule = {"kind": Finding.PROBLEM, "is_certain": False}
    assert imports.decide_by_rule(row=row, decision="leave", by=manager, **rule) == 0


def test_the_page_says_what_agrees(manager, location, ada, as_):
    row = check(table(ADA, "A2,Ada,Ames,1980-01-31,,,,"), by=manager, home=location)

    page = as_(manager).get(f"/settings/imports/{row.pk}/duplicates/")

    found = [twin.shared for twin in page.context["page"].rows]
    assert found == [["name", "birth date", "phone"], ["name", "birth date"]]


@pytest.mark.parametrize(
    ("number", "is_said"), [("A1", True), ("A2", False)], ids=["the same", "another"]
)
def test_a_number_that_only_one_chart_will_have_is_said_before(
    manager, location, as_, number, is_said
):
    same = f"{number},Ada,Ames,1980-01-31,,,,"
    row = check(table(ADA, same), by=manager, home=location)

    page = as_(manager).get(f"/settings/imports/{row.pk}/duplicates/")

    assert (b"the one that has it first keeps it" in page.content) is is_said


def test_what_adding_leaves_out_is_said_before(manager, location, ada, as_):
    head = "Given name,Family name,Date of birth,Date of death,Interpreter,Language"
    rows = table("Ada,Ames,1980-01-31,2024-02-03,ASL,Spanish", head=head)
    row = check(rows, by=manager, home=location)

    page = as_(manager).get(f"/settings/imports/{row.pk}/duplicates/")

    assert page.context["page"].rows[0].stays == [
        "State in the practice: Deceased",
        "Date of death: 3 Feb 2024",
        "Language: Spanish",
        "Written language: Spanish",
        "Interpreter: Sign-language interpreter",
    ]
    assert b"Date of death: 3 Feb 2024" in page.content


def test_rows_about_one_person_become_one_chart(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 2)
    other = "A1,Ada,Ames,1980-01-31,(212) 555-0119,Eve Ames,mother,"
    row = check(table(ADA, BEN, other, ADA), by=manager, home=location)
    assert [one.twin_line for one in findings(row, Finding.TWICE)] == [2, 2]

    worked(confirmed(row, by=manager))

    ada = Patient.objects.get(given_name="Ada")
    assert ada.contact_points.count() == 2
    assert ada.caregivings.count() == 2
    assert Patient.objects.count() == 2


def test_where_the_first_of_them_stays_out_the_next_stands_for_all(
    manager, location, ada
):
    known = "B1,Ada,Brook,1980-01-31,(212) 555-0117,,,"
    unknown = "B2,Ada,Brook,1980-01-31,,,,"
    row = check(table(known, unknown, unknown), by=manager, home=location)
    assert [one.kind for one in staging.findings_of(row)] == ["known", "twice", "twice"]

    imports.decide(row=row, decisions={2: "leave", 3: "add", 4: "add"}, by=manager)
    imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)
    worked(row)

    assert Patient.objects.get(family_name="Brook").external_ids.get().value == "B2"


HEAD = "Given name,Family name,Date of birth,Phone"
ONE, SAME_NAME = (f"Ann,Lee,1980-01-31,(212) 555-011{n}" for n in (7, 8))


@pytest.mark.parametrize(
    ("third", "is_certain"),
    [(SAME_NAME, True), (SAME_NAME.replace("1980", "1981"), False)],
    ids=["the same row", "the same name and phone"],
)
def test_a_row_that_is_like_a_later_twin_is_found(manager, location, third, is_certain):
    row = check(table(ONE, SAME_NAME, third, head=HEAD), by=manager, home=location)

    found = findings(row, Finding.TWICE).values_list("line", "twin_line", "is_certain")
    assert list(found) == [(3, 2, False), (4, 3, is_certain)]


TWINS_OF_TWINS = {
    ("add", "add"): [3],
    ("open", "add"): [1, 2],
    ("add", "open"): [2, 2],
    ("leave", "add"): [1, 2],
    ("leave", "leave"): [1],
}


@pytest.mark.parametrize(("said", "phones"), TWINS_OF_TWINS.items())
@pytest.mark.parametrize("rows", [1, 100])
def test_a_twin_of_a_twin_goes_where_its_own_twin_goes(
    manager, location, monkeypatch, said, phones, rows
):
    monkeypatch.setattr(staging, "ROWS", rows)
    third = "Ann,Lee,1981-01-31,(212) 555-0118,(212) 555-0119"
    data = table(f"{ONE},", f"{SAME_NAME},", third, head=f"{HEAD},Home phone")
    row = check(data, by=manager, home=location)

    imports.decide(row=row, decisions=dict(zip((3, 4), said, strict=True)), by=manager)
    imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)
    worked(row)

    charts = Patient.objects.order_by("pk")
    assert [one.contact_points.count() for one in charts] == phones


def test_brothers_and_sisters_share_one_mother(manager, location, monkeypatch):
    monkeypatch.setattr(staging, "ROWS", 1)
    mother = "Eve Ames,mother,(212) 555-0131"
    rows = [
        f"A{n},{name},Ames,201{n}-01-31,,{mother}" for n, name in enumerate("AB", 1)
    ]
    rows = [row.replace(",A,", ",Ada,").replace(",B,", ",Ben,") for row in rows]

    bring_in(table(*rows), by=manager, home=location)

    assert Caregiver.objects.get().caregivings.count() == 2
    assert ContactPoint.objects.count() == 1


def test_twins_are_two_people(manager, location):
    rows = [
        "T1,Ada,Ames,2010-01-31,(212) 555-0117,,,",
        "T2,Ben,Ames,2010-01-31,(212) 555-0117,,,",
    ]

    row = check(table(*rows), by=manager, home=location)

    assert not staging.findings_of(row).exists()


def test_a_merged_chart_is_the_one_that_stands_for_it(manager, location, ada):
    head = cast.make_patient(at=location)
    merging.merge(duplicate=ada, into=head, by=FOUNDER, now=MONDAY)

    row = check(BOTH, by=manager, home=location)

    assert findings(row, Finding.KNOWN).get().chart_id == head.pk


def test_nobody_adds_to_a_chart_that_is_closed_to_them(manager, location, ada):
    patients.restrict(patient=ada, is_restricted=True, by=FOUNDER)
    row = check(BOTH, by=manager, home=location)

    assert imports.decide(row=row, decisions={2: "add"}, by=manager) == 0
    assert imports.decide(row=row, decisions={2: "leave"}, by=manager) == 1


def test_who_was_registered_meanwhile_is_asked_about(manager, location):
    row = confirmed(check(BOTH, by=manager, home=location), by=manager)
    cast.make_patient(
        at=location, given_name="Ben", family_name="Brook", born_on=date(1990, 11, 12)
    )

    row = worked(row)

    assert row.state == ImportState.REVIEW
    assert "Meanwhile 1 of these" in row.fault
    assert findings(row, Finding.KNOWN).get().line == 3
    assert not Patient._base_manager.filter(given_name="Ada").exists()
