"""Who is answerable: every notation of responsibility that official documents use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tasks_catalog.reading.units.unit_names import is_group, is_unit, split_units
from tasks_catalog.reading.words import brackets, flat, sentences
from workflow.rules.assignments import AssignmentRole

Ruling = Literal["", "first", "all"]
LEAD, SUPPORT, ANSWERABLE = AssignmentRole.LEAD, AssignmentRole.SUPPORT, AssignmentRole.JOINT
RANK = (LEAD, ANSWERABLE, SUPPORT)  # a unit named twice keeps the higher role
_OF = r"(?:单位|部门|地区|主体|方|科室|处室|股室)?(?:（[^（）：]{1,8}）)?"
LABELS: tuple[tuple[str, str], ...] = (
    ("due", r"(?:完成|办理|整改|落实)?(?:时限|时间|期限)(?:要求)?"),
    ("leaders", (
        r"(?:责任|牵头|分管|负责|联系|包案|挂帅|主管|包保|挂联)*(?:市|县|区|省|镇|乡)*领导|(?:第一)?责任人|"
        r"负责人|"
        r"牵头人"
    )),
    (LEAD, rf"(?:主要|第一)?(?:牵头|主办|主责|承办)(?:责任|负责)?{_OF}(?:和责任{_OF})?"),
    (SUPPORT, rf"(?:主要)?(?:配合|协办|参与|协同|协助|支持|会办|参加|协作)(?:责任)?{_OF}"),
    (ANSWERABLE, (
        rf"(?:主要|具体|第一|市级|县级|省级)?(?:责任|负责|落实|实施|完成|执行){_OF}(?:及分工)?|"
        rf"(?:任务|责任|职责|部门|单位|工作)分工"
    )),
)  # fmt: skip
LABEL = re.compile("(?:" + "|".join(f"(?P<{name}>{words})" for name, words in LABELS) + ")：")
HOW = (
    r"(?:等)?(?:共同|联合|分别|具体|分头|各自|分工|统筹|协调|依职责|按(?:照)?(?:各自)?(?:职责|职能)?(?:分工)?(?:要求)?|"
    r"根据职责|结合职责|抓好|组织|做好|全面|一并|积极|指导)*"
)
ROLE_WORDS: tuple[tuple[str, str], ...] = (
    (LEAD, r"(?:负责)?牵头|主办|主责|总牵头|为主|负总责|抓总"),
    (SUPPORT, r"配合|参与|参加|协办|协助|协同|支持|会办"),
    (ANSWERABLE, r"负责|落实|研究提出[一-鿿]{0,8}|承办|实施|推进|执行|承担|分工"),
)
ENDING = r"(?:负责|落实|组织|实施|推进|抓好|办理|承担|完成|协调|统筹|工作|做好|、|等)*"
CLAUSE = re.compile(
    "(?P<names>.+?)"
    + HOW
    + "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in ROLE_WORDS) + ")"
    + ENDING + "$"
)  # fmt: skip
BY_DUTY = re.compile(
    r"(?P<names>.+?)(?:等)?(?:按|依|根据|结合)(?:照|据)?(?:各自)?(?:职责|职能|分工|责任)(?:分工|任务)?$"
)
WHEN = re.compile(
    r"(?:\d{4}年|\d{1,2}月|今年|明年|年底|年内|季度|持续|长期|常态化|分阶段|适时|取得|阶段性|前完成|完成时限|底前|下同|以下)"
)
BESIDE = re.compile(r"（(?:(牵头|主办|总牵头)|(配合|协办|参与))(?:单位|部门)?）$")
_SAID = "[一-鿿、（）]"
_BEHIND = (
    rf"(?:，{_SAID}{{2,80}}?(?:配合|参与|参加|协助|协同|(?:抓好|负责)?落实|分工负责|负责)"
    r"(?:推进|实施)?)*"
)
_DATED = r"(?:，[^。；，]{0,12}\d[^。；]{0,60})?"  # ，2024年底前完成
SPOKEN = re.compile(
    rf"(?:^|[，；]|(?:此项|该项|本项|这项)(?:工作|任务)|具体(?:工作)?)"
    rf"(?P<says>由{_SAID}{{2,140}}?(?:负责落实|牵头落实|研究提出[一-鿿]{{0,8}}|抓好落实|组织实施|负责|牵头)"
    rf"{_BEHIND})(?:，(?:研究|抓好|共同|认真)[一-鿿]{{2,12}})?{_DATED}(?=[。；]|$)"
    rf"|^(?P<says2>[一-鿿]{{2,20}}?[局委部厅办]负责)(?=[。；])"
    rf"|^(?P<says3>{_SAID}{{2,60}}?(?:负责牵头|牵头(?:组织|实施|负责|落实|推进)*|主办)"
    rf"(?:，{_SAID}{{2,80}}?(?:配合|参与|参加|协助|协同|(?:抓好|负责)?落实|分工负责|负责))+)(?=[。；]|$)"
)
# 牵头单位为甲 says what 牵头单位：甲 says.
NAMED_AS = re.compile(
    r"(?<=[牵头任合办与责施持]单位|[牵头任合办与责施持]部门)[为是](?!第|主要|牵头|首)"
)
SCOPE = re.compile(r"[，；。]?\s*(?:适用|实施|涉及)(?:范围|对象|区域)：[^）]*$")
# A rule about the list that stands behind its first name, and the same as a word about this unit.
CONVENTION = re.compile(r"（[^（）]*(?:下同|(?:第一|首)(?:位|名|个))[^（）]*）")
PART_OF_NAME = re.compile(r"[市区县旗州镇乡街道、场]+")
# What stands in a list of units is one of them though its name ends like none (共青团中央).
NAME = re.compile(
    r"(?!.*(?:[的了]|明确|加强|落实|做好|推进|负责|切实|认真))[一-鿿（）、“”\w]{2,24}"
)
RULE_BEHIND = re.compile(
    r"[。；，（]?[^。；，、：（]{0,20}(?:列|排|排名|位|居)(?:在)?(?:第一|首)(?:位|名)[^。；，]*(?:牵头|主办)[^。：]*$"
)
OFFICE = re.compile(
    r"[^一-鿿]*[一-鿿]{1,}(?:[部委局厅署办]|办公室|政府|集团|公司|大学|学院|研究院|管委会|中心|街道|[镇乡]|妇联|科协|工商联|银行|法院|检察院|总队|支队)$"
    r"|^各|有关|相关"
)
TOGETHER = re.compile("会同|联合|商(?![务业会标])(?=[一-鿿]{2,}[部委局办])")
FIRST_LEADS = re.compile(
    r"(?:列|排|排名|位|居|列在|排在)(?:在)?(?:第一|首|第1)(?:位|名|个)?[的者]?(?:责任)?(?:单位|部门)?的?(?:为|是|系)?(?:第一)?(?:牵头|主办|责任)"
    r"|(?:第一|首)(?:个|位|家)?(?:责任)?(?:单位|部门)?(?:为|是)(?:主要)?牵头"
)
ALL_LEAD = re.compile("(?:无|没有|未明确)牵头单位的?，(?:各)?责任单位(?:即|均|都)?(?:为|是)牵头")


@dataclass(frozen=True)
class Responsibility:
    """What one notation says: units with roles as written, persons, words about the date."""

    units: tuple[tuple[str, AssignmentRole], ...] = ()
    leaders: tuple[str, ...] = ()
    due: str = ""

    def __add__(self, other: Responsibility) -> Responsibility:
        units = dict(self.units)
        for name, role in other.units:
            if name not in units or RANK.index(role) < RANK.index(units[name]):
                units[name] = role  # 责任单位 may name again who leads
        leaders = self.leaders + tuple(p for p in other.leaders if p not in self.leaders)
        return Responsibility(tuple(units.items()), leaders, self.due or other.due)


@dataclass(frozen=True)
class FoundResponsibility:
    """Responsibility found in a text: what it says and which pieces of the text say it."""

    says: Responsibility
    spans: tuple[tuple[int, int], ...] = field(default=())


def ruling_in(text: str) -> Ruling:
    """What a document says about units of which none is called the lead.

    "first": the first named leads (列第一位的为牵头单位); "all": all of them lead.
    """
    plain = flat(text)
    if FIRST_LEADS.search(plain):
        return "first"
    return "all" if ALL_LEAD.search(plain) else ""


def is_labelled(text: str) -> bool:
    """Whether a line says who is answerable and nothing else."""
    plain = flat(text).strip("。 ")
    inside = plain[1:-1] if plain[:1] + plain[-1:] == "（）" else plain
    return bool(LABEL.match(inside)) or (inside != plain and parse(inside) is not None)


def find(text: str, *, ruling: Ruling = "") -> FoundResponsibility | None:
    """The responsibility stated in a paragraph, in brackets or after a label; None if none is."""
    says = Responsibility()
    spans: list[tuple[int, int]] = []
    for start, end in _candidates(text):
        inner = text[start + 1 : end - 1] if flat(text[start]) == "（" else text[start:end]
        part = parse(inner, ruling=ruling)
        if part:
            says, spans = says + part, [*spans, (start, end)]
    return FoundResponsibility(says, tuple(spans)) if spans else None


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Pieces that may state responsibility: brackets, the rest after a label, whole sentences."""
    plain = flat(text)
    taken: list[tuple[int, int]] = []
    plain = NAMED_AS.sub("：", plain)
    opening = LABEL.match(plain)
    if opening and opening.lastgroup != "due":
        yield 0, len(plain)
        return
    for start, end in brackets(text):
        inner = plain[start + 1 : end - 1]
        if PART_OF_NAME.fullmatch(inner):
            continue
        closes = end == len(plain) or plain[end] in "。；！ "
        named = LABEL.match(inner) or re.search("牵头|负责|配合|分工|责任单位|主办|协办", inner)
        if named or closes:
            taken.append((start, end))
    for match in LABEL.finditer(plain):
        free = not any(start <= match.start() < end for start, end in taken)
        opens = match.start() == 0 or plain[match.start() - 1] in "。；！ ）\n"
        if free and opens and match.lastgroup != "due":
            taken.append((match.start(), len(plain)))
            break
    for start, end in sentences(text):
        for match in SPOKEN.finditer(plain[start:end]):
            name = next(key for key, said in match.groupdict().items() if said)
            here = (start + match.start(name), start + match.end(name))
            if not any(s < here[1] and here[0] < e for s, e in taken):
                taken.append(here)
    yield from sorted(taken)


def parse(
    text: str, *, default: str = ANSWERABLE, ruling: Ruling = "", listed: bool = False
) -> Responsibility | None:
    """What a statement of responsibility says; None if it is about something else.

    `default` is the role of units after which none is said, as below the head of a column;
    `listed` says that the words stand where only units are listed.
    """
    plain = SCOPE.sub("", NAMED_AS.sub("：", flat(text)))
    for rule in CONVENTION.findall(plain):
        ruling = ruling or ruling_in(rule)
        leads = "牵头" in rule and not ruling_in(rule)
        plain = plain.replace(rule, "（牵头）" if leads else "")
    plain = RULE_BEHIND.sub("", plain).strip("。；， \n")
    labels = list(LABEL.finditer(plain))
    roles: list[tuple[str, str]] = []
    leaders: list[str] = []
    due = ""
    ends = [match.start() for match in labels[1:]] + [len(plain)]
    pieces = [
        (match.lastgroup or "", plain[match.end() : end])
        for match, end in zip(labels, ends, strict=False)
    ]
    before = plain[: labels[0].start()] if labels else plain
    for label, piece in ([(default, before)] if before.strip("，；。 ") else []) + pieces:
        if label == "leaders":
            leaders += [p for p in re.split("[、，；\\s]+", piece.strip("。；， ")) if p]
        elif label == "due":
            due = piece.strip("。；， ")
        else:
            stated, when = _roles(piece, label, labelled=bool(labels) or listed)
            if not stated:
                return None
            roles, due = roles + stated, due or when
    if listed:  # 县市场监管局 李明: the person who answers for the unit beside the name
        persons = [name for name, _role in roles if len(name) <= 3 and not is_unit(name)]
        leaders += persons if len(persons) < len(roles) else []
        roles = [entry for entry in roles if entry[0] not in leaders]
    if not roles and not leaders:
        return None
    settled = tuple((_as_written(name, text), role) for name, role in _settled(roles, ruling))
    return Responsibility(settled, tuple(leaders), due)


def _as_written(name: str, text: str) -> str:
    """A name with the brackets and widths that it has in the document."""
    at = flat(text).find(name)
    return text[at : at + len(name)] if at >= 0 else name


def _roles(text: str, default: str, *, labelled: bool) -> tuple[list[tuple[str, str]], str]:
    """(name, role) in order and words about the date; none where the words list no units."""
    out: list[tuple[str, str]] = []
    waiting: list[str] = []
    when = ""
    for clause in _clauses(text):
        match = CLAUSE.fullmatch(clause) or BY_DUTY.fullmatch(clause)
        if WHEN.search(clause) and not (match and all(map(is_unit, split_units(match["names"])))):
            when = f"{when}；{clause}" if when else clause
        elif match:
            role = match.lastgroup if match.lastgroup != "names" else ANSWERABLE
            names = _named(match["names"], role or ANSWERABLE)
            out += [(name, role or ANSWERABLE) for name in waiting] + names
            waiting = []
        elif all(map(is_unit, parts := TOGETHER.split(clause, maxsplit=1))) and len(parts) > 1:
            out += _named(clause, default)
        else:
            waiting += split_units(clause)
    out = [_beside(name, role) for name, role in out + [(name, default) for name in waiting]]
    bare = len(waiting) == len(out) and default == ANSWERABLE and not labelled
    known = [is_unit(name) for name, _role in out]
    among = not bare and (any(known) or labelled) and all(NAME.fullmatch(name) for name, _ in out)
    if not all(known) and not among:
        return [], when
    if bare and not any(OFFICE.search(_beside(name, "")[0]) for name in waiting):
        return [], when
    return out, when


def _beside(name: str, role: str) -> tuple[str, str]:
    """市发改委（牵头） says its role beside the name."""
    match = BESIDE.search(name)
    if not match:
        return name, role
    return name[: match.start()], LEAD if match[1] else SUPPORT


def _clauses(text: str) -> Iterator[str]:
    """Apart at ， and ； outside brackets."""
    depth, piece = 0, ""
    for char in text.strip("。；， \n"):
        depth += (char == "（") - (char == "）")
        if char in "，；" and depth <= 0:
            yield piece
            piece = ""
        else:
            piece += char
    yield piece


def _named(names: str, role: str) -> list[tuple[str, str]]:
    """The names before a role word; who is joined by 会同 supports the one before."""
    parts = TOGETHER.split(names, maxsplit=1)
    first = [(name, role) for name in split_units(parts[0])]
    if len(parts) == 1:
        return first
    beside = ((name, SUPPORT) for name in split_units(parts[1]))
    return [*((name, LEAD) for name, _role in first), *beside]


def _settled(roles: list[tuple[str, str]], ruling: Ruling) -> Iterator[tuple[str, AssignmentRole]]:
    """Answerable beside a lead means supporting; a single answerable unit leads."""
    seen: dict[str, str] = {}
    for name, role in roles:
        if name not in seen or RANK.index(role) < RANK.index(seen[name]):
            seen[name] = role
    led = LEAD in seen.values()
    answerable = [name for name, role in seen.items() if role == ANSWERABLE]
    if not led and answerable:
        alone = len(answerable) == 1 and not is_group(answerable[0])
        every = ruling == "all" or (not ruling and SUPPORT in seen.values())
        leading = answerable if every else answerable[:1] if alone or ruling else []
        seen |= dict.fromkeys(leading, LEAD)
        led = bool(leading)
    for name, role in seen.items():
        if role == LEAD:
            yield name, LEAD
        elif role == SUPPORT or led:
            yield name, SUPPORT
        else:
            yield name, ANSWERABLE
