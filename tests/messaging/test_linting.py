"""The linter of templates: what it refuses, what it warns of, and what it lets pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import linting, variables
from messaging.linting import CARRIER, SHORTENERS, Draft, Severity, lint, reveals
from messaging.occasions import Occasion

HEAD = "{practice}: "


def found(text, occasion=Occasion.COME_IN, language="en", **differing):
    return lint(Draft(text, occasion, language, **differing))


def severities(text, **differing):
    return {finding.severity for finding in found(HEAD + text, **differing)}


@pytest.mark.parametrize(
    "text",
    [
        "Reply CANCEL to cancel.",
        "Reply cancel to free the time.",
        "Text “cancel” to us if you cannot come.",
        "Reply C to confirm, CANCEL if not.",
        "Reply C to confirm or cancel to let us know.",
        "Send END when you are done.",
        "Answer with the word quit.",
        "Reply STOP to cancel the visit.",
        "Reply STOP.",
        "Reply END to stop texts.",
        "UNSUBSCRIBE to end texts.",
        "Responda CANCELAR para anular.",
        "Envie la palabra baja.",
        "Responda STOP para cambiar la cita.",
        "REVOKE: no texts.",
    ],
)
def test_carrier_words_are_never_asked_for(text):
    assert severities(text) == {Severity.REFUSE}


@pytest.mark.parametrize(
    "text",
    [
        "We had to cancel your visit.",
        "At the end of the hall. Reply C to confirm.",
        "Reply C to confirm or R to move or cancel.",
        "Press the bell and do not stop.",
        "Reply STOP to opt out.",
        "STOP to end texts.",
        "Txt STOP to unsubscribe.",
        "STOP para no recibir textos.",
        "STOP para no recibir más mensajes",
        "Se cancela su cita.",
        "Reply 2 to cancel.",
        "HELP for help.",
    ],
)
def test_the_same_words_elsewhere_pass(text):
    assert Severity.REFUSE not in severities(text)


@pytest.mark.parametrize("word", CARRIER)
@pytest.mark.parametrize("ask", ["Reply {} to confirm", "Responda “{}”", "{} = C"])
def test_each_carrier_word_is_known(word, ask):
    assert severities(ask.format(word.upper())) == {Severity.REFUSE}


def test_yes_is_an_opt_in_and_warned_of():
    assert severities("Reply YES to confirm.") == {Severity.WARN}


@pytest.mark.parametrize(
    "text",
    [
        "your therapy on {day}",
        "Su terapia del {day}",
        "time for your HIV test",
        "cita de PSIQUIATRÍA",
        "your depression group",
        "your test   results are in",
        "sus resultados",
        "follow-up for your surgery",
        "your balance is due",
        "your medication is ready",
        "salud mental",
    ],
)
def test_what_tells_why_somebody_comes_is_refused(text):
    assert Severity.REFUSE in severities(text)


@pytest.mark.parametrize(
    "text",
    [
        "Its time is set.",
        "Bring your card.",
        "The doors open at {hours}.",
        "Hour of opening",
        "su cita, pase por la puerta",
        "traiga sus papeles",
    ],
)
def test_harmless_words_pass(text):
    assert severities(text) == set()


@pytest.mark.parametrize("text", ["with Dr. Gray", "con la Dra. Gray", "your nurse"])
def test_a_clinician_is_warned_of(text):
    assert severities(text) == {Severity.WARN}


@pytest.mark.parametrize("host", SHORTENERS)
def test_public_shorteners_are_refused(host):
    assert Severity.REFUSE in severities(f"go to {host}/x")


def test_a_name_that_only_ends_like_a_shortener_passes():
    assert severities("mail us: desk@scout.co or habit.lyre") == set()


def test_an_address_for_all_is_warned_of():
    assert severities("see https://maple.example/map") == {Severity.WARN}


@pytest.mark.parametrize(
    "text", ["in 2 hours", "within an hour", "en 2 horas", "dentro de 30 minutos"]
)
def test_times_that_depend_on_the_reading_are_refused(text):
    assert severities(f"see you {text}") == {Severity.REFUSE}


@pytest.mark.parametrize("text", ["today", "Tomorrow", "hoy", "ayer"])
def test_days_that_depend_on_the_reading_are_warned_of(text):
    assert severities(f"see you {text}") == {Severity.WARN}


def test_what_cannot_be_named_is_refused_where_it_stands():
    text = HEAD + "with {clinician}"
    [finding] = found(text)

    assert finding.severity is Severity.REFUSE
    assert text[finding.start : finding.end] == "{clinician}"


@pytest.mark.parametrize("text", ["{practice", "practice}: {practice}", "{{practice}}"])
def test_a_brace_alone_is_refused(text):
    assert Severity.REFUSE in {finding.severity for finding in found(text)}


def test_who_writes_has_to_be_said():
    [finding] = found("Please come in now.")

    assert "{practice} is missing" in finding.words


def test_a_reminder_needs_its_day_its_time_and_the_way_out():
    words = " ".join(one.words for one in found(HEAD, Occasion.TWO_DAYS))

    assert "{day} is missing" in words
    assert "{time} is missing" in words
    assert "STOP to end texts" in words


def test_a_first_text_says_that_nobody_waits_for_emergencies():
    text = HEAD + "we read texts {hours}. STOP to end texts."
    [finding] = found(text, Occasion.FIRST_TEXT)

    assert "emergencies" in finding.words


def test_a_call_needs_its_key_to_end_calls():
    [finding] = found(HEAD + "{phone}.", Occasion.CALL_OPENING)

    assert "press 9" in finding.words


def test_an_emoji_is_named_and_what_it_costs():
    text = HEAD + "come in 🙂 now"
    [finding] = found(text)

    assert finding.severity is Severity.WARN
    assert (text[finding.start : finding.end], "70 characters" in finding.words) == (
        "🙂",
        True,
    )


def test_typographic_quotes_cost_nothing():
    assert found(HEAD + "“come in” – now…") == []


def test_two_segments_are_warned_of_and_too_much_is_refused():
    long, too_long = HEAD + "a" * 150, HEAD + "a" * 300

    assert [one.severity for one in found(long)] == [Severity.WARN]
    assert [one.severity for one in found(too_long)] == [Severity.REFUSE]


def test_the_length_is_that_of_the_values_given():
    draft = Draft(HEAD + "a" * 140, Occasion.COME_IN, "en")

    assert lint(draft, {"practice": "Maple"}) == lint(draft, {"practice": "M"}) == []
    assert "2 texts" in lint(draft, {"practice": "M" * 40})[0].words


def test_nothing_at_all_is_refused():
    draft = Draft("{greeting}", Occasion.COME_IN, "en")

    words = [one.words for one in lint(draft, {"greeting": ""})]
    assert "There is nothing in it." in words


def test_a_text_in_another_language_is_looked_at_as_well():
    assert [one.severity for one in found(HEAD + "xin mời vào", language="vi")] == [
        Severity.WARN
    ]


def test_a_mail_may_be_long_and_its_subject_is_looked_at_too():
    text = "{practice} {day} {time} " + "word " * 100
    [finding] = found(text, Occasion.WEEK_BEFORE, subject="Your therapy")

    assert finding.words.startswith("Subject: “therapy”")


def test_a_name_of_a_practice_that_tells_too_much_needs_an_alias():
    assert reveals("Harlem Psychiatry & HIV Care") == ["Psychiatry", "HIV"]
    assert list(reveals("Riverside Family Practice")) == []


@given(st.text(max_size=60), st.sampled_from(list(Occasion)))
def test_any_text_is_judged_and_each_finding_stands_in_it(text, occasion):
    for language in variables.LANGUAGES:
        for finding in lint(Draft(text, occasion, language)):
            assert 0 <= finding.start <= finding.end <= len(text)
            assert finding.words


@given(st.text(alphabet="aé İßﬁ�Ω", max_size=30))
def test_words_are_found_where_they_stand(text):
    whole = f"{text} therapy"
    places = [whole[one.start : one.end] for one in found(whole)]

    assert "therapy" in places
    assert len(linting.plainly(whole)) == len(whole)


# What can be named when ------------------------------------------------------
def test_what_is_not_known_when_it_is_sent_is_refused():
    text = "{practice}: come in, it is {time}."

    [finding] = found(text)

    assert finding.words == "“{time}” is not known when this is sent."
    assert text[finding.start : finding.end] == "{time}"


@pytest.mark.parametrize(
    ("occasion", "name"),
    [
        (Occasion.TWO_DAYS, "place"),
        (Occasion.WHICH_VISIT, "choices"),
        (Occasion.COME_IN, "phone"),
        (Occasion.COME_IN, "greeting"),
    ],
)
def test_what_is_known_may_be_named(occasion, name):
    assert name in linting.may_name(occasion)


def test_one_text_for_a_family_names_all_times_and_no_single_one():
    known = linting.may_name(Occasion.TWO_DAYS_JOINT)

    assert {"day", "times", "place"} <= known
    assert not known & {"time", "link", "choices"}


def test_a_subject_names_only_what_is_known():
    subject = "At {choices}"
    text = "{practice}: {day}, {time}"

    assert [
        finding.words for finding in found(text, Occasion.WEEK_BEFORE, subject=subject)
    ] == ["Subject: “{choices}” is not known when this is sent."]
