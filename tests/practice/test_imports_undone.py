"""An import is taken back whole, for a day, while nobody worked with its charts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from practice import (
    caregivers,
    contacts,
    duplicates,
    erasing,
    import_work,
    imports,
    incidents,
    merging,
    patients,
    reveals,
)
from practice.import_cells import Plan
from practice.imports import TooLate
from practice.models import Caregiver, ContactPoint, ExternalId, Patient, TrailEntry
from practice.rules import NotPossible
from practice.states import IllegalMove
from practice.trail import NoLongerHere
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.practice.importing import ADA, BEN, bring_in, confirmed, table, worked

pytestmark = pytest.mark.django_db
BOTH = table(ADA, BEN)
LATER = MONDAY + timedelta(hours=25)


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


def test_an_import_is_taken_back_whole(manager, location, ada):
    before = ContactPoint.objects.count()
    row = bring_in(BOTH, by=manager, home=location)

    imports.undo(row=row, by=manager, now=MONDAY)

    assert Patient.objects.get() == ada
    assert ContactPoint.objects.count() == before
    assert not ada.caregivings.exists()
    assert not ada.external_ids.exists()


def test_what_was_taken_back_stands_in_nobodys_way(manager, location, ada):
    row = bring_in(BOTH, by=manager, home=location)
    imports.undo(row=row, by=manager, now=MONDAY)
    assert worked(row).is_cleared

    again = bring_in(BOTH, by=manager, home=location)

    assert (again.charts, again.additions) == (1, 1)
    assert ExternalId.objects.count() == 2


def test_after_a_day_an_import_stays(manager, location):
    row = bring_in(BOTH, by=manager, home=location)

    with pytest.raises(TooLate):
        imports.undo(row=row, by=manager, now=LATER)


def _edit(chart, by):
    patients.change_details(patient=chart, by=by, now=MONDAY, pronouns="she/her")


def _task(chart, by):
    cast.make_task(to=by, patient=chart)


def _merge(chart, by):
    other = cast.make_patient(at=chart.home_locations.get())
    merging.merge(duplicate=other, into=chart, by=by, now=MONDAY)


def _contact(chart, by):
    contacts.end(point=chart.contact_points.first(), by=by, now=MONDAY)


def _family(chart, by):
    other = cast.make_patient(at=chart.home_locations.get())
    person = chart.caregivings.first().caregiver
    caregivers.authorise(
        caregiver=person,
        patient=other,
        relation="helper",
        starts_on=MONDAY.date(),
        by=by,
    )


def _phone(chart, by):
    person = Caregiver._base_manager.get(caregivings__patient=chart)
    contacts.add(owner=person, kind="phone", value="+12125550199", by=by, now=MONDAY)


def _apart(chart, by):
    other = cast.make_patient(at=chart.home_locations.get())
    duplicates.tell_apart(one=chart, other=other, by=by)


def _apart_from_before(chart, by):
    duplicates.tell_apart(one=Patient.objects.earliest("pk"), other=chart, by=by)


def _own_chart(chart, by):
    person = caregivers.introduce(name="Ada Ames", language="en", by=by)
    caregivers.describe(
        caregiver=person, name="Ada Ames", language="en", own_chart=chart, by=by
    )


USES = [_edit, _task, _merge, _contact, _family, _phone, _apart, _own_chart]


@pytest.mark.parametrize("use", [*USES, _apart_from_before])
def test_who_has_worked_with_a_chart_keeps_it(manager, location, patient, use):
    row = bring_in(BOTH, by=manager, home=location)
    use(Patient.objects.get(given_name="Ada"), manager)

    with pytest.raises(TooLate, match="has worked with"):
        imports.undo(row=row, by=manager, now=MONDAY)

    assert Patient.objects.filter(given_name="Ada").exists()


def test_a_look_is_no_use(manager, location):
    row = bring_in(BOTH, by=manager, home=location)
    cast.sign_in(manager).get(f"/patients/{Patient.objects.first().pk}/")

    imports.undo(row=row, by=manager, now=MONDAY)

    assert not Patient.objects.exists()


LATE = [_edit, _task, _phone, _apart, _own_chart]


@pytest.mark.parametrize("use", LATE)
def test_who_works_on_with_what_was_taken_back_is_told(manager, location, use):
    row = bring_in(BOTH, by=manager, home=location)
    chart = Patient.objects.get(given_name="Ada")
    before = TrailEntry.objects.filter(patient_id=chart.pk).count()
    imports.undo(row=row, by=manager, now=MONDAY)

    with pytest.raises(NotPossible):
        use(chart, manager)

    assert TrailEntry.objects.filter(patient_id=chart.pk).count() == before


@pytest.mark.parametrize("act", [contacts.end, contacts.change])
def test_a_number_that_was_taken_back_is_not_changed(manager, location, act):
    row = bring_in(BOTH, by=manager, home=location)
    point = ContactPoint.objects.filter(patient__given_name="Ada").get()
    details = {} if act == contacts.end else {"value": "+12125550199"}
    imports.undo(row=row, by=manager, now=MONDAY)

    with pytest.raises(NoLongerHere, match="taken that file back"):
        act(point=point, by=manager, now=MONDAY, **details)


def test_an_import_is_confirmed_and_undone_once(manager, location):
    row = bring_in(BOTH, by=manager, home=location)
    with pytest.raises(IllegalMove):
        imports.confirm(row=row, leaves_out_problems=True, by=manager, now=MONDAY)
    imports.undo(row=row, by=manager, now=MONDAY)

    with pytest.raises(IllegalMove):
        imports.undo(row=row, by=manager, now=MONDAY)
    with pytest.raises(IllegalMove):
        imports.abandon(row=row, by=manager)


def test_an_erasure_takes_what_no_page_shows(owner, manager, location, ada):
    row = bring_in(BOTH, by=manager, home=location)
    imports.undo(row=row, by=manager, now=MONDAY)
    worked(row)
    ended = patients.end_care(patient=ada, reason="Moved", by=FOUNDER, now=MONDAY)

    erasing.erase_chart(patient=ended, by=manager, reason="Art. 17")

    left = ContactPoint._base_manager.filter(patient=ada.pk)
    assert not left.exists()


def test_the_same_file_at_once_again_keeps_its_numbers(manager, location):
    imports.undo(row=bring_in(BOTH, by=manager, home=location), by=manager, now=MONDAY)

    again = imports.take(data=BOTH, by=manager, now=MONDAY)
    plan = Plan(columns=imports.guess(again)[0], order="ymd", home=location.pk)
    imports.read_as(row=again, plan=plan, by=manager, now=MONDAY)
    while again.staged.parts.filter(checked_at=None).exists():
        assert import_work.step(now=MONDAY)
    assert import_work.step(now=MONDAY)
    worked(confirmed(again, by=manager))

    numbers = ExternalId.objects.values_list("system", "value")
    assert set(numbers) == {("Earlier number", "A1"), ("Earlier number", "A2")}


def test_to_reveal_a_name_or_report_the_file_does_not_keep_it(
    manager, location, auditor, as_
):
    row = bring_in(BOTH, by=manager, home=location)
    chart = Patient.objects.first()
    reveals.reveal(patient=chart, reason="Because I check this file", by=auditor)
    found = incidents.report(
        kind="other", words="All wrong", patients=[chart], by=auditor, now=MONDAY
    )

    imports.undo(row=row, by=manager, now=MONDAY)

    page = as_(manager).get(reverse("incident", args=[found.pk]))
    assert page.status_code == 200
    assert "Ames" not in page.content.decode()


def test_a_letter_owed_because_of_a_mistake_keeps_a_file(manager, location, auditor):
    row = bring_in(BOTH, by=manager, home=location)
    chart = Patient.objects.first()
    found = incidents.record(
        kind="other", words="All wrong", patients=[chart], by=auditor, now=MONDAY
    )
    incidents.add_step(
        incident=found,
        kind="letter",
        words="x",
        patient=chart,
        due_at=LATER,
        by=manager,
    )

    assert imports.why_not_undone(row, now=MONDAY)
