"""What stands before the text and around it: title, number, issuer, date, years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tasks_catalog.model import CataloguePlan
from tasks_catalog.reading.dates.plan_years import FIVE_YEARS, years_named
from tasks_catalog.reading.document import Document, DocumentTable, Paragraph
from tasks_catalog.reading.outline.numbering import numbering
from tasks_catalog.reading.words import chinese_number, flat, tidy

DOCUMENT_NUMBER = re.compile(r"^(?:[一-鿿]{2,12}(?:（20\d\d）|20\d\d)\s?第?\d{1,4}号)$")
INSIDE_TITLE = re.compile(
    r"(?:印发|转发|公布|下发)?[《〈](?P<title>[^》]{4,80})[》〉](?:的通知|的函)?"
)
ENDING = re.compile(
    r"(?:意见|规划|纲要|方案|计划|办法|通知|决定|措施|细则|要点|清单|规定|条例|政策|分工|工作报告|若干措施|行动|任务书|分工表|任务表|清单表|一览表|台账|责任分解表|分解表)(?:（[^）]*）)?$"
)
ISSUER = re.compile(
    r"(?:(?:[一-鿿]{2,20}(?:委员会|人民政府|办公室|办公厅|组织部|总局|局|厅|部|署|办|委|省委|市委|县委|区委|政府|领导小组|"
    r"监会|总工会|协会|联合会|妇联|科协|银行|法院|检察院)|国务院|中共中央|全国人大常委会|中央军委))+(?:文件|印发)?$"
)
BEGUN = re.compile("关于|印发$|转发$|公布$")
YEARS = re.compile(r"（(?:20\d\d年?(?:-|至|到)20\d\d年?|20\d\d年(?:版|修订)?|试行|暂行)）")
DAY = re.compile(
    r"^（?(?P<y>20\d\d|二[〇○零]..)年(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日）?(?:印?发)?$"
)
PRINTED = re.compile(r"(?P<y>20\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日印?发")


def plan_of(document: Document) -> CataloguePlan:
    """The plan's own data, as far as the document states them."""
    lines = [(tidy(line), line) for line in _whole_titles(list(_front(document)))]
    title = _title([words for words, _raw in lines])
    number = next((words for words, _raw in lines if DOCUMENT_NUMBER.match(flat(words))), None)
    published = _published(document)
    first, last = _years(document, title, published, number)
    return CataloguePlan(
        title=title, issuer=_issuer(lines, title), document_number=number, published=published,
        first_year=first, last_year=last,
    )  # fmt: skip


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block
        elif block.title:
            yield Paragraph(block.title, block.rows[0].source)


def _front(document: Document) -> Iterator[str]:
    """The lines before the first numbered heading, at most forty of them."""
    for place, block in enumerate(document.blocks):
        if isinstance(block, DocumentTable):
            if block.title:
                yield block.title
            return
        found = numbering(block.text)
        if place > 40 or (found and found.rank < 60 and not found.number > 1):
            return
        yield block.text


def _whole_titles(lines: list[str]) -> list[str]:
    """Lines of which one is the rest of the title that the line before began put together.

    A title begins with 关于 or who issues it and ends with the kind of document; a line that does
    not come to that goes on. A span of years in brackets below belongs to it.
    """
    out: list[str] = []
    for line in lines:
        words = tidy(line)
        above = tidy(out[-1]) if out else ""
        years = ENDING.search(flat(above)) and YEARS.fullmatch(flat(words))
        rest = (
            BEGUN.search(above)
            and not ENDING.search(flat(above))
            and len(above) + len(words) <= 90
            and not re.search("[。：；]", flat(above) + flat(words))
            and not DOCUMENT_NUMBER.match(flat(words))
            and not DAY.match(flat(words))
        )
        if out and (years or rest):
            out[-1] += line.strip()
        else:
            out.append(line)
    return out


def _title(lines: list[str]) -> str | None:
    """The name of the plan: what is issued by a notice, else the line that ends like a title."""
    short = [
        line
        for line in lines
        if len(line) <= 90 and "。" not in line and "：" not in flat(line)[-1:]
    ]
    for line in short:
        if re.search("印发|转发|公布", line) and (match := INSIDE_TITLE.search(line)):
            return match["title"]
    titles = [line for line in short if ENDING.search(flat(line)) and len(line) >= 6]
    if not titles:
        return None
    issued = re.search(r"关于(?:印发|转发|公布)(.+?)的(?:通知|函)$", titles[0])
    if issued:
        return issued[1]
    about = re.search(r"关于(.+)$", titles[0])
    if about and "》" in about[1] and "《" not in about[1]:
        return titles[0]  # 贯彻落实《关于…的意见》任务分工方案
    return f"关于{about[1]}" if about and not titles[0].startswith("关于") else titles[0]


def _issuer(lines: list[tuple[str, str]], title: str | None) -> str | None:
    """Who is named before 关于 in the title, else who stands above it."""
    above = []
    for words, raw in lines:
        if words == title:
            break
        before = [
            re.match(p, raw.strip()) for p in (r"(.+?)关于", r"(.+?)(?:印发|转发|公布)?[《〈]")
        ]
        named = next((m for m in before if m and ISSUER.fullmatch(tidy(m[1]))), None)
        text = named[1] if named else raw.strip().removesuffix("文件").strip()
        if len(words) <= 120 and ISSUER.fullmatch(tidy(text)):
            if named:
                return " ".join(text.split())
            above += [name for name in text.split() if name not in above]
    return " ".join(above) or None


def _published(document: Document) -> date | None:
    """The day below or above the title, else the day of printing at the end."""
    texts = [flat(tidy(p.text)) for p in _paragraphs(document)]
    found = [m for text in texts if len(text) < 60 if (m := DAY.match(text))]
    found += [m for text in texts if len(text) < 60 if (m := PRINTED.search(text))]
    for match in found:
        year, month, day = (
            int(x) if x.isdigit() else chinese_number(x) for x in match.group("y", "m", "d")
        )
        try:
            return date(year or 0, month or 0, day or 0)
        except ValueError:
            continue
    return None


def _years(
    document: Document, title: str | None, published: date | None, number: str | None
) -> tuple[int | None, int | None]:
    for text in (tidy(p.text) for p in _paragraphs(document)):
        if match := re.search(r"(20\d\d)年起(?:的)?(\d|[三五十])年(?:之)?内", text):
            count = int(match[2]) if match[2].isdigit() else chinese_number(match[2]) or 1
            return int(match[1]), int(match[1]) + count - 1
    texts = [title or ""] + [p.text for p in _paragraphs(document)]
    named = list(years_named(title or ""))
    if named and (
        (len(named) == 2 and named[0] != named[1])
        or named[0] > (published.year if published else 0)
    ):
        return named[0], named[-1]
    ends: dict[int, int] = {}
    for text in texts:
        for year in re.findall(r"到(20\d\d)年", tidy(text)):
            ends[int(year)] = ends.get(int(year), 0) + 1
    last = max(ends, key=lambda year: ends[year]) if ends else None
    numbered = re.search(r"20\d\d", number or "")
    first = published.year if published else int(numbered[0]) if numbered else None
    if named:
        return named[0], max(named[-1], last or 0)
    plans = [FIVE_YEARS[plan] for plan in re.findall("十[三四五六]五", "".join(texts[:12]))]
    if first is None and plans:
        return max(plans) - 4, last or max(plans)
    return first, last if last is None or first is None or last >= first else first
