"""The bytes of a letter: RFC 5322 with a text and an HTML part, seven bits, lines that end in CRLF.

Put together from the few words that differ; Python's own message classes take ten times as long,
which shows where ten thousand letters leave at once.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = 39
"""Bytes of UTF-8 in an encoded word: with the header's name the line stays under 78 signs."""
_LINE, _PLAIN = 76, 66
_QUOTED = frozenset('()<>[]:;@\\,."')
_BOUNDARY = b"=_luoshi"
"""Never a line of base64, whose letters have no underscore."""


def letter(headers: Sequence[tuple[str, str]], text: str, html: str) -> bytes:
    """A letter with these headers, ready as lines of ASCII, and its body in both forms."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    return b"".join(
        (
            head,
            b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="',
            _BOUNDARY,
            b'"\r\n\r\n',
            *_part(b"plain", text),
            *_part(b"html", html),
            b"--",
            _BOUNDARY,
            b"--\r\n",
        )
    )


def address(name: str, bare: str) -> str:
    """A name and a bare address of ASCII as a header takes them."""
    return f"{_phrase(name)}\r\n <{bare}>" if name else bare


def unstructured(words: str) -> str:
    """A subject as a header takes it."""
    plain = words.isascii() and words.isprintable() and len(words) < _PLAIN and "=?" not in words
    return words if plain else _encoded(words)


@lru_cache(maxsize=1000)
def _phrase(name: str) -> str:
    if not name.isascii() or not name.isprintable() or len(name) > _PLAIN or "=?" in name:
        return _encoded(name)
    if _QUOTED.isdisjoint(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded(words: str) -> str:
    pieces = (f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(words))
    return "\r\n ".join(pieces)


def _pieces(words: str) -> Iterator[bytes]:
    """The words as UTF-8 in pieces, none of which cuts a letter in two."""
    piece = b""
    for sign in words:
        encoded = sign.encode()
        if len(piece) + len(encoded) > _WORD:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _part(subtype: bytes, body: str) -> tuple[bytes, ...]:
    # Base64 passes relays that take seven bits only, and no line grows past the limit of 998.
    coded = b64encode(body.replace("\n", "\r\n").encode())
    lines = b"\r\n".join(coded[at : at + _LINE] for at in range(0, len(coded), _LINE))
    return (
        b"--",
        _BOUNDARY,
        b"\r\nContent-Type: text/",
        subtype,
        b'; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        lines,
        b"\r\n",
    )
