"""A day sheet's file opens with its passphrase, by nothing else, and sends nothing."""

from __future__ import annotations

import base64
import json
import re

import pytest
from django.utils.module_loading import import_string

from practice import sheet_files
from practice.sheet_files import NoSheet

CONTENT = {"title": "Harlem", "parts": [{"rows": [["Zoë Ñandú-李 </script>", "x"]]}]}
PASSPHRASE = "K7QM-2XTA-9PWD-0HRV-41ZC"


def box_of(file):
    return json.loads(re.search(r'type="application/json">(.*?)</script>', file)[1])


def test_what_is_sealed_comes_back():
    file = sheet_files.seal(CONTENT, PASSPHRASE)

    assert sheet_files.unseal(file, PASSPHRASE) == CONTENT


def test_nothing_of_it_can_be_read_in_the_file():
    file = sheet_files.seal(CONTENT, PASSPHRASE).decode()

    for word in ("Harlem", "Ñandú", PASSPHRASE, PASSPHRASE.replace("-", "")):
        assert word not in file


@pytest.mark.parametrize(
    "typed", ["k7qm2xta9pwd0hrv41zc", " K7QM 2XTA 9PWD OHRV 4lZC ", PASSPHRASE]
)
def test_how_the_passphrase_is_typed_does_not_matter(typed):
    file = sheet_files.seal(CONTENT, PASSPHRASE)

    assert sheet_files.unseal(file, typed) == CONTENT


@pytest.mark.parametrize("typed", ["", "K7QM-2XTA-9PWD-0HRV-41ZD", "李"])
def test_another_passphrase_opens_nothing(typed):
    file = sheet_files.seal(CONTENT, PASSPHRASE)

    with pytest.raises(NoSheet, match="cannot be opened"):
        sheet_files.unseal(file, typed)


@pytest.mark.parametrize("part", ["salt", "nonce", "sealed"])
def test_a_file_that_was_changed_is_refused(part):
    file = sheet_files.seal(CONTENT, PASSPHRASE).decode()
    value = box_of(file)[part]
    harmed = bytearray(base64.b64decode(value))
    harmed[0] ^= 1
    changed = file.replace(value, base64.b64encode(harmed).decode())

    with pytest.raises(NoSheet):
        sheet_files.unseal(changed.encode(), PASSPHRASE)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<html></html>",
        b'<script id="sealed" type="application/json">{}</script>',
        b'<script id="sealed" type="application/json">[1]</script>',
        b'<script id="sealed" type="application/json">{"salt": 1}</script>',
    ],
)
def test_any_other_file_is_refused(file):
    with pytest.raises(NoSheet):
        sheet_files.unseal(file, PASSPHRASE)


def test_the_same_sheet_is_never_sealed_alike():
    one, two = (box_of(sheet_files.seal(CONTENT, PASSPHRASE).decode()) for _ in "12")

    assert not {one[name] for name in ("salt", "nonce", "sealed")} & set(two.values())


def test_a_passphrase_has_a_hundred_bits_in_letters_that_nobody_mistakes():
    made = {sheet_files.new_passphrase() for _ in range(50)}

    assert len(made) == 50
    for one in made:
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", one)


def test_the_page_may_run_its_own_script_and_reach_nothing():
    file = sheet_files.seal(CONTENT, PASSPHRASE).decode()

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', file)[1]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_many_rounds_stand_before_each_guess():
    assert import_string("practice.settings.SHEET_ROUNDS") >= 600_000
