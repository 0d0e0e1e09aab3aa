"""Secrets that stand in the database sealed: AES-256-GCM under the installation's secret key."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from i18n import mark
from workflow.rules.refusals import Refused

_NONCE = 12


class Unsealable(Refused):
    """What was sealed cannot be opened: another key, another purpose, or changed."""

    code = "unreadable"


def seal(text: str, purpose: str, secret: str) -> str:
    """Seal a text. `purpose` names what for and whose it is: it opens under that alone."""
    nonce = urandom(_NONCE)
    return urlsafe_b64encode(
        nonce + _cipher(secret).encrypt(nonce, text.encode(), purpose.encode())
    ).decode()


def unseal(sealed: str, purpose: str, secret: str) -> str:
    """The text again. Raises Unreadable."""
    try:
        raw = urlsafe_b64decode(sealed.encode())
        return _cipher(secret).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError):
        raise Unsealable(
            mark(
                "This cannot be opened with the secret key of this installation. Begin anew; if "
                "it stays so, the key was changed: ask the operator to remove your second factor."
            )
        ) from None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"luoshi sealing").derive(secret.encode()))
