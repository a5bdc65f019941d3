"""A day sheet as one file that opens in any browser, without the site.

It holds the sheet encrypted (AES-256-GCM) under a key that comes of a passphrase
(PBKDF2-HMAC-SHA256), and the page that asks for it. Its own content policy keeps
the page from sending anything anywhere. docs/adr/0017 says why not a PDF.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "wellhouse day sheet 1"
# Crockford's letters: none is taken for another, spoken or written.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 5, 4  # 100 bits: no guessing, however long the file is kept
_ALIKE = str.maketrans("OIL", "011")
_SEALED = re.compile(
    rb'<script id="sealed" type="application/json">(.*?)</script>', re.DOTALL
)
_PARTS = Path(__file__).parent / "sheet_page"


class NoSheet(ValueError):
    """The file is no day sheet, or was damaged, or the passphrase is another's."""


def new_passphrase() -> str:
    """A passphrase that a machine has chosen, to be written down: ABCD-…"""
    letters = [secrets.choice(LETTERS) for _letter in range(GROUPS * GROUP)]
    pieces = ["".join(letters[n : n + GROUP]) for n in range(0, len(letters), GROUP)]
    return "-".join(pieces)


def seal(content: Mapping[str, Any], passphrase: str) -> bytes:
    """The file that holds the content."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = _key(passphrase, salt, settings.SHEET_ROUNDS)
    clear = json.dumps(content, ensure_ascii=False).encode()
    sealed = AESGCM(key).encrypt(nonce, clear, FORMAT.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    box = {"format": FORMAT, "rounds": settings.SHEET_ROUNDS}
    box |= {name: base64.b64encode(value).decode() for name, value in parts.items()}
    return _page(json.dumps(box)).encode()


def unseal(file: bytes, passphrase: str) -> Any:
    """What the file holds. Raises NoSheet."""
    found = _SEALED.search(file)
    try:
        box = json.loads(found[1] if found else b"")
        salt, nonce, sealed = (
            base64.b64decode(box[name]) for name in ("salt", "nonce", "sealed")
        )
        key = _key(passphrase, salt, int(box["rounds"]))
        clear = AESGCM(key).decrypt(nonce, sealed, FORMAT.encode())
    except (InvalidTag, ValueError, KeyError, TypeError) as fault:
        raise NoSheet(_("This file cannot be opened with this passphrase.")) from fault
    return json.loads(clear)


def _key(passphrase: str, salt: bytes, rounds: int) -> bytes:
    """The key; how the passphrase was typed, with or without dashes, is the same."""
    plain = re.sub(r"[^0-9A-Z]", "", passphrase.upper()).translate(_ALIKE)
    return hashlib.pbkdf2_hmac("sha256", plain.encode(), salt, rounds)


def _page(box: str) -> str:
    style, script = ((_PARTS / name).read_text() for name in ("sheet.css", "sheet.js"))
    page = Template((_PARTS / "sheet.html").read_text())
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )
    return page.substitute(policy=policy, style=style, script=script, sealed=box)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
