"""What a number counts: metric, operator and kind, out of the words around it."""

from __future__ import annotations

import re

from tasks_catalog.model import MeasureKind, Op
from tasks_catalog.reading.quantities.quantity_words import (
    AFTER,
    BEFORE,
    BREAK,
    GROWTH,
    IN_WORDS,
    LEADING,
    NEW,
    RATIO,
    RISING,
    STOCK,
)
from tasks_catalog.reading.quantities.times import State
from tasks_catalog.reading.words import masked

BARE = re.compile(
    r"(?:累计|共|新|分批|每年)*(?:培训|轮训|引进|引育|引聚|培养|培育|新增|新建|建成|建设|创建|举办|开展|组织|服务|改造|储备|选派|"
    r"选拔|招引|招录|完成|发放|集聚|入选|认定|遴选|评选|帮扶|资助|支持|筹集|增|建|引)"
)
CARRIED = re.compile(
    r"(新引进|新引育|新增|新入选|新招录|引进|引育|新建|培养|培育|新培养|新培育|新培训|集聚|建成|创建|储备|招引)"
)
ACTING = re.compile(
    r"(?:新|引|培|建|创|储|招|集聚|入选|实现|举办|每|占|加持|选拔|选派|轮训|认定|评选|打造|设立|改造|组织|开展|发放|筹集|"
    r"遴选|支持|完成|达成|争创|布局|带动|盘活|接入|汇聚|归集|收储|腾退|改建|改扩建|扩建|修复|整治|推广|投放|服务(?=[企群居]))"
)
OWN = re.compile("达到|总量|[率比]|占|每|增加|连接|接入|人数$|入选$")
OF_PERSONS = ("培养", "新培养", "新培训", "新招录", "储备")
PERSON = re.compile(
    r"(?:人|才|员|师|士|生|者|手|匠|家|工|民|干部|队伍|人选|骨干|新秀|硕|博|创客|校长|班主任|后备力量|新锐|对象|党员|青年|妇女)"
    r"(?:（[^（）]*）)?$"
)
PERSONS = ("人", "名", "万人", "万名", "人次", "万人次", "位")
COUNTS = (
    ("人次", "人次"), ("人", "人数"), ("名", "人数"), ("位", "人数"), ("家", "家数"),
    ("个", "个数"), ("项", "项数"), ("场", "场次"), ("次", "次数"), ("亩", "面积"),
    ("平方米", "面积"), ("公里", "里程"), ("套", "套数"), ("元", "金额"),
)  # fmt: skip
ADVERBS = (
    "积极|大力|着力|加快|持续|深入|进一步|切实|全面|不断|加强|推进|推动|实施|做好|打造|鼓励|引导|"
    "完善|健全"
)


def subject_of(text: str, plain: str, start: int) -> str:
    """What 达到60万人 is said of: the clause before, without its verb (总量显著增长)."""
    before = plain[: start - 1] if start else ""
    begin = max(before.rfind(char) for char in BREAK) + 1
    if not before or plain[start - 1] != "，":
        return ""
    if re.search(r"\d", before[begin:]):
        return subject_of(text, plain, begin)
    return subject_words(text[begin_of(text, begin, start - 1) : start - 1])


def subject_words(words: str) -> str:
    """What grows, without the verbs before and behind it and the year that it is compared with."""
    words = re.sub(r"(?:比|较|相比)(?:20\d\d年|上年|去年)(?:底|末)?$", "", words)
    words = re.sub(f"(?:{RISING}|实现|力争|翻一番|翻番|倍增)+$", "", words)
    return re.sub("^(?:推动|推进|促进|实现|确保|力争|带动|全[市县区省])+(?=[一-鿿]{2})", "", words)


def object_before(text: str, plain: str, start: int) -> str:
    """The persons of whom the clause before speaks: 积极引育村播人才，每年培训1万人."""
    end = start - 1
    begin = max(plain.rfind(char, 0, max(end, 0)) for char in BREAK) + 1
    if end <= 0 or plain[end] != "，":
        return ""
    words = re.sub(f"^(?:{ADVERBS}|{BARE.pattern})+", "", text[begin:end])
    return words if 2 <= len(words) <= 16 and PERSON.search(words) else ""


def counted_as(unit: str) -> str:
    """What a bare verb counts, for want of another word: 培训500人次 is 培训人次."""
    return next((word for ending, word in COUNTS if unit.endswith(ending)), "")


def begin_of(text: str, start: int, end: int) -> int:
    """Past the words about time and hope with which a segment begins."""
    lead = LEADING.match(masked(text[start:end], ""))
    return start + (lead.end() if lead and lead.end() <= end - start else 0)


def metric_of(before: str, behind: str, carried: str) -> str:
    """What is counted, in the document's words; a list goes on with the verb of its first entry."""
    verb = CARRIED.search(carried[:14])
    metric = (before.strip("、，和及： ") + behind.strip()).strip("、，： ")
    metric = re.sub(
        rf"^(?:全[市县区省]|实现|着力|大力|重点(?={BARE.pattern}))+(?=[一-鿿]{{2}})", "", metric
    )
    metric = re.sub(r"(?:由|从)\d[\d.]*[%‰万亿]?[一-鿿]?$", "", metric)
    metric = re.sub(r"(?:比|较|相比)(?:20\d\d年|上年|去年)(?:底|末)?$", "", metric)
    if verb and _takes(metric, verb[1]):
        metric = verb[1] + metric
    metric = re.sub(r"^(.{2,}?)(新?入选)$", r"\2\1", metric)
    return metric[-60:].strip("、，： ")


def _takes(metric: str, verb: str) -> bool:
    """Whether the verb of the entry before holds for this one, too."""
    if ACTING.match(metric) or OWN.search(metric):
        return False
    return verb not in OF_PERSONS or bool(PERSON.search(metric))


def op_of(pre: str, post: str) -> Op:
    if post in AFTER and AFTER[post] != ">":
        return AFTER[post]
    spoken: list[tuple[int, int, Op]] = [(-1, 0, "=")]
    for op, words in BEFORE:
        spoken += [(m.end(), len(m[0]), op) for m in re.finditer(words, pre)]
    return max(spoken)[2]


def kind_of(metric: str, pre: str, unit: str, state: State, match: re.Match[str]) -> MeasureKind:
    if (
        (GROWTH.search(pre) and not re.search("[到至]$", pre))
        or "百分点" in unit
        or re.search("增长率?$|增速$", metric)
    ):
        return "growth"
    if unit in ("%", "‰", "比例") or RATIO.search(metric):
        return "ratio"
    if state.yearly:
        return "annual"
    if STOCK.search(metric):
        return "stock"
    return "new" if NEW.search(metric[:8]) or match.re is IN_WORDS else "cumulative"
