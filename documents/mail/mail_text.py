"""The words of a mail: decoded whatever its charset says, HTML as text, and what its writer added
apart from what is quoted below and from signatures."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST = 200_000
"""Characters of one mail that are looked at."""
_LONGEST_LINE = 4_000

_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
             "big5": "big5hkscs", "unknown-8bit": "utf-8", "iso-2022-cn": "gb18030"}  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}
)
_UNSEEN = frozenset({"style", "script", "title", "head", "blockquote"})
_EMPTY = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "wbr", "base", "area"})
_QUOTED = re.compile(r"gmail_quote|yahoo_quoted|moz-cite|divRplyFwdMsg|isForwardContent|ntes_quote|"
                     r"OLK_SRC_BODY|reply_quote|mail_quote|appendonsend|foxmail_quote")  # fmt: skip

_LINE = r"[-—–_=*·\s]"
_BEGINS_QUOTE = re.compile(
    rf"^{_LINE}*(?:原始?邮件|原邮件|回复的(?:原)?邮件|转发(?:的)?邮件(?:信息)?|转发信息|邮件原文|源邮件|"
    rf"Original (?:Message|Email)|Forwarded (?:message|by)|Begin forwarded message)\s*:?{_LINE}*$|"
    r"^\s*(?:在\s*)?.{0,80}?(?:\d{4}\s*[年/.-]|\d{1,2}:\d{2}).{0,80}?(?:写道|wrote|来信)\s*[:：]?\s*$|"
    r"^\s*\**(?:发件人|发送人|寄件者|From)\**\s*[:：].{0,200}$|"
    r"^\s*_{10,}\s*$|^\s*-{20,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"转发(?:的)?邮件|转发信息|Forwarded|^\s*\**(?:发件人|From)\**\s*[:：]", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"^\s*(?:--|—{2,}|_{4,})\s*$|^\s*(?:发自|来自|从)?我的\s*(?:iPhone|iPad|华为|小米|手机)|"
    r"^\s*(?:发自|来自)\s*\S{0,20}(?:手机|邮箱|iPhone|大师|QQ|Mail|Outlook|客户端)|"
    r"^\s*Sent from |^\s*Get Outlook|^\s*此致\s*$|^\s*顺颂|^\s*祝(?:好|工作|商祺|您)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:电\s*话|手\s*机|座\s*机|传\s*真|联系人|联系方式|地\s*址|邮\s*编|邮\s*箱|微\s*信|QQ|Tel|Fax|Phone|Mobile|"
    r"E-?mail|Address|Add)\s*[:：.]|^\s*\(?0\d{2,3}\)?[- ]?\d{7,8}\s*$|^\s*1[3-9]\d{9}\s*$",
    re.IGNORECASE,
)


def decoded(raw: bytes, charset: str) -> str:
    """Bytes as text: by their charset, else as UTF-8 or GB18030, whichever they are."""
    named = _CHARSETS.get(charset.lower(), charset.lower())
    for tried in (named, "utf-8", "gb18030"):
        try:
            return raw.decode(tried)[:LONGEST]
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")[:LONGEST]


def words_of_html(html: str) -> str:
    """HTML as lines of text, without what it quotes."""
    reader = _Html()
    reader.feed(html[: 4 * LONGEST])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST]


class _Html(HTMLParser):
    """The visible text, block by block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag in ("td", "th"):
            self.pieces.append(" ")
        if tag in _EMPTY:
            return
        said = dict(attrs)
        marks = f"{said.get('class') or ''} {said.get('id') or ''} {said.get('name') or ''}"
        style = (said.get("style") or "").replace(" ", "").lower()
        if self._hidden or tag in _UNSEEN or _QUOTED.search(marks) or "display:none" in style:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def own_words(text: str) -> tuple[str, str]:
    """What the writer added, and what was passed on below where it is a forward, else "".

    Quoted lines, what follows the head of an older mail, and signatures are neither.
    """
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    cut = next((n for n, line in enumerate(lines) if _BEGINS_QUOTE.search(line)), len(lines))
    own = _without_signature(lines[:cut])
    if own or cut == len(lines) or not _FORWARD.search("\n".join(lines[cut : cut + 2])):
        return own, ""
    below = [line for line in lines[cut + 1 :] if not _HEAD_LINE.search(line)]
    inner = next((n for n, line in enumerate(below) if _BEGINS_QUOTE.search(line)), len(below))
    return "", _without_signature(below[:inner])


_HEAD_LINE = re.compile(
    r"^\s*\**(?:发件人|发送人|收件人|抄送|主题|时间|日期|发送时间|发送日期|From|To|Cc|Subject|Date|Sent)\**\s*[:：]",
    re.IGNORECASE,
)


def _without_signature(lines: list[str]) -> str:
    kept = [line for line in lines if not line.lstrip().startswith((">", "＞", "|"))]
    end = next((n for n, line in enumerate(kept) if _SIGNATURE.search(line)), len(kept))
    said = [line for line in kept[:end] if not _CONTACT.search(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in said)).strip()
