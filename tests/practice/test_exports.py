"""Everybody as files: what stands in them, who is named, and that they come back."""

from __future__ import annotations

import csv
from datetime import date, time

import pytest

from practice import caregivers, exports, merging, patients
from practice.exports import What, begin, lines
from practice.models import (
    Caregiving,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Import,
    Patient,
    StaffMember,
    TrailEntry,
    TrailPatient,
)
from tests import cast
from tests.cast import FOUNDER, MONDAY, sign_in
from tests.practice.importing import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe(location):
    chart = cast.make_patient(
        at=location,
        given_name="Zoë",
        family_name="Núñez",
        born_on=date(2015, 4, 2),
        preferred_name="Zo",
        written_language="es",
    )
    cast.make_contact(chart, value="+12125550117", is_first=True, label="mobile")
    cast.make_contact(chart, kind="email", value="zoe@example.test", may_write=True)
    mother = cast.make_caregiver(chart, relation="parent", is_emergency_contact=True)
    cast.make_contact(mother, value="+12125550130")
    patients.name_elsewhere(patient=chart, system="lab", value="L17", by=FOUNDER)
    return chart


def export(what, by):
    return "".join(lines(what, begin(what=what, by=by)))


def rows(what, by):
    return list(csv.DictReader(export(what, by).removeprefix("\ufeff").splitlines()))


def test_a_chart_is_one_row(zoe, manager):
    row = rows(What.CHARTS, manager)[0]

    assert (row["Given name"], row["Date of birth"]) == ("Zoë", "2015-04-02")
    assert (row["Number in the old system"], row["Home location"]) == ("L17", "Harlem")


def test_an_export_is_one_line_that_names_everybody(zoe, patient, manager):
    before = TrailEntry.objects.count()

    export(What.CONTACTS, manager)

    line = TrailEntry.objects.first()
    assert TrailEntry.objects.count() == before + 1
    assert (line.kind, line.actor_id) == ("practice.exported", manager.pk)
    named = TrailPatient.objects.filter(entry_id=line.pk)
    assert {one.patient_id for one in named} == {zoe.pk, patient.pk}


def test_a_chart_that_is_closed_to_them_is_not_in_it(zoe, manager):
    patients.restrict(patient=zoe, is_restricted=True, by=FOUNDER)

    assert rows(What.CHARTS, manager) == []
    assert rows(What.CONTACTS, manager) == []
    assert rows(What.CAREGIVERS, manager) == []


def test_what_hangs_on_a_merged_chart_stands_with_its_head(zoe, location, manager):
    head = cast.make_patient(at=location, family_name="Head")
    merging.merge(duplicate=zoe, into=head, by=FOUNDER, now=MONDAY)

    assert [row["Family name"] for row in rows(What.CHARTS, manager)] == ["Head"]
    assert {row["Family name"] for row in rows(What.CONTACTS, manager)} == {"Head"}


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(location, manager, formula):
    cast.make_patient(at=location, family_name=formula)

    text = export(What.CHARTS, manager)

    cells = next(csv.reader(text.splitlines()[1:]))
    assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in cells)


def test_what_was_exported_can_be_imported(zoe, manager, location):
    """Charts first, then what hangs on them: the same rows are there again."""
    files = [export(what, manager).encode() for what in What]
    known = caregivers_of(zoe), numbers_of(zoe)
    with cast.by_hand():
        forget_everybody()

    for data in files:
        bring_in(data, by=manager, home=location)

    again = Patient.objects.get()
    assert (again.legal_name, again.preferred_name) == ("Zoë Núñez", "Zo")
    assert again.written_language == "es"
    assert (caregivers_of(again), numbers_of(again)) == known


def test_what_keeps_somebody_safe_comes_back_too(manager, location):
    chart = cast.make_patient(at=location, needs_relay=True, needs_step_free=True)
    ids = [chart.pk]
    patients.restrict(patient=chart, is_restricted=True, by=FOUNDER)
    file = "".join(lines(What.CHARTS, ids)).encode()
    with cast.by_hand():
        forget_everybody()

    bring_in(file, by=manager, home=location)

    again = Patient.objects.get()
    assert (again.needs_relay, again.needs_step_free) == (True, True)
    assert again.is_restricted
    assert not again.needs_large_print


def test_safe_hours_come_back_too(manager, location):
    chart = cast.make_patient(at=location)
    hours = {"safe_from": time(18), "safe_until": time(20)}
    cast.make_contact(chart, may_call=True, **hours)
    data = export(What.CONTACTS, manager).encode()
    with cast.by_hand():
        forget_everybody()

    bring_in(data, by=manager, home=location)

    again = Patient.objects.get().contact_points.get()
    assert (again.safe_from, again.safe_until) == (time(18), time(20))


def test_who_must_not_be_told_comes_back_barred(manager, location):
    chart = cast.make_patient(at=location)
    cast.make_caregiver(chart, name="Frank Father", must_not_be_told=True)
    parts = (What.CHARTS, What.CAREGIVERS)
    files = [export(what, manager).encode() for what in parts]
    with cast.by_hand():
        forget_everybody()

    for data in files:
        bring_in(data, by=manager, home=location)

    again = Patient.objects.get().caregivings.get()
    assert (again.caregiver.name, again.must_not_be_told) == ("Frank Father", True)


def test_what_a_row_forbids_is_forbidden_to_whom_is_here_already(manager, location):
    chart = cast.make_patient(at=location)
    cast.make_caregiver(chart, name="Frank Father", must_not_be_told=True)
    data = export(What.CAREGIVERS, manager).encode()
    row = chart.caregivings.get()
    caregivers.change(
        caregiving=row, must_not_be_told=False, may_book=True, by=FOUNDER, now=MONDAY
    )

    bring_in(data, by=manager, home=location)

    again = chart.caregivings.get()
    assert (again.must_not_be_told, again.may_book) == (True, False)


def test_a_bar_under_another_record_is_in_the_file(manager, location):
    charts = [cast.make_patient(at=location) for _ in range(2)]
    cast.make_caregiver(charts[0], may_be_told=True, may_book=True)
    cast.make_caregiver(charts[1], must_not_be_told=True)
    merging.merge(duplicate=charts[1], into=charts[0], by=FOUNDER, now=MONDAY)

    found = rows(What.CAREGIVERS, manager)

    assert [row["Must not be told"] for row in found] == ["yes", "yes"]
    assert {row["May book"] for row in found} == {"no"}


def test_many_charts_are_several_lines_of_the_trail(manager, location, monkeypatch):
    monkeypatch.setattr(exports, "ON_ONE_LINE", 2)
    ids = {cast.make_patient(at=location).pk for _ in range(5)}

    assert set(begin(what=What.CHARTS, by=manager)) == ids

    lines_of = TrailEntry.objects.filter(kind="practice.exported")
    named = TrailPatient.objects.filter(entry_id__in=lines_of.values("pk"))
    assert lines_of.count() == 3
    assert {one.patient_id for one in named} == ids


def caregivers_of(chart):
    return [
        (one.caregiver.name, one.relation, one.caregiver.contact_points.get().value)
        for one in chart.caregivings.all()
    ]


def numbers_of(chart):
    points = chart.contact_points.order_by("kind", "pk")
    return [(one.kind, one.value, one.label, one.may_write) for one in points]


def forget_everybody():
    """As if nobody had been here: the rows stay and stand for nobody."""
    Patient._base_manager.update(
        given_name="Gone", family_name="Gone", born_on="1900-01-01", is_restricted=True
    )
    ContactPoint._base_manager.update(ended_at=MONDAY)
    ExternalId._base_manager.update(is_current=False)
    Caregiving._base_manager.update(is_withdrawn=True)
    HomeLocation._base_manager.update(is_current=False)
    Patient._base_manager.filter(merged_into=None).update(
        arrived_with=an_import_that_is_not_shown()
    )


def an_import_that_is_not_shown():
    return Import.objects.create(
        rows=1, uploaded_at=MONDAY, uploaded_by=StaffMember.objects.first()
    )


def test_who_exports_proves_who_they_are(manager, now):
    client = sign_in(manager)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()

    answer = client.get("/settings/exports/")

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_a_file_is_nameless_and_is_not_kept(zoe, manager):
    answer = sign_in(manager).post("/settings/exports/charts/")

    assert answer["Content-Disposition"] == 'attachment; filename="charts.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert b"Zo" in b"".join(answer)


def test_what_is_no_file_is_not_found(manager):
    assert sign_in(manager).post("/settings/exports/nonsense/").status_code == 404


def test_exports_take_the_same_questions_however_many_there_are(
    zoe, location, manager, django_assert_max_num_queries
):
    for _turn in range(20):
        cast.make_contact(cast.make_patient(at=location))
        caregivers.introduce(name="Somebody", language="en", by=FOUNDER)

    for what in What:
        with django_assert_max_num_queries(12):
            export(what, manager)
