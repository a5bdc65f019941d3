"""What the vendor is told: well-formed XML, whatever words stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import twiml
from messaging.twiml import Spoken
from tests.messaging.ringing import read


@given(st.text(), st.text())
def test_whatever_is_said_stays_one_instruction(words, other):
    told = read(twiml.say(Spoken(words), Spoken(other, "es")))

    assert [one.tag for one in told] == ["Say", "Say", "Hangup"]


def test_words_are_not_read_as_instructions():
    said = twiml.say(Spoken("</Say><Dial>+19005550100</Dial> & more"))

    assert "<Dial>" not in said
    assert read(said)[0].text.endswith("& more")


def test_a_question_waits_for_keys_and_comes_back_without_them():
    action = "/hooks/twilio/voice?m=7&s=visit&n=1"
    gather = read(twiml.ask(Spoken("?"), action=action))[0]

    assert gather.attrib["action"] == action
    assert gather.attrib["actionOnEmptyResult"] == "true"
    assert (gather.attrib["numDigits"], gather.attrib["input"]) == ("1", "dtmf")


@pytest.mark.parametrize(
    ("language", "voice"), [("en", "en-US"), ("es", "es-US"), ("zh", "en-US")]
)
def test_each_language_has_its_voice(language, voice):
    assert f'language="{voice}"' in twiml.say(Spoken("Hi", language))


def test_who_is_put_through_comes_back_where_nobody_takes_it():
    told = read(twiml.dial("+12125550100", action="/back"))[0]

    assert (told.tag, told[0].text) == ("Dial", "+12125550100")
    assert told.attrib["action"] == "/back"
