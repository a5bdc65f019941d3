"""Finding people: any script, part of a number, a birth date, a number elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import contacts, findable, merging, patients, searching
from practice.models import Patient
from practice.searching import alike, find_people, page_of
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()


@pytest.fixture
def make(location):
    """Somebody with these names: `make("Ana", "O'Brien")`."""

    def register(given_name="Pat", family_name="", **details):
        names = {"given_name": given_name, "family_name": family_name}
        return cast.make_patient(at=location, **names, **details)

    return register


@pytest.fixture
def find(front_desk):
    """The ids of whom the front desk finds."""

    def search(query, staff=front_desk, **limits):
        found = find_people(query, staff=staff, now=NOW, **limits)
        return [person.patient_id for person in found]

    return search


# Names ----------------------------------------------------------------------
FOUND = [
    ("Smith-Jones", ["jones", "Smith", "smith-jones", "smith jones", "smithjones"]),
    ("O'Brien", ["obrien", "O'Brien", "o’brien", "brien", "o brien"]),
    ("Müller", ["muller", "müller", "mueller", "MÜL"]),
    ("Strauß", ["strauss", "strauß", "STRAUẞ"]),
    ("İnönü", ["inonu", "İNÖNÜ", "inö"]),
    ("Işık", ["isik", "ışık"]),
    ("García López", ["garcia", "lopez", "López gar"]),
    ("أحمد", ["أحمد", "احمد", "اح"]),
    ("Øster", ["oster", "øster", "oester"]),
    ("X12 3rd", ["x12", "3rd"]),
]


@pytest.mark.parametrize(("family", "queries"), FOUND)
def test_a_name_is_found_as_people_type_it(make, find, family, queries):
    patient = make("Ana", family)
    make("Bela", "Other")

    missed = [query for query in queries if find(query) != [patient.pk]]
    assert not missed


@pytest.mark.parametrize("query", ["王芳", "芳王", "王", "芳", "王 芳"])
def test_a_name_of_two_signs_is_found_in_any_order(make, find, query):
    patient = make("芳", "王")

    assert find(query) == [patient.pk]


@pytest.mark.parametrize("query", ["paula patience", "Patience, Paula", "pat pau"])
def test_names_are_found_in_both_orders(patient, find, query):
    assert find(query) == [patient.pk]


def test_the_preferred_name_is_found_and_shown(make, front_desk):
    make("Robert", "Stone", preferred_name="Ruby")

    for query in ("ruby", "robert"):
        (found,) = find_people(query, staff=front_desk, now=NOW)
        assert (found.name, found.initials) == ("Ruby Stone", "RS")


@pytest.mark.parametrize("query", ["%", "%%", "_____", "pa_la", "p%a", "\\", "'", "--"])
def test_wildcards_are_no_wildcards(patient, find, query):
    assert find(query) == []


@pytest.mark.parametrize("query", ["", " ", "p", "é", "\x00\x00", "pau\x00la", "😀"])
def test_too_little_finds_nobody(patient, find, query):
    assert find(query) == []


def test_a_whole_name_comes_before_beginnings_of_others(make, find):
    others = [make("Liam", f"Adams{number}") for number in range(4)]
    patient = make("Wei", "Li")

    assert find("li")[0] == patient.pk
    assert find("li", most=2) == [patient.pk, others[0].pk]


# Slips ----------------------------------------------------------------------
SLIPS = [
    *(("Garcia", "garica"), ("Garcia", "garcai"), ("Garcia", "gacia")),
    *(("Garcia", "garciia"), ("Katharina", "catherina"), ("Stephen", "steven")),
    *(("Schmidt", "Schmitt"), ("Müller", "mulelr"), ("Nguyễn", "nguyn")),
    *(("O'Brien", "obrein"), ("Shawn", "Sean")),
]


@pytest.mark.parametrize(("name", "typed"), SLIPS)
def test_a_name_is_found_by_what_was_misspelt_or_misheard(make, find, name, typed):
    patient = make("Ana", name)
    make("Ana", "Zobel")
    findable.learn_all()

    assert find(f"ana {typed}")[0] == find(f"{typed}, ana")[0] == patient.pk


def test_a_slip_in_each_word_is_forgiven(make, find):
    patient = make("Maria", "Garcia")
    findable.learn_all()

    assert find("mairia gacria") == [patient.pk]


def test_who_is_spelt_so_comes_before_who_is_spelt_nearly_so(make, front_desk):
    make("Jon", "Smyth")
    make("Jon", "Smith")
    findable.learn_all()

    found = find_people("jon smyth", staff=front_desk, now=NOW)

    assert [(one.name, one.is_similar) for one in found] == [
        ("Jon Smyth", False),
        ("Jon Smith", True),
    ]


def test_where_many_are_spelt_so_nobody_else_is_shown(make, find):
    exact = {make("Jon", "Smyth").pk for _ in range(8)}
    make("Jon", "Smith")
    findable.learn_all()

    assert set(find("jon smyth")) == exact


def test_a_merged_charts_misspelt_name_answers_with_the_one_that_stands(
    patient, make, find
):
    duplicate = make("Zanetta", "Quillfeather")
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)
    findable.learn_all()

    assert find("quilfeather") == [patient.pk]


@pytest.mark.parametrize("typed", ["xi", "li", "0187", "garica 0187", "1984"])
def test_too_short_a_word_or_a_number_is_not_guessed(make, find, typed):
    make("Yi", "Garcia")
    make("Li", "Garcia")
    findable.learn_all()

    assert len(find(typed)) <= 1


# Numbers --------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        *("0187", "555-0187", "(212) 555-0187", "212.555.0187", "212 555 01 87"),
        *("+12125550187", "1 212 555 0187", "001 212 555 0187", "٠١٨٧"),
        *("2125", "(212) 55", "+1 212", "1212555018"),
    ],
)
def test_a_phone_is_found_however_it_is_typed(patient, find, query):
    cast.make_contact(patient, value="+12125550187")

    assert find(query) == [patient.pk]


def test_a_phone_from_abroad_is_found_as_it_is_dialled_there(patient, find):
    cast.make_contact(patient, value="+447911123456")

    assert find("07911 123456") == find("+44 7911 123456") == [patient.pk]


@pytest.mark.parametrize("query", ["018", "5550199", "5550", "55501", "1255"])
def test_other_digits_find_nobody(patient, find, query):
    cast.make_contact(patient, value="+12125550187")

    assert find(query) == []


def test_a_number_that_ended_finds_nobody(patient, find):
    point = cast.make_contact(patient, value="+12125550187")

    contacts.end(point=point, by=BY, now=NOW)

    assert find("5550187") == []


def test_a_name_and_a_number_are_of_one_person(make, find):
    ana, bela = make("Ana"), make("Bela")
    for person in (ana, bela):
        cast.make_contact(person, value="+12125550187")

    assert find("ana 0187") == [ana.pk]
    assert set(find("0187")) == {ana.pk, bela.pk}


def test_a_number_elsewhere_is_found_whole(patient, find):
    patients.name_elsewhere(patient=patient, system="lab", value="LAB-77XQ", by=BY)

    assert find("lab-77xq") == [patient.pk]
    assert find("77X") == []


# Birth dates ----------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        *("1984-05-17", "5/17/1984", "05/17/84", "5-17-1984", "17.05.1984"),
        *("17 May 1984", "May 17, 1984", "17/5/1984", "19840517", "05171984"),
        *("5.17.1984", "5.17.84", "5 17 1984", "051784", "17/5/84", "May. 17 1984"),
        *("paula 5/17/1984", "patience 5/17/84"),
    ],
)
def test_a_birth_date_is_found_as_people_type_it(patient, find, query):
    assert find(query) == [patient.pk]


@pytest.mark.parametrize(
    "query", ["1984-05-18", "31.02.1984", "5/17/0084", "other 5/17/84"]
)
def test_another_birth_date_finds_nobody(patient, find, query):
    assert find(query) == []


@pytest.mark.parametrize("query", ["paula 1984", "1984 patience", "PAT 1984"])
def test_a_name_and_a_year_of_birth_find_who_has_both(patient, make, find, query):
    make("Paula", "Patience", born_on=date(1985, 5, 17))

    assert find(query) == [patient.pk]


@pytest.mark.parametrize("query", ["paula 1985", "other 1984", "1984", "paula 2084"])
def test_another_year_finds_nobody(patient, find, query):
    assert find(query) == []


# Merged and closed charts ---------------------------------------------------
def test_a_merged_chart_answers_with_the_one_that_stands(patient, make, find):
    duplicate = make("Zanetta", born_on=date(1961, 8, 23))
    cast.make_contact(duplicate, value="+12125550187")
    patients.name_elsewhere(patient=duplicate, system="lab", value="LAB-77", by=BY)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    queries = ["zanetta", "0187", "8/23/1961", "LAB-77"]

    assert [find(query) for query in queries] == [[patient.pk]] * 4


def test_everybody_is_found_by_name_and_year_and_opened_where_allowed(
    patient, front_desk, stranger
):
    (ours,) = find_people("paula", staff=front_desk, now=NOW)
    (theirs,) = find_people("paula", staff=stranger, now=NOW)

    assert (ours.may_open, theirs.may_open) == (True, False)
    assert (theirs.name, theirs.birth_year) == ("Paula Patience", 1984)


def test_namesakes_of_one_age_are_told_apart_where_they_may_be_opened(
    make, front_desk, stranger, location
):
    for day in (date(1976, 6, 9), date(1976, 7, 1)):
        make("Maria", "Garcia", born_on=day)
    make("Maria", "Garcia", born_on=date(1980, 6, 9))

    ours = find_people("maria", staff=front_desk, now=NOW)
    theirs = find_people("maria", staff=stranger, now=NOW)

    days = {(one.born_on, one.seen_at) for one in ours}
    assert days == {
        (date(1976, 6, 9), location.name),
        (date(1976, 7, 1), location.name),
        (None, ""),
    }
    assert {one.born_on for one in theirs} == {None}
    months = {one.born_in for one in theirs}
    assert months == {date(1976, 6, 1), date(1976, 7, 1), None}


def test_a_restricted_chart_is_found_and_closed(patient, front_desk):
    patients.restrict(patient=patient, is_restricted=True, by=BY)

    (found,) = find_people("paula", staff=front_desk, now=NOW)

    assert not found.may_open


@pytest.mark.parametrize("people", [1, 20])
def test_a_search_asks_as_often_for_many_as_for_one(
    make, front_desk, people, django_assert_max_num_queries
):
    for number in range(people):
        make("Paula", f"No{number}")

    # To find, to know which are open, and twice for similar names where few are.
    with django_assert_max_num_queries(4):
        assert len(find_people("paula", staff=front_desk, now=NOW)) == people


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=100))
def test_any_query_is_answered(patient, front_desk, query):
    assert find_people(query, staff=front_desk, now=NOW) is not None


# Duplicates -----------------------------------------------------------------
def test_charts_of_one_day_with_a_name_in_common_are_alike(patient, make):
    twin = make("Paula", "Other", born_on=patient.born_on)
    make("Ana", "Other", born_on=patient.born_on)
    make("Paula", "Patience", born_on=date(1999, 1, 1))

    assert alike(patient, within=Patient.objects.all()) == [twin]


def test_charts_with_a_name_and_a_number_in_common_are_alike(patient, make):
    twin = make("Paula", "Other", born_on=date(1999, 1, 1))
    for person in (patient, twin, make("Ana")):
        cast.make_contact(person, value="+12125550187")

    assert alike(patient, within=Patient.objects.all()) == [twin]


def test_the_o_of_an_irish_name_makes_nobody_alike(make):
    patient = make("Ana", "O'Brien")
    make("Olga", "Stone", born_on=patient.born_on)

    assert alike(patient, within=Patient.objects.all()) == []


# Pages ----------------------------------------------------------------------
def test_pages_follow_each_other_without_gap_or_overlap(make):
    people = [make(name, family) for name in "BAC" for family in ("Yu", "Xi", "Yu")]

    seen, after = [], ""
    while page := page_of(Patient.objects.all(), after=after, size=4):
        seen += page.rows
        after = str(page.next_after or "")
        if not after:
            break

    assert sorted(row.pk for row in seen) == sorted(row.pk for row in people)
    assert seen == list(Patient.objects.order_by("family_name", "given_name", "pk"))


@pytest.mark.parametrize("after", ["", "x", "-1", "٣", "9" * 30, "0", "\x00"])
def test_a_page_after_nobody_is_the_first(patient, after):
    page = page_of(Patient.objects.all(), after=after, size=4)

    assert (page.rows, page.is_first, page.next_after) == ([patient], True, None)


def test_many_charts_are_not_counted_to_the_end(make, monkeypatch):
    monkeypatch.setattr(searching, "MOST_COUNTED", 2)
    counts = []

    for _ in range(3):
        make()
        counts.append(searching.counted(Patient.objects.all()))

    assert counts == [(1, False), (2, False), (2, True)]
