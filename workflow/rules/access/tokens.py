"""Tokens of sessions and links: only their hashes are ever stored."""

from __future__ import annotations

from hashlib import sha256


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()
