"""A question that is composed once answers as Django would each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from practice.models import HomeLocation, Patient, Role, StaffMember, Task
from practice.prepared import HowMany, Prepared, prepared
from practice.trail import keep
from tests import cast

NAMES = ["Ada", "Ben", "Cleo", "Dov", "Eve"]


@pytest.fixture
def people(location):
    return [cast.make_patient(at=location, given_name=name) for name in NAMES]


def of(ids):
    return Patient.objects.filter(pk__in=ids).order_by("given_name")


def counting():
    """A question, and how often it was composed."""
    composed = []

    def compose(most, *, ids):
        composed.append(most)
        return of(ids)[:most]

    return Prepared(compose), composed


@pytest.mark.parametrize("many", range(len(NAMES) + 1))
def test_a_list_may_be_of_any_length(people, many):
    ids = {one.pk for one in people[:many]}

    assert prepared(of)(ids=ids) == list(of(ids))


def test_what_is_given_by_name_is_composed_once_and_lengths_are_few(people):
    question, composed = counting()

    for ids in ([1], [2], [3, 4, 5], [3, 4, 5, 6]):
        question(9, ids=ids)

    assert composed == [9, 9]  # of one, and of up to four


def test_what_is_given_by_place_is_part_of_the_words(people):
    question, _composed = counting()
    ids = [one.pk for one in people]

    found = [len(question(most, ids=ids)) for most in (1, 3, 1)]

    assert found == [1, 3, 1]


def test_no_answer_is_kept(people):
    question = prepared(of)
    ids = [one.pk for one in people]
    before = [one.given_name for one in question(ids=ids)]
    people[0].given_name = "Zoe"
    keep(people[0], by=cast.FOUNDER, kind="patient.changed")

    after = [one.given_name for one in question(ids=ids)]

    assert (before, after) == (NAMES, [*NAMES[1:], "Zoe"])


def test_tuples_single_values_and_counts_are_answered(people):
    ids = [one.pk for one in people]

    def answer(*columns, **how):
        return prepared(lambda ids: of(ids).values_list(*columns, **how))(ids=ids)

    assert answer("pk", "given_name") == list(zip(ids, NAMES, strict=True))
    assert answer("given_name", flat=True) == NAMES
    assert prepared(lambda ids: of(ids).values("pk"))(ids=ids[:1]) == [{"pk": ids[0]}]
    many = prepared(lambda ids: of(ids).order_by().values_list(HowMany(), flat=True))
    assert many.first(ids=ids) == len(NAMES)


def test_joined_records_come_along_and_ask_nothing_more(
    people, location, django_assert_num_queries
):
    def compose(place):
        rows = HomeLocation.objects.filter(location=place)
        told = rows.select_related("location").only("patient", "location__name")
        return told.order_by("pk")

    with django_assert_num_queries(1):
        first, *_others = prepared(compose)(place=location.pk)

        assert first.location.name == location.name
    assert first.patient_id == people[0].pk


def test_days_and_moments_are_given_too(patient, front_desk):
    task = cast.make_task(to=front_desk)
    due = prepared(lambda now: Task.objects.filter(due_at__lte=now))
    born = prepared(lambda day: Patient.objects.filter(born_on=day))

    assert due(now=cast.MONDAY) == [task]
    assert due(now=cast.MONDAY - timedelta(seconds=1)) == []
    assert born(day=patient.born_on) == [patient]


def test_a_question_within_a_question_is_filled_in(people, location):
    def compose(places, ids):
        home = HomeLocation.objects.filter(patient=OuterRef("pk"), location__in=places)
        return of(ids).filter(Exists(home))

    question, ids = prepared(compose), [one.pk for one in people]

    assert question(places=[location.pk], ids=ids) == people
    assert question(places=[], ids=ids) == []


def test_those_but_for_some_are_asked_for_too(people):
    question = prepared(lambda but: Patient.objects.exclude(pk__in=but))

    assert question(but=[one.pk for one in people[1:]]) == people[:1]
    assert set(people) <= set(question(but=[]))


@pytest.mark.parametrize("by_glass", [False, True])
def test_a_person_is_their_roles_and_a_number(
    by_glass, patient, location, far_location
):
    places = (location, far_location)

    def compose(roles, *, staff, now):
        who = StaffMember.with_roles(roles, pk=staff)
        return Patient.objects.visible_to(who, now=now)

    question, now = prepared(compose), cast.MONDAY
    here, far = (cast.make_staff(Role.FRONT_DESK, at=at) for at in places)
    if by_glass:
        cast.break_in(far, patient)

    found = [
        question(tuple(one.roles), staff=one.pk, now=now) for one in (here, far, here)
    ]

    assert found == [[patient], [patient] if by_glass else [], [patient]]


def test_none_is_refused():
    with pytest.raises(TypeError, match="IS NULL"):
        prepared(of)(ids=None)


def test_the_question_is_what_django_would_ask(people):
    ids = [one.pk for one in people[:4]]
    question = prepared(of)
    with CaptureQueriesContext(connection) as asked:
        question(ids=ids)
        list(of(ids))

    ours, theirs = (query["sql"] for query in asked)

    assert ours == theirs
