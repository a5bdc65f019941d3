"""The links frame: one token, one use, and one way to be dead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from practice import contacts, details_link, links, merging, patients, work
from practice.models import Link, Role, Task, TrailEntry
from practice.rules import NotPossible
from practice.trail import keep
from tests import cast
from tests.races.together import run_together

RIGHT = date(1984, 5, 17)
WRONG = date(1984, 5, 18)
BY = links.VISITOR


@pytest.fixture
def token(patient, now):
    cast.make_contact(patient)
    return details_link.ask(patient=patient, by=cast.FOUNDER, now=now)


@pytest.fixture
def link(token):
    return links.known(token)


def test_only_the_digest_of_a_token_is_kept(token, link):
    row = Link.objects.filter(pk=link.pk).values().get()
    history = link.history.values().get()

    assert len(token) == 22
    assert token not in f"{row}{history}"
    assert row["digest"] == links.digest_of(token)


def test_no_two_links_have_the_same_token(patient, now):
    tokens = {
        details_link.ask(patient=patient, by=cast.FOUNDER, now=now) for _ in range(20)
    }

    assert len(tokens) == 20


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_a_token_that_nobody_has(text):
    # Lone surrogates, NUL and emoji included.
    assert len(links.digest_of(text)) == 64


def test_a_living_link_is_found(token, link, now):
    assert links.find(token, now=now) == link


def _expire(token, link, patient, now):
    link.expires_at = now
    keep(link, by=BY, kind="test")


def _use(token, link, patient, now):
    links.use(link, answer="right", words="", by=BY, now=now)


def _lock(token, link, patient, now):
    for _ in range(5):
        links.prove(link, born_on=WRONG, by=BY, now=now)


def _withdraw(token, link, patient, now):
    links.withdraw_all(patient=patient, by=BY, now=now)


def _replace(token, link, patient, now):
    details_link.ask(patient=patient, by=BY, now=now)


def _change_details(token, link, patient, now):
    cast.make_contact(patient)


def _die(token, link, patient, now):
    patients.record_death(patient=patient, died_on=None, by=BY, now=now)


def _merge(token, link, patient, now):
    other = cast.make_patient(at=patient.home_locations.get())
    merging.merge(duplicate=patient, into=other, by=BY, now=now)


def _stand_for_another(token, link, patient, now):
    other = cast.make_patient(at=patient.home_locations.get())
    merging.merge(duplicate=other, into=patient, by=BY, now=now)


DEATHS = [_expire, _use, _lock, _withdraw, _replace, _change_details, _die]
DEATHS += [_merge, _stand_for_another]


@pytest.mark.parametrize("kill", DEATHS)
def test_a_dead_link_is_not_found_opened_or_used(kill, token, link, patient, now):
    kill(token, link, patient, now)
    told = Task.objects.count()

    with pytest.raises(links.DeadLink):
        links.find(token, now=now)
    assert not links.prove(link, born_on=RIGHT, by=BY, now=now)
    with pytest.raises(links.DeadLink):
        links.use(link, answer="wrong", words="", by=BY, now=now)
    assert Task.objects.count() == told


def test_a_link_of_a_purpose_that_is_gone_is_dead(token, now, monkeypatch):
    links.find(token, now=now)

    monkeypatch.setattr(details_link.DetailsCheck, "name", "renamed")

    with pytest.raises(links.DeadLink):
        links.find(token, now=now)


def test_the_right_birth_date_opens_a_link_and_leaves_a_line(link, now):
    assert links.prove(link, born_on=RIGHT, by=BY, now=now)

    line = TrailEntry.objects.get(kind="link.opened")
    assert (line.record_id, line.patient_id) == (link.pk, link.patient_id)


@pytest.mark.parametrize("born_on", [WRONG, None])
def test_a_wrong_birth_date_is_counted(link, now, born_on):
    assert not links.prove(link, born_on=born_on, by=BY, now=now)

    link.refresh_from_db()
    assert link.wrong_answers == 1


def test_the_fifth_wrong_birth_date_locks_a_link_and_tells_the_desk(link, now):
    for _ in range(6):
        links.prove(link, born_on=WRONG, by=BY, now=now)

    link.refresh_from_db()
    task = Task.objects.get()
    assert link.wrong_answers == 5
    assert (task.kind, task.for_role) == ("link.locked", Role.FRONT_DESK)


def test_many_locked_links_alarm_the_managers_once_a_day(location, now):
    for _ in range(links.ALARMING_LOCKS + 1):
        token = details_link.ask(patient=cast.make_patient(at=location), by=BY, now=now)
        for _ in range(links.MOST_WRONG_ANSWERS):
            links.prove(links.find(token, now=now), born_on=WRONG, by=BY, now=now)

    assert Task.objects.get(for_role=Role.MANAGER).kind == "link.guessing"


def test_a_proof_is_good_for_a_quarter_of_an_hour(link, now):
    proof = links.proof_of(link)

    with time_machine.travel(now + timedelta(minutes=14, seconds=59), tick=False):
        assert links.is_proven(link, proof=proof)
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        assert not links.is_proven(link, proof=proof)


def test_a_proof_is_good_for_its_own_link_only(link, location, now):
    token = details_link.ask(patient=cast.make_patient(at=location), by=BY, now=now)
    other = links.find(token, now=now)

    assert not links.is_proven(other, proof=links.proof_of(link))


@given(st.text())
def test_a_proof_cannot_be_made_up(text):
    link = Link(digest=links.digest_of("some token"))

    assert not links.is_proven(link, proof=text)


def test_a_link_is_used_once(link, now):
    links.use(link, answer="right", words="", by=BY, now=now)

    with pytest.raises(links.DeadLink):
        links.use(link, answer="wrong", words="", by=BY, now=now)
    assert not Task.objects.exists()


def test_a_use_that_a_rule_forbids_leaves_the_link_alive(token, link, now):
    with pytest.raises(NotPossible):
        links.use(link, answer="perhaps", words="", by=BY, now=now)

    assert links.find(token, now=now).used_at is None


def test_a_chart_of_somebody_who_died_gets_no_link(patient, now):
    patients.record_death(patient=patient, died_on=None, by=BY, now=now)

    with pytest.raises(links.NoLink, match="has died"):
        details_link.ask(patient=patient, by=BY, now=now)


def test_a_merged_chart_gets_no_link(patient, location, now):
    other = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=other, by=BY, now=now)

    with pytest.raises(links.NoLink, match="merged"):
        details_link.ask(patient=patient, by=BY, now=now)


def test_links_of_one_purpose_can_be_withdrawn(patient, token, now):
    assert links.withdraw_all(patient=patient, purpose="other", by=BY, now=now) == 0

    assert links.withdraw_all(patient=patient, purpose="details", by=BY, now=now) == 1


def test_a_call_is_asked_for_once_until_it_is_made(link, front_desk, now):
    for _ in range(3):
        task = links.ask_call(link, by=BY, now=now)
    assert Task.objects.filter(kind="link.call_wanted").count() == 1

    work.finish(task=task, by=front_desk, now=now)
    again = links.ask_call(link, by=BY, now=now)

    assert list(Task.objects.open().filter(kind="link.call_wanted")) == [again]


def test_a_call_is_asked_of_the_chart_that_stands_for_a_merged_one(
    link, patient, location, now
):
    other = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=other, by=BY, now=now)

    assert links.ask_call(link, by=BY, now=now).patient == other


def test_nobody_is_sent_to_call_somebody_who_died_without_a_word(link, patient, now):
    patients.record_death(patient=patient, died_on=None, by=BY, now=now)

    assert "died" in links.ask_call(link, by=BY, now=now).title


def test_what_looks_wrong_is_told_with_its_words_beside_the_title(link, now):
    task = links.report(link, words="I am not Paula", by=BY, now=now)

    assert task.words == "I am not Paula"
    assert "Paula" not in task.title
    assert (task.patient, task.due_at) == (link.patient, now + links.READ_BY)


def test_words_on_a_link_that_nobody_knows_reach_the_desk(practice, now):
    task = links.report(None, words="Who are you?", by=BY, now=now)

    assert (task.patient, task.path) == (None, "")


@pytest.mark.parametrize(
    ("offered", "wanted", "spoken"),
    [
        (["en", "es"], ["es"], "es"),
        (["en", "es"], [None, "fr", "es"], "es"),
        (["en", "es"], ["fr"], "en"),
        (["en"], ["es"], "en"),
        (["es"], ["fr"], "es"),
        (["xx"], ["xx"], "en"),
    ],
)
def test_a_page_speaks_a_language_that_is_offered(practice, offered, wanted, spoken):
    practice.languages = offered

    assert links.page_language(practice, *wanted) == spoken


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_wins(token, link, now):
    def press(number):
        return links.use(link, answer="wrong", words=str(number), by=BY, now=now)

    outcome = run_together(8, press)

    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {links.DeadLink}
    assert Task.objects.filter(kind="patient.details_wrong").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_no_more_than_five_birth_dates_are_tried_at_once(token, link, now):
    def guess(number):
        born_on = WRONG + timedelta(days=number)
        return links.prove(link, born_on=born_on, by=BY, now=now)

    outcome = run_together(12, guess)

    link.refresh_from_db()
    assert (outcome.results, outcome.errors) == ([False] * 12, [])
    assert link.wrong_answers == 5
    assert TrailEntry.objects.filter(kind="link.wrong_answer").count() == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_made_while_its_chart_is_merged_does_not_live(patient, location, now):
    other = cast.make_patient(at=location)

    def act(number):
        if number % 2:
            return details_link.ask(patient=patient, by=BY, now=now)
        return merging.merge(duplicate=patient, into=other, by=BY, now=now)

    outcome = run_together(6, act)

    allowed = {links.NoLink, merging.CannotMerge}
    assert {type(error) for error in outcome.errors} <= allowed
    assert not Link.objects.filter(withdrawn_at=None, used_at=None).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_using_a_link_and_merging_its_chart_do_not_block_each_other(
    token, link, patient, location, now
):
    other = cast.make_patient(at=location)

    def act(number):
        if number % 2:
            return links.use(link, answer="wrong", words="", by=BY, now=now)
        return merging.merge(duplicate=patient, into=other, by=BY, now=now)

    outcome = run_together(6, act)

    allowed = {links.DeadLink, merging.CannotMerge}
    assert {type(error) for error in outcome.errors} <= allowed
    assert patient.links.filter(used_at=None, withdrawn_at=None).count() == 0


def test_a_link_stays_alive_while_what_it_shows_stays(token, patient, now):
    point = cast.make_contact(patient, may_text=False, may_call=False)
    contacts.change(
        point=point, value=str(point.phone), label="old", by=BY, now=cast.MONDAY
    )

    assert links.find(token, now=now).patient == patient
