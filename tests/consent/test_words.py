"""What people write who want no more messages, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import words
from consent.words import Heard, bare, hear, plain

KEYWORDS = {
    Heard.STOP: words.CARRIER_STOPS,
    Heard.START: words.CARRIER_STARTS,
    Heard.HELP: words.CARRIER_HELPS,
}
EVERY = sorted((word, heard) for heard, ones in KEYWORDS.items() for word in ones)
STOPS = [
    "Stop texting me",
    "STOP TEXTING ME!!!",
    "please stop sending these messages",
    "Stop please",
    "please stop",
    "Stop all",
    "stop with the reminders already",
    "Don’t text me anymore.",
    "dont text me",
    "Do not contact me again please",
    "No more texts, thanks",
    "I don't want any more messages from you",
    "I do not want to receive reminders",
    "take me off your list",
    "Remove me",
    "please remove my number",
    "I want to opt out",
    "opt-out",
    "unsubscribe me",
    "Wrong number",
    "Sorry, wrong number!",
    "You have the wrong number",
    "you texted the wrong person",
    "this is the wrong number",
    "Leave me alone",
    "quit messaging me",
    "No más mensajes",
    "NO MAS MENSAJES POR FAVOR",
    "ya no me manden",
    "Ya no me manden mensajes",
    "no me escriban más",
    "por favor no me manden más textos",
    "dejen de mandarme mensajes",
    "Deje de escribirme",
    "no quiero recibir mensajes",
    "número equivocado",
    "Se equivocó de número",
    "quítenme de la lista",
    "quiero darme de baja",
    "déjenme en paz",
    "ALTO",
    "Basta!",
    "Parar",
    "Hi, please stop calling me. Thank you!",
    "Wrong number, stop texting me",
    "Can you please stop sending me texts?",
    "I told you to stop texting me already",
    "Never call me again",
    "STOP STOP STOP",
    "I want to stop receiving these messages",
    "please opt me out of all texts",
    "delete my number from your system",
    "I think you have the wrong number",
    "Por favor dejen de llamarme, gracias",
    "No me manden más mensajes a este número",
    "borren mi número",
    "ya no quiero recibir llamadas",
]
# Who else calls, how somebody is, and when or where alone it is not to be.
BESIDE = [
    *("he", "she", "they", "dad", "mom", "ex", "husband"),
    *("him", "her", "his", "their", "who", "why", "not"),
    *("never", "won't", "wants", "die", "life", "pain", "hurts"),
    *("tonight", "work", "before", "until", "tomorrow", "cell", "instead"),
    *("appointment", "él", "ella", "ellos", "mi", "papá", "novio"),
    *("morir", "vida", "dolor", "noche", "antes", "mañana", "trabajo"),
    *("que",),
]
AROUND = st.text("  \t\n.,!?¡¿'\"()-…*🙏🛑😡\u200b\ufe0f", max_size=6)


@given(st.sampled_from(EVERY), AROUND, AROUND, st.data())
def test_a_keyword_alone_is_bare_however_it_is_written(pair, before, after, data):
    word, heard = pair
    upper = data.draw(st.lists(st.booleans(), min_size=len(word), max_size=len(word)))
    typed = "".join(c.upper() if up else c for c, up in zip(word, upper, strict=True))

    assert bare(f"{before}{typed}{after}") == heard
    assert hear(f"{before}{typed}{after}") == heard


@given(st.sampled_from(EVERY), st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_a_keyword_with_other_words_is_not_bare(pair, other):
    word, _heard = pair

    assert bare(f"{word} {other}") == Heard.NOTHING
    assert bare(f"{other} {word}") == Heard.NOTHING


@given(st.text(max_size=200))
def test_any_text_is_heard_without_a_fault(text):
    assert hear(text) in Heard
    assert hear(plain(text)) == hear(text)


@pytest.mark.parametrize("text", STOPS)
def test_free_words_that_mean_stop(text):
    assert hear(text) == Heard.STOP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C",
        "yes",
        "Sí",
        "no",
        "ya no puedo más",
        "Ya no quiero vivir",
        "no puedo mas con esto",
        "I can't go on",
        "I want it to stop",
        "STOP I took them all",
        "stop the pain",
        "Can you stop by on Tuesday?",
        "My bus stops at 9",
        "cancel my appointment",
        "I need to cancel Tuesday",
        "can't make it",
        "please don't call me before 9",
        "don't text me at work, call my cell",
        "I gave you the wrong number, my new one is 212 555 0187",
        "le di el numero equivocado, es 212 555 0187",
        "no me llamen antes de las 9",
        "no más dolor",
        "no me mandaron el enlace",
        "The medicine makes my heart stop and start",
        "when does it end",
        "do not send me to Dr. Vorn again",
        "quit smoking 3 weeks ago!",
        "start over?",
        "help me please",
    ],
)
def test_what_is_for_people_to_read(text):
    assert hear(text) == Heard.NOTHING


@given(st.sampled_from(STOPS), st.sampled_from(BESIDE), st.data())
def test_a_stop_within_a_longer_sentence_is_for_people_to_read(text, word, data):
    said = text.split()
    said.insert(data.draw(st.integers(0, len(said))), word)

    assert hear(" ".join(said)) == Heard.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "He hits me and won't leave me alone",
        "you never call me",
        "They never text me anymore",
        "never text me anymore",
        "I don't want calls from my ex, what do I do",
        "no more calls from dad. I want to die",
        "He won't stop calling me",
        "Make him stop calling me",
        "She says wrong number every time",
        "delete my number from his phone",
        "My mother died, you have the wrong number on her file",
        "opt out of life",
        "stop it all",
        "Make it stop please",
        "please don't leave me alone",
        "don't stop texting me",
        "I want to stop",
        "take me off Lexapro",
        "don't call me now",
        "stop calling me at work",
        "tell them to leave me alone",
        "él no deja de llamarme",
        "mi ex no deja de escribirme",
        "no deja de llamarme",
        "no quiero llamadas de mi papá",
        "dile que no me llame más",
        "que me dejen en paz",
        "mi hermano no me deja en paz",
        "ya no me llaman",
        "quiero darme de baja del mundo",
        "le di el número equivocado a mi novio",
    ],
)
def test_what_tells_of_somebody_else_is_no_stop(text):
    assert hear(text) == Heard.NOTHING


def test_a_long_message_is_judged_at_once():
    assert hear("stop all " * 170 + "of it") == Heard.NOTHING
    assert hear("stop again " * 140) == Heard.NOTHING


@pytest.mark.parametrize(
    ("text", "is_stopped", "heard"),
    [
        ("YES", True, Heard.START),
        ("Yes.", False, Heard.NOTHING),
        ("yes please", True, Heard.NOTHING),
        ("start", False, Heard.START),
        ("Unstop", True, Heard.START),
    ],
)
def test_yes_brings_back_only_what_is_stopped(text, is_stopped, heard):
    assert hear(text, is_stopped=is_stopped) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [("Ayuda", Heard.HELP), ("INFO", Heard.HELP), ("¡alto!", Heard.STOP)],
)
def test_spanish_words_stand_alone_too(text, heard):
    assert hear(text) == heard


def test_what_the_vendor_does_not_know_is_not_bare():
    assert {bare(word) for word in words.SPANISH_STOPS} == {Heard.NOTHING}


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("CANCEL", True), ("cancel!", True), ("Stop", False), ("cancel texts", False)],
)
def test_cancel_alone_may_mean_the_visit(text, may_be):
    assert words.may_mean_the_visit(text) is may_be


@pytest.mark.parametrize(
    ("text", "seen_as"),
    [
        ("  ¡Número   EQUIVOCADO! ", "numero equivocado"),
        ("don’t", "dont"),
        ("ＳＴＯＰ", "stop"),
        ("S\u200bTOP", "stop"),
        ("señor", "senor"),
        ("👍", ""),
    ],
)
def test_what_is_left_of_a_text(text, seen_as):
    assert plain(text) == seen_as


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "'Stop!'", "\u00a1S\u00ed!", "ok \U0001f44d\U0001f3fd"]
)
def test_a_word_with_marks_and_a_thumb_stands_alone(text):
    assert words.stands_alone(text)


@pytest.mark.parametrize(
    "text", ["stop \U0001f48a", "\U0001f52b ok", "yes?", "stop :("]
)
def test_a_sign_that_tells_of_something_is_seen(text):
    assert not words.stands_alone(text)
