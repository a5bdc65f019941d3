"""Secrets at rest."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command

from practice import encryption

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.mark.parametrize("text", ["JBSWY3DP", "", "clé 🔑", "x" * 10_000])
def test_what_is_encrypted_can_be_read_again(text):
    secret = encryption.encrypt(text)

    assert encryption.decrypt(secret) == text
    assert secret != text


def test_bytes_can_be_encrypted_too():
    assert (
        encryption.decrypt_bytes(encryption.encrypt_bytes(b"\x00\xff")) == b"\x00\xff"
    )


def test_the_same_text_never_looks_the_same():
    assert encryption.encrypt("JBSWY3DP") != encryption.encrypt("JBSWY3DP")


def test_a_new_key_still_reads_what_the_old_one_wrote(settings):
    settings.DATA_KEYS = [OLD]
    secret = encryption.encrypt("JBSWY3DP")
    settings.DATA_KEYS = [NEW, OLD]

    assert encryption.decrypt(secret) == "JBSWY3DP"


def test_after_a_rotation_the_old_key_can_be_taken_away(settings):
    settings.DATA_KEYS = [OLD]
    secret = encryption.encrypt("JBSWY3DP")
    settings.DATA_KEYS = [NEW, OLD]
    rotated = encryption.rotate(secret)
    settings.DATA_KEYS = [NEW]

    assert encryption.decrypt(rotated) == "JBSWY3DP"
    with pytest.raises(InvalidToken):
        encryption.decrypt(secret)


def test_a_changed_secret_is_refused():
    secret = encryption.encrypt("JBSWY3DP")

    with pytest.raises(InvalidToken):
        encryption.decrypt(secret[:-2] + ("AA" if secret[-2:] != "AA" else "BB"))


def test_the_command_rotates_every_second_factor(front_desk, settings, capsys):
    settings.DATA_KEYS = [OLD]
    data = {
        "totp": {"secret": encryption.encrypt("JBSWY3DP")},
        "recovery_codes": {"seed": encryption.encrypt("c0ffee"), "used_mask": 5},
        "webauthn": {"name": "Passkey 1"},
    }
    for kind, values in data.items():
        Authenticator.objects.create(user=front_desk, type=kind, data=values)
    settings.DATA_KEYS = [NEW, OLD]

    call_command("rotate_data_keys")

    settings.DATA_KEYS = [NEW]
    rows = {row.type: row.data for row in Authenticator.objects.all()}
    assert encryption.decrypt(rows["totp"]["secret"]) == "JBSWY3DP"
    assert encryption.decrypt(rows["recovery_codes"]["seed"]) == "c0ffee"
    assert rows["recovery_codes"]["used_mask"] == 5
    assert rows["webauthn"] == {"name": "Passkey 1"}
    assert capsys.readouterr().out.startswith("2 secrets")
