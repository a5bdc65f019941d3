"""Charts: the list, the search, the page, registering and changing details."""

from __future__ import annotations

import re
from datetime import date

import pytest

from practice import break_glass, merging, patients, watching
from practice.models import ContactPoint, Patient
from practice.views import charts
from tests import cast
from tests.practice.filling import version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def duplicate(patient, location):
    other = cast.make_patient(at=location, given_name="Paulina")
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    return other


def title_of(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1]


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def answers(location, **typed):
    usual = {
        "given_name": "Ana",
        "family_name": "Ruiz",
        "born_on": "1990-02-03",
        "spoken_language": "es",
        "homes": [location.pk],
    }
    return usual | typed


# The list -------------------------------------------------------------------
def test_the_list_shows_the_charts_one_may_open(desk, patient, far_location):
    cast.make_patient(at=far_location, given_name="Zanetta")

    page = text_of(desk.get(url("patients")))

    assert "Paula Patience" in page
    assert "1 chart that you may open" in page
    assert "Zanetta" not in page


@pytest.mark.parametrize(("state", "shown"), [("", 1), ("active", 0), ("paused", 1)])
def test_the_list_is_narrowed_by_state(desk, patient, state, shown):
    patients.pause(patient=patient, until=None, reason="Away", by=BY, now=NOW)

    page = desk.get(url("patients"), {"state": state})

    assert len(page.context["page"].rows) == shown


def test_the_list_is_narrowed_by_location(
    as_, manager, patient, location, far_location
):
    client = as_(manager)

    found = [
        len(client.get(url("patients"), {"at": place.pk}).context["page"].rows)
        for place in (location, far_location)
    ]

    assert found == [1, 0]


@pytest.mark.parametrize(
    "query", ["state=vanished", "at=x", "at=%D9%A3", "at=" + "9" * 40, "after=-1&at=-1"]
)
def test_a_filter_that_is_none_shows_everything(desk, patient, query):
    page = desk.get(f"{url('patients')}?{query}")

    assert page.context["page"].rows == [patient]


def test_a_long_list_goes_on_after_the_last_of_the_page(
    desk, patient, location, monkeypatch
):
    monkeypatch.setattr(charts, "PAGE", 1)
    other = cast.make_patient(at=location, family_name="Quill")

    first = desk.get(url("patients"))
    after = first.context["page"].next_after
    second = desk.get(url("patients"), {"after": after})

    assert (first.context["page"].rows, after) == ([patient], patient.pk)
    assert (second.context["page"].rows, second.context["count"]) == ([other], 2)


def test_merged_charts_are_not_listed(desk, patient, duplicate):
    assert desk.get(url("patients")).context["page"].rows == [patient]


def test_an_empty_list_says_what_to_do(desk):
    assert "No chart here" in text_of(desk.get(url("patients")))


# The search -----------------------------------------------------------------
def test_a_search_is_no_part_of_an_address(desk, patient):
    page = desk.post(url("search_people"), {"q": "paula"})

    assert "Paula Patience" in text_of(page)
    assert desk.get(url("search_people"), {"q": "paula"}).url == url("patients")


def test_a_search_from_anywhere_answers_with_a_fragment(desk, patient):
    page = desk.post(
        url("search_people"), {"q": "paula"}, headers={"HX-Request": "true"}
    )

    assert "<html" not in page.content.decode()
    assert f'href="{url("patient", patient.pk)}"' in page.content.decode()


def test_a_chart_elsewhere_is_found_and_leads_to_a_reason(as_, stranger, patient):
    page = as_(stranger).post(url("search_people"), {"q": "paula"})

    assert "born 1984" in text_of(page)
    assert f'href="{url("break_glass", patient.pk)}"' in page.content.decode()
    assert "17 May" not in text_of(page)


@pytest.mark.parametrize("query", ["", "zzz", "%", "x" * 10_000, "\x00", "<b>"])
def test_a_search_for_nobody_says_what_to_try(desk, patient, query):
    page = desk.post(url("search_people"), {"q": query})

    assert page.status_code == 200
    assert re.search(r"Nobody found|at least two letters", text_of(page))


# The page -------------------------------------------------------------------
def test_a_chart_shows_who_it_is_about(desk, patient):
    page = text_of(desk.get(url("patient", patient.pk)))

    for words in (
        "Paula Patience",
        "17 May 1984",
        "41 years",
        "Active",
        "Chart opened",
    ):
        assert words in page


def test_a_preferred_name_stands_before_the_legal_one(desk, patient):
    patients.change_details(
        patient=patient, preferred_name="Polly", by=BY, now=NOW, pronouns="she/her"
    )

    page = text_of(desk.get(url("patient", patient.pk)))

    assert "Polly Patience" in page
    assert "legal name Paula Patience" in page
    assert "she/her" in page


def test_a_chart_elsewhere_is_not_found(as_, stranger, patient):
    assert as_(stranger).get(url("patient", patient.pk)).status_code == 404


def test_a_merged_chart_leads_to_the_one_that_stands(desk, patient, duplicate):
    response = desk.get(url("patient", duplicate.pk))

    assert response["Location"] == url("patient", patient.pk)


def test_what_everybody_must_see_is_seen_after_a_merge(
    desk, patient, duplicate, clinician
):
    patients.add_alert(patient=duplicate, text="Latex allergy", ends_on=None, by=BY)
    watching.watch(
        patient=duplicate,
        caller=clinician,
        reason="Went silent",
        quiet_days=7,
        ends_on=TODAY,
        by=BY,
        now=NOW,
    )

    page = text_of(desk.get(url("patient", patient.pk)))

    assert "Latex allergy" in page
    assert "Check on them: Went silent" in page


@pytest.mark.parametrize(
    ("ends_on", "is_shown"), [(TODAY, True), (date(2026, 3, 1), False)]
)
def test_an_alert_is_shown_until_its_last_day(desk, patient, ends_on, is_shown):
    patients.add_alert(patient=patient, text="Latex allergy", ends_on=ends_on, by=BY)

    page = text_of(desk.get(url("patient", patient.pk)))

    assert ("Latex allergy" in page) is is_shown


def test_a_chart_behind_glass_says_so(as_, stranger, patient):
    break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason="crisis",
        explanation="",
        by=stranger,
        now=NOW,
    )

    page = text_of(as_(stranger).get(url("patient", patient.pk)))

    # 16:00 UTC, as the practice's clock shows it.
    assert "Opened by break-glass until 11:00" in page


@pytest.mark.parametrize(
    ("who", "offered", "hidden"),
    [
        ("front_desk", ["Names and details", "Pause"], ["Export chart", "Restrict"]),
        ("clinician", ["Check on them", "Export chart"], ["Names and details"]),
        ("manager", ["Find duplicates", "Restrict chart"], ["Check on them"]),
    ],
)
def test_each_role_is_offered_what_it_may(as_, request, patient, who, offered, hidden):
    client = as_(request.getfixturevalue(who))

    page = text_of(client.get(url("patient", patient.pk)))

    assert all(words in page for words in offered)
    assert not any(words in page for words in hidden)


# No name in a title ---------------------------------------------------------
def test_no_title_holds_a_name(as_, manager, patient, location):
    client = as_(manager)
    other = cast.make_patient(at=location, family_name=patient.family_name)
    pages = [
        *("patient", "patient_edit", "patient_needs", "patient_pause", "task_new"),
        *("patient_death", "patient_end_care", "patient_restrict", "patient_export"),
        *("caregiver_new", "care_team_new", "alert_new", "patient_merge_find"),
    ]

    titles = [title_of(client.get(url(name, patient.pk))) for name in pages]
    titles.append(title_of(client.get(url("patient_merge", patient.pk, other.pk))))

    assert not [title for title in titles if re.search("Paul|Patience|PP", title)]


# Registering ----------------------------------------------------------------
def test_a_new_caller_is_registered_with_what_they_agreed_to(desk, location):
    typed = answers(
        location, phone="212 555 0187", may_text="on", email="ana@example.test"
    )

    response = desk.post(url("patient_new"), typed)

    chart = Patient.objects.get()
    phone = ContactPoint.objects.get(kind="phone")
    assert response["Location"] == url("patient", chart.pk)
    assert (str(phone.phone), phone.is_first) == ("+12125550187", True)
    assert (phone.may_text, phone.may_call) == (True, False)
    assert ContactPoint.objects.get(kind="email").may_write


def test_nothing_is_kept_of_a_caller_with_a_wrong_phone(desk, location):
    page = desk.post(url("patient_new"), answers(location, phone="212 555"))

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"phone"}
    assert 'value="212 555"' in page.content.decode()
    assert not Patient.objects.exists()


def test_an_extension_is_not_lost_without_a_word(desk, location):
    page = desk.post(url("patient_new"), answers(location, phone="212 555 0187 ext. 7"))

    assert "Write the extension into the label" in text_of(page)


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        ("2026-03-03", "in the future"),
        ("1889-01-01", "Check the year"),
        ("2026-02-31", "Enter a valid date"),
        ("", "This field is required"),
    ],
)
def test_an_impossible_birth_is_told(desk, location, born_on, words):
    page = desk.post(url("patient_new"), answers(location, born_on=born_on))

    assert words in " ".join(page.context["form"].errors["born_on"])


def test_who_works_at_one_place_registers_there(desk, location, far_location):
    form = desk.get(url("patient_new")).context["form"]

    assert form["homes"].value() == [location.pk]


def test_who_works_at_two_places_is_asked(as_, manager):
    form = as_(manager).get(url("patient_new")).context["form"]

    assert form["homes"].value() == []


def test_a_clinician_registers_nobody(as_, clinician):
    assert as_(clinician).get(url("patient_new")).status_code == 403


# Details and needs ----------------------------------------------------------
def test_names_and_homes_are_changed(desk, patient, location, far_location):
    typed = answers(location, given_name="Zoë", homes=[location.pk, far_location.pk])

    path = url("patient_edit", patient.pk)

    desk.post(path, typed | version_at(desk, path))

    assert fresh(patient).legal_name == "Zoë Ruiz"
    assert patient.homes.filter(is_current=True).count() == 2


def test_a_chart_without_a_home_is_refused(desk, patient, location):
    page = desk.post(url("patient_edit", patient.pk), answers(location, homes=[]))

    assert page.context["form"].errors.keys() == {"homes"}
    assert fresh(patient).given_name == "Paula"


def test_needs_are_changed(desk, patient):
    typed = {
        "spoken_language": "es",
        "written_language": "en",
        "interpreter": "sign",
        "preferred_channel": "call",
        "needs_no_calls": "on",
        "time_zone": "America/Phoenix",
    }

    path = url("patient_needs", patient.pk)

    desk.post(path, typed | version_at(desk, path))

    changed = fresh(patient)
    assert (changed.interpreter, changed.time_zone) == ("sign", "America/Phoenix")
    assert changed.access_needs == ["no calls"]


def test_a_zone_that_is_none_is_told(desk, patient):
    typed = {"spoken_language": "es", "written_language": "en", "time_zone": "Mars"}

    page = desk.post(url("patient_needs", patient.pk), typed)

    assert "time_zone" in page.context["form"].errors


# Questions to the database --------------------------------------------------
