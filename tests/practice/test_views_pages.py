"""The two shapes most pages have: a form that acts, and a button that acts."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from practice import submissions
from practice.forms.base import HouseForm
from practice.models import Patient, Submission
from practice.rules import NotPossible
from practice.views import pages
from practice.views.pages import Ask, Done
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db
ASK = Ask("Add a word", "Add", "/back/", intro="Choose it well.", is_grave=True)


class WordForm(HouseForm):
    word = forms.CharField(max_length=10)


class NotThisWord(NotPossible):
    field = "word"


@pytest.fixture
def request_of(rf, front_desk):
    """A request as it comes to a view: signed in, with messages."""

    def make(method="post", **data):
        request = getattr(rf, method)("/words/", data)
        request.user = front_desk
        request.htmx = False
        request.session = {}
        request._messages = Said()
        return request

    return make


class Said(list):  # type: ignore[type-arg]
    """The messages of one request."""

    def add(self, level, message, extra_tags=""):
        self.append((str(message), extra_tags))


@pytest.fixture
def ask(request_of):
    """Send the form with some answers; what the act does is up to the test."""

    def send(act, request=None, **answers):
        request = request or request_of(**answers)
        form = WordForm(request.POST or None)
        response = pages.ask_and_act(request, form, ASK, act)
        return request, form, response

    return send


def fine(by, now):
    return Done("/words/1/", f"Added by {by.name}.", undo="/words/1/undo/")


def refuse(error):
    def act(by, now):
        raise error

    return act


# Asking ---------------------------------------------------------------------
def test_a_form_is_shown_before_anything_is_typed(ask, request_of):
    _request, form, response = ask(fine, request=request_of("get"))

    assert response.status_code == 200
    assert not form.errors
    for words in ("Add a word", "Choose it well.", 'href="/back/"'):
        assert words in response.content.decode()


def test_what_is_right_is_done_and_said(ask):
    request, _form, response = ask(fine, word="hello")

    assert (response.status_code, response["Location"]) == (302, "/words/1/")
    assert request._messages == [("Added by Fran Desk.", "/words/1/undo/")]


@pytest.mark.parametrize("word", ["", "much too long a word", "a\x00b"])
def test_what_is_wrong_is_told_beside_its_field_with_what_was_typed(ask, word):
    _request, form, response = ask(fine, word=word)

    page = response.content.decode()
    assert response.status_code == 422
    assert form.errors["word"][0] in page
    assert 'aria-invalid="true"' in page
    assert word.replace("\x00", "") in page.replace("\x00", "")


def test_what_a_rule_forbids_is_told_beside_its_field(ask):
    _request, form, response = ask(refuse(NotThisWord("Not this one.")), word="hello")

    assert response.status_code == 422
    assert form.errors["word"] == ["Not this one."]
    assert 'value="hello"' in response.content.decode()


def test_a_rule_about_no_field_is_told_at_the_top(ask):
    _request, form, _response = ask(refuse(NotPossible("Not today.")), word="hello")

    assert form.non_field_errors() == ["Not today."]


def test_a_records_errors_stand_beside_their_fields(ask):
    error = ValidationError(
        {
            "word": ["Taken."],
            "hidden_column": ["Missing."],
            NON_FIELD_ERRORS: ["Does not fit."],
        }
    )
    _request, form, _response = ask(refuse(error), word="hello")

    assert form.errors["word"] == ["Taken."]
    assert form.non_field_errors() == ["Missing.", "Does not fit."]


def test_a_plain_error_stands_at_the_top(ask):
    _request, form, _response = ask(refuse(ValidationError("No.")), word="hello")

    assert form.non_field_errors() == ["No."]


def test_what_was_begun_before_a_refusal_is_taken_back(ask, location):
    def begin_and_refuse(by, now):
        Submission.objects.create(key=uuid4(), staff_id=by.pk, taken_at=now)
        raise NotPossible("Not today.")

    ask(begin_and_refuse, word="hello")

    assert not Submission.objects.exists()


# Twice ----------------------------------------------------------------------
def test_a_form_that_comes_twice_is_done_once(ask):
    done = []

    def act(by, now):
        done.append(by)
        return fine(by, now)

    key = str(uuid4())
    answers = [ask(act, word="hello", submission=key)[2] for _press in range(2)]

    assert len(done) == 1
    assert {answer["Location"] for answer in answers} == {"/words/1/"}


def test_a_second_press_is_not_asked_whether_it_is_right(ask):
    key = str(uuid4())
    ask(fine, word="hello", submission=key)

    _request, _form, response = ask(fine, word="", submission=key)

    assert response["Location"] == "/words/1/"


def test_a_refused_form_may_be_sent_again(ask):
    key = str(uuid4())
    ask(refuse(NotPossible("Not today.")), word="hello", submission=key)

    _request, _form, response = ask(fine, word="hello", submission=key)

    assert response.status_code == 302


@pytest.mark.parametrize("key", ["", "nonsense", "0" * 500])
def test_a_key_that_is_none_is_no_second_press(request_of, key):
    assert pages.taken_before(request_of(submission=key)) is None


def test_each_form_that_is_shown_has_a_key_of_its_own(rf):
    keys = [WordForm()["submission"].value() for _form in range(2)]

    assert keys[0] != keys[1]
    assert 'autocomplete="off"' in str(WordForm()["submission"])


# Pressing -------------------------------------------------------------------
def test_a_button_does_and_says(request_of):
    request = request_of()

    response = pages.press(request, "/back/", fine)

    assert response["Location"] == "/words/1/"
    assert request._messages == [("Added by Fran Desk.", "/words/1/undo/")]


@pytest.mark.parametrize(
    "error", [NotPossible("Not today."), ValidationError(["Not today."])]
)
def test_a_button_that_may_not_says_so_where_one_came_from(request_of, error):
    request = request_of()

    response = pages.press(request, "/back/", refuse(error))

    assert response["Location"] == "/back/"
    assert request._messages == [("Not today.", "")]


# The way back ---------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_of_this_site_is_a_way_back(request_of, method):
    request = request_of(method, next="/patients/7/?tab=1")

    assert pages.way_back(request, "/") == "/patients/7/?tab=1"


@pytest.mark.parametrize(
    "way",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil"),
        *("javascript:alert(1)", "today", "nonsense", "", " ", "\x00", "http://["),
        "/" + "x" * 10_000,
    ],
)
def test_anything_else_is_none(request_of, way):
    assert pages.way_back(request_of(next=way), "/home/") == "/home/"


# A real page ----------------------------------------------------------------
def test_two_presses_of_new_patient_open_one_chart(as_, front_desk, location, now):
    client = as_(front_desk)
    form = client.get(url("patient_new")).context["form"]
    answers = {
        "given_name": "Ana",
        "born_on": "1990-02-03",
        "spoken_language": "en",
        "homes": [location.pk],
        "submission": form["submission"].value(),
    }

    pressed = [client.post(url("patient_new"), answers) for _press in range(2)]

    chart = Patient.objects.get()
    assert {answer["Location"] for answer in pressed} == {url("patient", chart.pk)}
    assert submissions.path_of(form["submission"].value()) == url("patient", chart.pk)


def test_the_undo_of_an_act_is_offered_on_the_next_page(as_, front_desk, patient, now):
    client = as_(front_desk)

    page = client.post(
        url("patient_pause", patient.pk), {"reason": "Hospital"}, follow=True
    )

    assert "Paused: nothing automatic goes out." in text_of(page)
    assert f'action="{url("patient_resume", patient.pk)}"' in page.content.decode()
