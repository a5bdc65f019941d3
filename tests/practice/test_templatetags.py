"""Tags and filters of the design system."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.utils import translation

from practice.states import PatientState
from practice.templatetags import wellhouse
from tests.cast import MONDAY

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit (KHTML) Chrome/130 Safari/537 Edg/130"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604"


def shown(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def somebody(name: str = "Maya Álvarez", initials: str = "MÁ") -> SimpleNamespace:
    return SimpleNamespace(display_name=name, initials=initials)


def test_an_icon_beside_a_word_is_not_read_out():
    assert 'aria-hidden="true"' in shown('{% icon "check" %}')


def test_an_icon_on_its_own_has_a_name():
    html = shown('{% icon "check" "Done" %}')

    assert 'role="img" aria-label="Done"' in html
    assert "aria-hidden" not in html


def test_a_badge_tells_by_word_tone_and_shape():
    html = shown('{% badge "Late" tone="warn" %}')

    assert 'class="badge badge-warn"' in html
    assert "#alert-triangle" in html
    assert "Late" in html


def test_a_badge_may_have_a_shape_of_its_own():
    html = shown('{% badge "Same name" tone="warn" icon="users" %}')

    assert "#users" in html
    assert "#alert-triangle" not in html


def test_a_plain_badge_is_a_word_alone():
    assert shown('{% badge "Draft" %}') == '<span class="badge">Draft</span>'


def test_a_badge_escapes_its_word():
    assert "<b>" not in shown("{% badge word %}", word="<b>bold</b>")


@pytest.mark.parametrize("state", PatientState)
def test_every_state_of_a_patient_has_a_badge(state):
    html = shown("{% state_badge state %}", state=state.value)

    assert str(state.label) in html
    assert "<use " in html


def test_a_name_comes_with_its_initials_for_the_counter():
    html = shown("{% person_name person %}", person=somebody())

    assert '<bdi class="name-full">Maya Álvarez</bdi>' in html
    assert '<bdi class="name-initials">MÁ</bdi>' in html


def test_a_name_is_escaped():
    html = shown("{% person_name person %}", person=somebody("<i>Ann</i>", "A"))

    assert "&lt;i&gt;Ann" in html


def test_whatever_names_somebody_has_a_short_form():
    html = shown("{% veiled name short %}", name="<b>Ana", short="")

    assert '<bdi class="name-full">&lt;b&gt;Ana</bdi>' in html
    assert '<bdi class="name-initials">?</bdi>' in html


def test_an_address_is_known_by_its_first_letter_and_domain():
    assert wellhouse.mail_initial("maya@example.org") == "m…@example.org"


def test_an_avatar_keeps_its_colour():
    first, second = (shown('{% avatar "Ines Novak" %}') for _again in range(2))

    assert first == second
    assert ">IN</span>" in first


def test_an_avatar_of_a_person_shows_their_own_initials():
    html = shown('{% avatar person size="large" %}', person=somebody())

    assert "avatar-large" in html
    assert ">MÁ</span>" in html


def test_an_avatar_without_letters_shows_a_question_mark():
    assert ">?</span>" in shown("{% avatar person %}", person=somebody("…", ""))


def test_a_swatch_carries_its_colour_without_a_style_attribute():
    html = shown('{% swatch "#0b5a4c" %}')

    assert 'fill="#0b5a4c"' in html
    assert "style" not in html


def test_keys_are_shown_as_keys():
    assert shown('{% keys "g" "t" %}') == "<kbd>g</kbd> <kbd>t</kbd>"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Okafor", "AO"), ("Dr. Ada Lee Okafor", "AO"), ("Björk", "B"), ("", "")],
)
def test_initials_are_those_of_the_first_and_last_name(name, letters):
    assert wellhouse.initials(name) == letters


def test_a_day_of_this_year_needs_no_year(now):
    assert wellhouse.day(date(2026, 11, 24)) == "Tuesday 24 November"


def test_a_day_of_another_year_says_which(now):
    assert wellhouse.day(date(2024, 11, 26)) == "Tuesday 26 November 2024"


def test_a_day_is_said_in_spanish(now):
    with translation.override("es"):
        assert wellhouse.day(date(2026, 11, 24)) == "martes 24 de noviembre"
        assert wellhouse.day(date(2024, 11, 26)) == "martes 26 de noviembre de 2024"


def test_an_instant_gives_its_day(now):
    assert wellhouse.day(datetime(2026, 11, 24, 9, tzinfo=UTC)) == "Tuesday 24 November"


def test_no_day_is_nothing():
    assert wellhouse.day(None) == ""


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3, minutes=50), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=59), "59 days ago"),
        (timedelta(days=60), "2 months ago"),
        (timedelta(days=900), "2 years ago"),
        (timedelta(hours=-2), "in 2 h"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_a_distance_is_said_in_its_largest_unit(now, passed, words):
    assert wellhouse.ago(MONDAY - passed) == words


def test_no_instant_is_no_distance():
    assert wellhouse.ago(None) == ""


def test_sign_ins_are_told_by_real_time(now):
    assert wellhouse.really_ago(MONDAY - timedelta(hours=1)) == "1 h ago"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.5 (Linux)", "Linux"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_named(user_agent, words):
    assert wellhouse.browser(user_agent) == words


def test_a_page_met_on_the_way_in_wears_the_frame_of_the_entrance(rf):
    request = rf.get("/")
    request.user = AnonymousUser()

    assert wellhouse.frame(request) == "base_entrance.html"


def test_a_page_met_inside_wears_the_frame_of_the_house(as_, front_desk):
    response = as_(front_desk).get("/accounts/sessions/")

    assert "base.html" in [template.name for template in response.templates]
