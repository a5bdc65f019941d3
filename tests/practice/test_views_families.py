"""Family and helpers as pages: who they are, what they may do, how to reach them."""

from __future__ import annotations

from datetime import date

import pytest

from practice import caregivers, contacts
from practice.models import Caregiver, Caregiving, ContactPoint, Proof
from tests import cast
from tests.ground import layer
from tests.practice.filling import send, standing, version_at
from tests.practice.reading import looked_at, text_of, url
from tests.practice.test_views_chart_acts import undo_of

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
PHONE, EMAIL = "(212) 555-0187", "casey@example.test"
RIGHTS = {"relation": "partner", "proof": "none", "starts_on": "2026-03-02"}
CASEY = {"name": "Casey Kin", "language": "es", **RIGHTS}


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def caregiving(patient):
    return cast.make_caregiver(patient).caregivings.get()


@pytest.fixture
def sibling(location):
    return cast.make_patient(at=location, given_name="Peter", family_name="Patience")


@layer
def elsewhere(far_location):
    return cast.make_patient(at=far_location, given_name="Fay", family_name="Faraway")


def also_on(caregiving, chart):
    return caregivers.authorise(
        caregiver=caregiving.caregiver,
        patient=chart,
        relation="parent",
        starts_on=NOW.date(),
        by=BY,
    )


# Somebody new ---------------------------------------------------------------
def test_a_relative_is_added_with_how_to_reach_them(desk, patient):
    typed = CASEY | {"phone": PHONE, "email": EMAIL, "may_be_told": "on"}

    desk.post(url("caregiver_new", patient.pk), typed)

    row = Caregiving.objects.get()
    assert (row.caregiver.name, row.caregiver.language) == ("Casey Kin", "es")
    assert row.may_be_told
    points = row.caregiver.contact_points.order_by("kind")
    assert [point.value for point in points] == [EMAIL, PHONE]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"must_not_be_told": "on", "may_book": "on"}, "cannot be given a right"),
        ({"may_consent": "on"}, "which proof was seen"),
        ({"ends_on": "2026-03-01"}, "The last day comes before the first"),
    ],
)
def test_rights_that_do_not_fit_are_told_and_nobody_is_added(
    desk, patient, typed, words
):
    page = desk.post(url("caregiver_new", patient.pk), CASEY | typed)

    assert words in text_of(page)
    assert 'value="Casey Kin"' in page.content.decode()
    assert not Caregiver.objects.exists()


# Who looked -----------------------------------------------------------------
def test_the_other_charts_of_a_caregiver_are_looked_at(desk, caregiving, sibling):
    also_on(caregiving, sibling)

    desk.get(url("caregiving_edit", caregiving.pk))

    assert sibling.pk in looked_at()


def test_the_charts_of_who_may_be_known_are_looked_at(
    desk, patient, sibling, caregiving
):
    desk.post(url("caregiver_new", sibling.pk), CASEY)

    assert looked_at() == {patient.pk, sibling.pk}


def test_charts_that_may_be_somebodys_own_are_looked_at(desk, location, caregiving):
    casey = cast.make_patient(at=location, given_name="Casey", family_name="Kin")

    desk.get(url("caregiver_edit", caregiving.pk))

    assert casey.pk in looked_at()


# Known already --------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [{"phone": PHONE}, {"email": EMAIL.upper()}, {"name": "cásey  KIN"}],
)
def test_who_may_be_known_is_asked_about_first(
    desk, patient, sibling, caregiving, typed
):
    contacts.add(owner=caregiving.caregiver, kind="phone", value=PHONE, by=BY, now=NOW)
    contacts.add(owner=caregiving.caregiver, kind="email", value=EMAIL, by=BY, now=NOW)

    page = desk.post(
        url("caregiver_new", sibling.pk), CASEY | {"name": "C. K."} | typed
    )

    words = text_of(page)
    assert "Known already? Is it one of these people?" in words
    assert "Spouse or partner of Paula Patience" in words
    assert Caregiving.objects.count() == 1


def test_one_person_is_on_two_charts(desk, patient, sibling, caregiving):
    path = url("caregiver_new", sibling.pk)
    typed = CASEY | {"phone": PHONE}
    asked = standing(desk.post(path, typed))

    answer = send(desk, path, asked, known=caregiving.caregiver_id)

    assert answer.status_code == 302
    person = Caregiver.objects.get()
    assert {row.patient for row in person.caregivings.all()} == {patient, sibling}
    assert (person.language, person.contact_points.get().value) == ("en", PHONE)


def test_a_number_that_is_known_is_not_added_twice(desk, sibling, caregiving):
    contacts.add(owner=caregiving.caregiver, kind="phone", value=PHONE, by=BY, now=NOW)
    typed = CASEY | {"phone": PHONE, "known": caregiving.caregiver_id}

    desk.post(url("caregiver_new", sibling.pk), typed)

    assert Caregiving.objects.count() == 2
    assert ContactPoint.objects.get().value == PHONE


def test_somebody_new_may_have_the_same_name(desk, sibling, caregiving):
    desk.post(url("caregiver_new", sibling.pk), CASEY | {"known": "new"})

    assert Caregiver.objects.filter(name="Casey Kin").count() == 2


@pytest.mark.parametrize("known", ["0", "x", "999"])
def test_only_who_is_offered_can_be_chosen(desk, sibling, caregiving, known):
    page = desk.post(url("caregiver_new", sibling.pk), CASEY | {"known": known})

    assert page.context["form"].errors.keys() == {"known"}
    assert Caregiving.objects.count() == 1


def test_who_is_on_this_chart_is_told_so(desk, patient, caregiving):
    typed = CASEY | {"known": caregiving.caregiver_id}

    page = desk.post(url("caregiver_new", patient.pk), typed)

    assert "They already are on this chart." in text_of(page)


def test_a_name_tells_nothing_of_charts_elsewhere(desk, patient, elsewhere):
    cast.make_caregiver(elsewhere)

    answer = desk.post(url("caregiver_new", patient.pk), CASEY)

    assert answer.status_code == 302
    assert Caregiver.objects.count() == 2


def test_a_number_of_somebody_elsewhere_is_known_without_their_charts(
    desk, patient, elsewhere
):
    other = cast.make_caregiver(elsewhere)
    contacts.add(owner=other, kind="phone", value=PHONE, by=BY, now=NOW)

    page = desk.post(url("caregiver_new", patient.pk), CASEY | {"phone": PHONE})

    words = text_of(page)
    assert "on a chart that you cannot open" in words
    assert "Faraway" not in words


# Rights ---------------------------------------------------------------------
def test_rights_are_changed(desk, caregiving):
    path = url("caregiving_edit", caregiving.pk)
    typed = RIGHTS | {"proof": Proof.SIGNED, "may_consent": "on"}

    desk.post(path, typed | version_at(desk, path))

    assert Caregiving.objects.get().may_consent


def test_a_right_given_over_a_minor_is_told_beside_the_first_day(desk, location):
    patient = cast.make_patient(at=location, born_on=date(2008, 3, 2))
    facts = {"relation": "parent", "starts_on": date(2020, 1, 1)}
    row = cast.make_caregiver(patient, **facts).caregivings.get()
    path = url("caregiving_edit", row.pk)

    page = send(desk, path, standing(desk.get(path)), may_be_told="on")

    assert "They are of age now" in page.context["form"].errors["starts_on"][0]


def test_a_relative_is_removed_and_put_back(desk, caregiving):
    response = desk.post(url("caregiving_withdraw", caregiving.pk))
    assert Caregiving.objects.get().is_withdrawn

    desk.post(undo_of(response))

    assert not Caregiving.objects.get().is_withdrawn


# Who they are ---------------------------------------------------------------
def test_name_and_language_are_changed(desk, caregiving):
    path = url("caregiver_edit", caregiving.pk)
    shown = desk.get(url("caregiving_edit", caregiving.pk)).content.decode()

    send(desk, path, standing(desk.get(path)), name="Casey Kinder", language="es")

    person = Caregiver.objects.get()
    assert path in shown
    assert (person.name, person.language) == ("Casey Kinder", "es")


def test_the_page_says_which_other_charts_a_name_counts_on(desk, caregiving, sibling):
    also_on(caregiving, sibling)

    for name in ("caregiving_edit", "caregiver_edit"):
        words = text_of(desk.get(url(name, caregiving.pk)))
        assert "is on other charts too" in words
        assert "Peter Patience" in words


def test_who_is_on_closed_charts_is_renamed_by_somebody_who_sees_them(
    desk, as_, manager, caregiving, elsewhere
):
    also_on(caregiving, elsewhere)
    path = url("caregiver_edit", caregiving.pk)
    page = desk.get(url("caregiving_edit", caregiving.pk))

    refused = send(desk, path, standing(desk.get(path)), name="Casey Kinder")
    client = as_(manager)
    taken = send(client, path, standing(client.get(path)), name="Casey Kinder")

    assert path not in page.content.decode()
    assert "Faraway" not in text_of(page)
    assert "Some of these charts are closed to you." in text_of(page)
    assert "They are on charts that you cannot open." in text_of(refused)
    assert taken.status_code == 302
    assert Caregiver.objects.get().name == "Casey Kinder"


def test_a_caregivers_own_chart_is_found_and_linked(desk, location, caregiving):
    own = cast.make_patient(at=location, given_name="Casey", family_name="Kin")
    path = url("caregiver_edit", caregiving.pk)

    send(desk, path, standing(desk.get(path)), chart=own.pk)

    page = desk.get(url("caregiving_edit", caregiving.pk)).content.decode()
    assert Caregiver.objects.get().own_chart == own
    assert url("patient", own.pk) in page
    assert standing(desk.get(path))["chart"] == [str(own.pk)]


def test_an_own_chart_is_found_by_its_number_and_taken_back(desk, location, caregiving):
    own = cast.make_patient(at=location)
    cast.make_contact(own, value=PHONE)
    cast.make_contact(caregiving.caregiver, value=PHONE)
    path = url("caregiver_edit", caregiving.pk)
    send(desk, path, standing(desk.get(path)), chart=own.pk)
    assert Caregiver.objects.get().own_chart == own

    send(desk, path, standing(desk.get(path)), chart="")

    assert Caregiver.objects.get().own_chart is None


def test_nobody_cares_for_themselves(desk, patient):
    person = cast.make_caregiver(patient)

    with pytest.raises(caregivers.CaresForThemselves):
        caregivers.describe(
            caregiver=person, name="Casey", language="en", own_chart=patient, by=BY
        )


# How to reach them ----------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value"), [("phone", PHONE), ("email", EMAIL), ("post", "1 Elm St")]
)
def test_a_caregiver_gets_a_way_to_be_reached(desk, caregiving, kind, value):
    path = url("caregiver_contact_new", caregiving.pk, kind)

    answer = desk.post(path, {"value": value, "label": "home"})

    back = url("caregiving_edit", caregiving.pk)
    assert answer["Location"] == back
    assert value in text_of(desk.get(back))
    assert caregiving.caregiver.contact_points.get().label == "home"


def test_a_caregivers_number_is_corrected(desk, caregiving):
    point = cast.make_contact(caregiving.caregiver)
    path = url("caregiver_contact_edit", caregiving.pk, point.pk)

    send(desk, path, standing(desk.get(path)), value=PHONE, may_text=None)

    point.refresh_from_db()
    assert (point.value, point.may_text, point.may_call) == (PHONE, False, True)


def test_a_caregivers_number_is_removed_and_put_back(desk, caregiving):
    point = cast.make_contact(caregiving.caregiver)

    response = desk.post(url("caregiver_contact_end", caregiving.pk, point.pk))
    point.refresh_from_db()
    assert point.ended_at == NOW
    desk.post(undo_of(response))

    point.refresh_from_db()
    assert point.ended_at is None


@pytest.mark.parametrize(
    "name",
    ["caregiver_contact_edit", "caregiver_contact_end", "caregiver_contact_restore"],
)
def test_a_number_of_somebody_else_is_not_found_through_a_caregiver(
    desk, patient, caregiving, name
):
    point = cast.make_contact(patient)

    answer = desk.post(url(name, caregiving.pk, point.pk))

    assert answer.status_code == 404


def test_a_kind_nobody_knows_is_not_found(desk, caregiving):
    path = url("caregiver_contact_new", caregiving.pk, "pigeon")

    assert desk.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("caregiving_edit", ()),
        ("caregiver_edit", ()),
        ("caregiver_contact_new", ("phone",)),
    ],
)
def test_a_stranger_sees_nobodys_family(as_, stranger, caregiving, name, more):
    path = url(name, caregiving.pk, *more)

    assert as_(stranger).get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 15])
def test_the_page_of_a_caregiver_asks_as_often_for_many_as_for_few(
    desk, location, caregiving, count, django_assert_max_num_queries
):
    for _each in range(count):
        also_on(caregiving, cast.make_patient(at=location))
        cast.make_contact(caregiving.caregiver)
    path = url("caregiving_edit", caregiving.pk)

    with django_assert_max_num_queries(26):
        desk.get(path)
