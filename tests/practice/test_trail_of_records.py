"""The trail asked for records: of one kind, or one of them by its number."""

from __future__ import annotations

import re

import pytest

from practice import contacts, patients, telling, trail, trail_search
from practice.trail_search import Wish
from tests import cast, plans
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
SAID = "Latex"


@pytest.fixture
def phone(patient, front_desk, now):
    """A patient's phone that the front desk changed, beside an alert."""
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=front_desk, now=cast.MONDAY)
    patients.add_alert(patient=patient, text=SAID, ends_on=None, by=front_desk)
    return point


@pytest.fixture
def boss(manager):
    return sign_in(manager)


def kinds(page):
    return [told.line.kind for told in page.context["lines"]]


def test_lines_are_asked_for_by_what_they_are_about(boss, phone):
    page = boss.get("/trail/", {"record": "contactpoint"})

    assert kinds(page) == ["contact.changed", "contact.added"]
    assert SAID not in page.content.decode()


def test_every_record_can_be_chosen_by_its_name(boss, phone):
    page = boss.get("/trail/", {"record": "contactpoint"}).content.decode()

    for record in telling.records():
        assert f'<option value="{record}"' in page
    assert '<option value="contactpoint" selected>' in page
    assert re.search(r"<label[^>]*>Kind of record</label>", page)


def test_what_it_is_about_narrows_what_else_was_asked_for(boss, manager, phone):
    asked = {"record": "contactpoint", "what": "contact", "patient": phone.patient_id}

    assert len(kinds(boss.get("/trail/", asked))) == 2
    assert kinds(boss.get("/trail/", asked | {"who": manager.pk})) == []
    assert kinds(boss.get("/trail/", asked | {"what": "patient"})) == []


def test_one_record_of_a_link_is_named_and_lifted_alone(boss, front_desk, phone):
    asked = {"who": front_desk.pk, "record": "contactpoint", "number": phone.pk}

    page = boss.get("/trail/", asked).content.decode()

    assert f"Only Phone, e-mail or address, no. {phone.pk}" in page
    lifted = f'href="/trail/?who={front_desk.pk}"'
    assert re.search(f"{re.escape(lifted)}>.*Any record", page)


def test_one_record_is_asked_for_by_its_number_in_the_form(boss, patient, phone):
    other = cast.make_contact(patient, value="+12125550177")

    page = boss.get("/trail/", {"record": "contactpoint", "number": other.pk})

    assert kinds(page) == ["contact.added"]
    assert f'value="{other.pk}"' in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"number": "7"}, "Choose what kind of record this is the number of."),
        ({"number": "7", "record": "wombat"}, "Select a valid choice"),
        ({"number": "x", "record": "task"}, "Enter a whole number"),
    ],
)
def test_a_number_of_nothing_gets_a_sentence(boss, asked, words):
    answer = boss.get("/trail/", asked)

    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"record": "contactpoint"}, "Kind of record: Phone, e-mail or address"),
        ({"record": "task", "number": "7"}, "Kind of record: Task, no. 7"),
    ],
)
def test_the_file_says_what_it_is_about(boss, practice, asked, words):
    assert words in boss.get("/trail/export/", asked).content.decode()


def test_a_rare_sort_of_a_persons_lines_keeps_to_the_record(patient, manager, phone):
    patients.add_alert(patient=patient, text="Nuts", ends_on=None, by=manager)
    wish = Wish(actor_id=manager.pk, what="patient")

    alerts = trail_search.page(Wish(manager.pk, record="patientalert", what="patient"))
    homes = trail_search.page(Wish(manager.pk, record="homelocation", what="patient"))

    assert [line.kind for line in alerts.lines] == ["patient.alert_added"]
    assert homes.lines == []
    assert len(trail_search.page(wish).lines) == 1


def test_the_newest_lines_about_something_come_from_an_index_in_order(patient):
    for _turn in range(150):  # of fewer lines any index is as good
        trail.note(about=patient, by=cast.FOUNDER, kind="patient.alert_added")
    # Of a sort that is rare: what nearly all lines are about is read as it comes.
    newest = trail_search.lines(Wish(record="rare"))[:31]

    assert "trail_by_sort_of_record" in plans.plan(newest)


@pytest.mark.parametrize("how_many", [2, 20])
def test_so_many_questions_however_many_lines(
    boss, patient, phone, how_many, django_assert_max_num_queries
):
    for _turn in range(how_many):
        contacts.change(
            point=phone, value=phone.value, by=cast.FOUNDER, now=cast.MONDAY
        )
    boss.get("/trail/", {"record": "contactpoint"})

    with django_assert_max_num_queries(23):
        boss.get("/trail/", {"record": "contactpoint"})
