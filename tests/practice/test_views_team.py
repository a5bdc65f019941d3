"""The team's pages: directory, one person, accounts, roles, clinicians."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest

from practice import duty, locations, staffing
from practice.models import Absence, Clinician, Role, Task
from tests.cast import FOUNDER, MONDAY, make_clinician, make_staff
from tests.practice.filling import version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("staff_new", "get"),
        ("staff_edit", "get"),
        ("staff_roles", "get"),
        ("staff_deactivate", "get"),
        ("staff_reactivate", "post"),
        ("clinician_edit", "get"),
        ("invitation_resend", "post"),
        ("invitation_withdraw", "post"),
        ("staff_sessions_end", "post"),
    ],
)
@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_only_managers_change_the_team(name, method, who, request, as_, clinician):
    person = request.getfixturevalue(who)
    path = url(name) if name == "staff_new" else url(name, clinician.pk)

    response = getattr(as_(person), method)(path)

    assert response.status_code == 403


def test_the_directory_says_who_is_here_until_when(as_, front_desk, clinician, now):
    duty.set_duty_hours(
        staff=clinician,
        location=clinician.locations.get(),
        spans=[(0, time(9), time(17))],
        by=FOUNDER,
    )

    words = text_of(as_(front_desk).get(url("staff")))

    assert "Here until 5:00 PM" in words
    assert "1 of 2 here now" in words


def test_the_directory_says_who_is_away_until_when_and_who_covers(
    as_, front_desk, clinician, manager, now
):
    duty.record_absence(
        staff=clinician,
        kind="illness",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=24),
        cover=manager,
        by=FOUNDER,
    )

    words = text_of(as_(front_desk).get(url("staff")))

    assert "until Tue 3 Mar 2026, 10:00 AM · Mary Manager covers" in words
    assert "Illness" not in words


def test_the_directory_says_who_is_called_first(as_, front_desk, clinician, now):
    duty.put_on_call(
        staff=clinician,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        rank=1,
        by=FOUNDER,
    )

    words = text_of(as_(front_desk).get(url("staff")))

    assert "Cleo Clinician called first" in words


def test_the_directory_can_be_narrowed_to_a_language(as_, front_desk, clinician):
    other = make_clinician(at=clinician.locations.get(), name="Lena Ladino")
    staffing.describe_clinician(staff=other, languages=["en", "es"], by=FOUNDER)

    words = text_of(as_(front_desk).get(url("staff"), {"language": "es"}))

    assert "Lena Ladino" in words
    assert "Cleo Clinician" not in words


@pytest.mark.parametrize("count", [1, 20])
def test_the_directory_takes_the_same_queries_for_any_team(
    count, as_, front_desk, location, now, django_assert_max_num_queries
):
    for _each in range(count):
        person = make_clinician(at=location)
        duty.record_absence(
            staff=person,
            kind="leave",
            starts_at=now,
            ends_at=now + timedelta(days=1),
            cover=front_desk,
            by=FOUNDER,
        )
    client = as_(front_desk)

    with django_assert_max_num_queries(26):
        client.get(url("staff"))


def test_colleagues_do_not_read_why_somebody_was_away(as_, front_desk, clinician, now):
    duty.record_absence(
        staff=clinician,
        kind="illness",
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        cover=None,
        by=FOUNDER,
    )

    words = text_of(as_(front_desk).get(url("staff_member", clinician.pk)))

    assert "nobody covers" in words
    assert "Illness" not in words
    assert "What changed" not in words


@pytest.mark.parametrize("who", ["manager", "auditor", "clinician"])
def test_managers_auditors_and_oneself_read_what_changed(
    who, request, as_, manager, clinician
):
    staffing.change_roles(
        staff=clinician,
        roles=[Role.CLINICIAN, Role.FRONT_DESK],
        by=manager,
        reason="Helps at the desk",
    )
    reader = request.getfixturevalue(who)

    words = text_of(as_(reader).get(url("staff_member", clinician.pk)))

    assert "Roles changed" in words
    assert "Front desk changed from no to yes" in words
    assert "“Helps at the desk”" in words
    assert "Mary Manager" in words


@pytest.mark.parametrize("count", [1, 20])
def test_one_persons_page_takes_the_same_queries_for_any_history(
    count, as_, manager, clinician, now, django_assert_max_num_queries
):
    for number in range(count):
        starts_at = now + timedelta(days=number)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=8)}
        duty.put_on_call(staff=clinician, rank=1, by=manager, **times)
        duty.record_absence(
            staff=clinician, kind="leave", cover=manager, by=manager, **times
        )
    client = as_(manager)

    with django_assert_max_num_queries(38):
        client.get(url("staff_member", clinician.pk))


def test_details_and_places_are_changed(as_, manager, clinician, far_location):
    answers = {"name": "Cleo Curie", "phone": "212 555 0142"}
    answers |= {"locations": [far_location.pk]}
    client, path = as_(manager), url("staff_edit", clinician.pk)

    client.post(path, answers | version_at(client, path))

    clinician.refresh_from_db()
    assert (clinician.name, clinician.phone) == ("Cleo Curie", "+12125550142")
    assert list(locations.of_staff(clinician)) == [far_location]


def test_a_place_that_is_no_longer_used_is_kept_until_it_is_unticked(
    as_, manager, clinician
):
    place = clinician.locations.get()
    locations.change(location=place, is_active=False, by=FOUNDER, now=MONDAY)

    response = as_(manager).get(url("staff_edit", clinician.pk))

    assert place in response.context["form"].fields["locations"].queryset


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("name", ""), ("name", "n" * 10_000), ("name", "a\x00b"), ("phone", "☎")],
)
def test_wrong_details_are_told_beside_the_field(field, wrong, as_, manager, clinician):
    answers = {"name": "Cleo", "phone": "", field: wrong}

    response = as_(manager).post(url("staff_edit", clinician.pk), answers)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_clinicians_facts_are_described(as_, manager, clinician):
    answers = {
        "credentials": "MD",
        "speciality": "Psychiatry",
        "languages": ["en", "es"],
        "gender": "woman",
        "colour": "#A1B2C3",
        "offers_telehealth": "on",
    }

    client, path = as_(manager), url("clinician_edit", clinician.pk)

    client.post(path, answers | version_at(client, path))

    facts = Clinician.objects.get(staff=clinician)
    assert (facts.languages, facts.colour) == (["en", "es"], "#a1b2c3")
    assert (facts.offers_telehealth, facts.takes_new_patients) == (True, False)


def test_wrong_facts_keep_what_was_typed(as_, manager, clinician):
    answers = {"credentials": "MD", "speciality": "", "colour": "green"}

    response = as_(manager).post(url("clinician_edit", clinician.pk), answers)

    assert response.status_code == 422
    assert 'value="MD"' in response.content.decode()
    wrong = {"speciality", "languages", "colour"}
    assert set(response.context["form"].errors) == wrong


def test_only_a_clinician_is_described_as_one(as_, manager, front_desk):
    response = as_(manager).get(url("clinician_edit", front_desk.pk))

    assert response.status_code == 404


def test_somebody_who_is_not_here_is_not_found(as_, manager):
    assert as_(manager).get(url("staff_member", 10**17)).status_code == 404


def test_an_auditor_reads_everything_and_finds_no_button(as_, auditor, clinician):
    client = as_(auditor)

    pages = [
        client.get(path).content.decode()
        for path in (url("staff"), url("staff_member", clinician.pk), url("rota"))
    ]

    forms = [re.findall(r'<form[^>]*action="(/team[^"]*)"', page) for page in pages]
    assert forms == [[], [], []]
    assert not any("/edit/" in page or "/new/" in page for page in pages)


def test_a_person_without_a_location_is_listed_last(as_, front_desk, location):
    make_staff(Role.FRONT_DESK, at=[], name="Noah Nowhere")

    places = as_(front_desk).get(url("staff")).context["team"].places

    assert places[-1].location is None
    assert [card.staff.name for card in places[-1].cards] == ["Noah Nowhere"]


def test_illness_asks_the_managers_once(as_, clinician, now):
    answers = {"starts_on": "2026-03-02", "ends_on": "2026-03-02", "cover": ""}

    as_(clinician).post(url("absence_new", clinician.pk), answers)

    absence = Absence.objects.get(staff=clinician)
    task = Task.objects.get()
    assert absence.kind == "illness"
    assert task.title == "Cleo Clinician is ill: name a cover"
    assert (task.for_role, task.path) == (Role.MANAGER, f"/team/{clinician.pk}/")
