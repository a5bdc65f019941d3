"""The page where what was written on paper is put in, one thing after the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import looks, patients
from practice.models import DaySheet, PaperEntry, Role, TrailEntry
from tests.cast import FOUNDER, make_patient, make_staff, sign_in

pytestmark = pytest.mark.django_db
NOTE = "/downtime/paper/note/"


@pytest.fixture
def sheet(location, now):
    return DaySheet.objects.create(
        location=location, day_on="2026-03-02", made_at=now - timedelta(hours=15)
    )


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


@pytest.fixture
def answers(sheet, front_desk):
    return {
        "paper": f"s{sheet.pk}",
        "line": "3",
        "happened_on": "2026-03-02",
        "happened_time": "09:10",
        "writer": str(front_desk.pk),
        "words": "Came by for a form.",
    }


def test_it_begins_with_the_first_kind(desk):
    assert desk.get("/downtime/paper/").url == "/downtime/paper/contact/"


def test_after_one_line_comes_the_next(desk, answers, sheet):
    response = desk.post(NOTE, answers)

    assert response.status_code == 302
    page = desk.get(response.url)
    initial = page.context["form"].initial
    assert (initial["paper"], initial["line"]) == (f"s{sheet.pk}", "4")
    assert f"sheet {sheet.pk}, line 3" in page.content.decode()


def test_no_word_about_anybody_stands_in_the_address(desk, answers, patient):
    named = answers | {"who": "Paula", "patient": str(patient.pk)}

    url = desk.post(NOTE, named).url

    assert set(url.partition("?")[2].replace("=", "&").split("&")[::2]) == {
        "paper",
        "happened_on",
        "writer",
        "line",
    }


def test_the_kinds_beside_it_keep_paper_and_line(desk):
    page = desk.get(f"{NOTE}?paper=s1&line=4").content.decode()

    assert "/downtime/paper/phone/?paper=s1&amp;line=4" in page


def test_what_was_typed_stays_when_a_line_is_in_already(desk, answers):
    desk.post(NOTE, answers)

    response = desk.post(NOTE, answers | {"words": "Something else"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "is in already, put in by Fran Desk" in page
    assert "Something else" in page
    assert PaperEntry.objects.count() == 1


def test_a_second_press_is_one_entry(desk, answers):
    key = {"submission": "3f0e5c2e-56f5-4ee4-8b3c-9d6c0f6f5a11"}

    first, second = (desk.post(NOTE, answers | key).url for _press in range(2))

    assert first == second
    assert PaperEntry.objects.count() == 1


def test_whom_it_found_counts_as_a_look(desk, answers, patient):
    response = desk.post(NOTE, answers | {"who": "Paula"})

    assert response.status_code == 422
    assert (
        TrailEntry.objects.get(kind=f"{looks.PREFIX}paper_new").patient_id == patient.pk
    )


def test_it_can_be_taken_back_and_the_line_is_free(desk, answers):
    desk.post(NOTE, answers)
    entry = PaperEntry.objects.get()

    desk.post(f"/downtime/paper/entries/{entry.pk}/take-back/")

    assert desk.post(NOTE, answers).status_code == 302


def test_the_list_takes_back_and_moves_what_one_may_put_in(desk, answers, patient):
    desk.post(NOTE, answers | {"who": "Paula", "patient": str(patient.pk)})
    entry = PaperEntry.objects.get()
    back, move = f"/entries/{entry.pk}/take-back/", f"/move/paper/{entry.pk}/"
    desk.get(NOTE)  # the toast is gone

    page = desk.get(NOTE).content.decode()
    assert back in page
    assert move in page

    moved = desk.get(move).content.decode()
    assert "Note: Came by for a form." in moved
    desk.post(f"/downtime/paper{back}")
    assert back not in desk.get(NOTE).content.decode()


def test_the_list_offers_nothing_about_charts_of_others(desk, answers, patient):
    desk.post(NOTE, answers | {"who": "Paula", "patient": str(patient.pk)})
    desk.get(NOTE)  # the toast is gone
    patients.restrict(patient=patient, is_restricted=True, by=FOUNDER)

    page = desk.get(NOTE).content.decode()

    assert "In already" in page
    assert "take-back" not in page
    assert "move/paper" not in page


def test_it_stands_on_the_chart_at_the_time_when_it_happened(desk, answers, patient):
    desk.post(NOTE, answers | {"who": "Paula", "patient": str(patient.pk)})

    page = desk.get(f"/patients/{patient.pk}/").content.decode()

    assert "From paper: Note" in page
    assert "Came by for a form." in page


def test_a_name_is_shown_to_those_who_may_open_the_chart(
    desk, answers, patient, location, far_location
):
    both = sign_in(make_staff(Role.FRONT_DESK, at=[far_location]))
    desk.post(NOTE, answers | {"who": "Paula", "patient": str(patient.pk)})

    assert "Patience" in desk.get(NOTE).content.decode()
    assert "Patience" not in both.get(NOTE).content.decode()


def test_a_clinician_puts_in_what_clinicians_may(clinician, sheet):
    client = sign_in(clinician)

    page = client.get(NOTE).content.decode()

    assert "/downtime/paper/phone/" not in page
    assert client.get("/downtime/paper/phone/").status_code == 403
    assert client.get("/downtime/paper/nothing/").status_code == 404


def test_entries_elsewhere_are_not_taken_back(desk, stranger, answers):
    desk.post(NOTE, answers)
    entry = PaperEntry.objects.get()

    response = sign_in(stranger).post(f"/downtime/paper/entries/{entry.pk}/take-back/")

    assert response.status_code == 404
    assert not PaperEntry.objects.get().is_withdrawn


@pytest.mark.parametrize("count", [1, 20])
def test_it_asks_the_same_for_many_entries(
    desk, answers, location, count, django_assert_max_num_queries
):
    for number in range(count):
        who = make_patient(at=location, given_name=f"Pat{number:02}x")
        named = {"who": f"Pat{number:02}x", "patient": str(who.pk)}
        desk.post(NOTE, answers | named | {"line": str(number + 1)})
    desk.get(NOTE)

    with django_assert_max_num_queries(24):
        desk.get(NOTE)
