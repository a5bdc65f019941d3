"""The duplicates worklist and two charts side by side."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from practice import contacts, duplicates, merging, patients
from practice.models import NotTheSame, Patient
from tests import cast
from tests.ground import layer

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY
BORN = date(1984, 5, 17)


@layer
def twin(patient, location):
    return cast.make_patient(
        at=location,
        given_name="Paola",
        family_name="Patience",
        preferred_name="Polly",
        born_on=BORN,
    )


@pytest.fixture
def boss(as_, manager):
    return as_(manager)


def text_of(response):
    return response.content.decode()


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def url(name, *args):
    return reverse(name, args=args)


def test_a_pair_is_listed_with_its_reasons(boss, patient, twin):
    duplicates.look()

    shown = text_of(boss.get("/duplicates/"))

    assert "a name spelt or sounding alike" in shown
    assert "born on the same day" in shown
    assert url("patient_merge", patient.pk, twin.pk) in shown


def test_an_empty_list_says_what_will_come(boss):
    assert "No pair waits" in text_of(boss.get("/duplicates/"))


def test_the_desk_merges_nothing(as_, front_desk, patient, twin):
    client = as_(front_desk)

    assert client.get("/duplicates/").status_code == 403
    path = url("patients_told_apart", patient.pk, twin.pk)
    assert client.post(path).status_code == 403


def test_not_the_same_person_is_remembered_and_taken_back(boss, patient, twin):
    duplicates.look()
    boss.post(url("patients_told_apart", patient.pk, twin.pk))
    shown = text_of(boss.get("/duplicates/"))
    assert "Two people, somebody said" in shown
    assert url("patient_merge", patient.pk, twin.pk) not in shown

    boss.post(url("told_apart_undo", NotTheSame.objects.get().pk))

    shown = text_of(boss.get("/duplicates/"))
    assert url("patient_merge", patient.pk, twin.pk) in shown


def test_charts_elsewhere_are_not_told_apart(boss, patient, twin):
    patients.restrict(patient=twin, is_restricted=True, by=cast.FOUNDER)

    answer = boss.post(url("patients_told_apart", patient.pk, twin.pk))

    assert answer.status_code == 404


def test_where_two_charts_differ_somebody_chooses(boss, patient, twin):
    path = url("patient_merge", patient.pk, twin.pk)
    form = boss.get(path).context["form"]
    assert form.differing == ["given_name", "preferred_name"]
    # What only one of them says is taken, unless somebody says otherwise.
    assert form["preferred_name"].value() == "duplicate"

    boss.post(
        path,
        {
            "given_name": "duplicate",
            "preferred_name": "into",
            "reason": "Passport",
            "version": form.shown.version,
        },
    )

    assert (fresh(patient).given_name, fresh(patient).preferred_name) == ("Paola", "")
    assert fresh(twin).merged_into == patient
    boss.post(url("patient_unmerge", twin.pk))
    assert fresh(patient).given_name == "Paula"


def test_a_choice_that_is_none_keeps_the_page(boss, patient, twin):
    path = url("patient_merge", patient.pk, twin.pk)

    answer = boss.post(path, {"given_name": "third", "reason": "Passport"})

    assert answer.status_code == 422
    assert "Passport" in text_of(answer)
    assert fresh(twin).merged_into is None


def test_what_changed_meanwhile_is_read_before_it_is_merged(boss, patient, twin):
    path = url("patient_merge", patient.pk, twin.pk)
    version = boss.get(path).context["form"].shown.version
    patients.change_details(patient=twin, pronouns="she/her", by=cast.FOUNDER, now=NOW)

    answer = boss.post(path, {"version": version})

    assert answer.status_code == 422
    assert "Somebody changed this" in text_of(answer)
    assert fresh(twin).merged_into is None


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_as_often_for_many_as_for_one(
    boss, location, count, django_assert_max_num_queries
):
    for number in range(count):
        for _ in range(2):
            cast.make_patient(at=location, family_name=f"Fam{'abcdefg'[number] * 4}")
    duplicates.look()

    with django_assert_max_num_queries(22):
        shown = text_of(boss.get("/duplicates/"))
    assert shown.count("born on the same day") >= count


# Moving ---------------------------------------------------------------------
@pytest.fixture
def point(patient):
    return cast.make_contact(patient, value="+12125550187")


def test_a_number_on_the_wrong_chart_is_moved_and_moved_back(
    as_, front_desk, patient, twin, point
):
    client, path = as_(front_desk), url("move", "contact", point.pk)
    assert path in text_of(client.get(url("contact_edit", point.pk)))
    assert "Paola" in text_of(client.post(path, {"q": "paola"})).replace(
        "Polly", "Paola"
    )

    answer = client.post(path, {"chart": twin.pk})

    assert answer["Location"] == url("patient", twin.pk)
    assert contacts.has(twin, "phone", "+12125550187")
    client.post(url("move_back", "contact", point.pk))
    assert contacts.has(patient, "phone", "+12125550187")


def test_the_mistake_is_reported_if_asked(as_, front_desk, patient, twin, point):
    client = as_(front_desk)

    client.post(url("move", "contact", point.pk), {"chart": twin.pk, "report": "yes"})

    [incident] = {row.incident for row in patient.incidents.all()}
    assert incident.kind == "chart"


def test_what_cannot_move_is_said_on_the_page(as_, front_desk, patient, point):
    client, path = as_(front_desk), url("move", "contact", point.pk)

    answer = client.post(path, {"chart": patient.pk}, follow=True)

    assert "It stands on that chart already." in text_of(answer)


@pytest.mark.parametrize("kind", ["nothing", "patient"])
def test_other_things_do_not_move(boss, point, kind):
    assert boss.get(url("move", kind, point.pk)).status_code == 404


def test_nothing_moves_from_or_to_a_chart_elsewhere(
    as_, stranger, front_desk, point, far_location
):
    far = cast.make_patient(at=far_location)
    path = url("move", "contact", point.pk)

    assert as_(stranger).get(path).status_code == 404
    assert as_(front_desk).post(path, {"chart": far.pk}).status_code == 404


def test_a_pair_that_cannot_be_merged_so_leads_to_how_it_can(
    boss, patient, twin, location
):
    third = cast.make_patient(at=location)
    merging.merge(duplicate=third, into=twin, by=cast.FOUNDER, now=NOW)

    shown = text_of(boss.get(url("patient_merge", patient.pk, twin.pk)))
    turned = text_of(boss.get(url("patient_merge", twin.pk, patient.pk)))

    assert "Merge the other way round" in shown
    assert ">Merge</button>" not in shown
    assert ">Merge</button>" in turned


def test_a_pair_that_both_stand_for_others_leads_to_what_is_undone_first(
    boss, patient, twin, location
):
    for chart in (patient, twin):
        third = cast.make_patient(at=location)
        merging.merge(duplicate=third, into=chart, by=cast.FOUNDER, now=NOW)

    shown = text_of(boss.get(url("patient_merge", patient.pk, twin.pk)))

    assert f'href="/patients/{twin.pk}/#merged"' in shown
    assert 'id="merged"' in text_of(boss.get(f"/patients/{twin.pk}/"))
