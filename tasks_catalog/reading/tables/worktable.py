"""Work lists: tables with a row a task and a column for who is answerable, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import DocumentTable, TableRow
from tasks_catalog.reading.units.responsibility import (
    ANSWERABLE,
    LEAD,
    PART_OF_NAME,
    SUPPORT,
    Responsibility,
    Ruling,
    parse,
    ruling_in,
)  # fmt: skip
from tasks_catalog.reading.words import brackets, chinese_number, flat, tidy
from workflow.rules.assignments import AssignmentRole

# What a head says, first rule that fits; the words of a head without white space.
HEADS: tuple[tuple[str, str], ...] = (
    ("no", r".*(?:序号|编号)|号|条次"),
    ("leader", r"(?!.*(?:单位|部门)).*(?:领导|责任人|负责人|挂帅人|包抓人).*"),
    ("due", r".*(?:时限|时间|期限|年限|日期|时序|节点).*"),
    ("support", (
        r".*(?:配合|协办|参与|参加|协同|协作|协助|会办|支持)(?:责任)?(?:单位|部门|科室|处室|方).*"
    )),
    ("both", (
        r".*牵头.*(?:及|和|与|、|/|（).*(?:配合|协办|参与|责任).*|.*(?:首位|第一位|"
        r"第一个).*牵头.*"
    )),
    ("lead", r".*(?:牵头|主办|承办|主责)(?:责任|负责)?(?:单位|部门|科室|处室|方|地区)?.*"),
    ("unit", (
        r".*(?:责任|负责|落实|实施|完成|执行|主管|承接)(?:单位|部门|主体|科室|处室|地区).*|任务分工|"
        r"职责分工|责任分工|分工"
    )),
    ("remark", r"备注|说明|附注|(?:评分|考核|数据来源|监督)(?:单位|部门)"),
    ("measured in", r"(?:计量|指标)?单位"),
    ("item", r"(?:考核|评价|工作|具体|[一二三]级)?指标(?:名称)?"),
    ("target", (
        r"(?:年度|阶段|量化|20\d\d年度?)目标任务(?:数|值)?|(?!.*(?:任务(?!数|量)|内容|举措|措施|事项)).*(?:量化|年度|工作|预期|绩效|阶段)?(?:目标(?!任务)|指标|成果|成效|要求|进度).*|"
        r"完成标志|标志性成果|任务数|任务量|数量"
    )),
    ("item", (
        r".*(?:事项|类别|领域|板块|大类|分类|方面|类型|专题|重点任务|主要任务|一级|工作项目|"
        r"项目名称|项目|改革任务|任务名称|重点工作|章节|工作任务|目标任务|任务)"
    )),
    ("text", r".*(?:内容|举措|措施|任务|事项|要点|做法|清单|工作|描述|安排|细则|条款|部署).*"),
)  # fmt: skip
QUANTITY = re.compile(
    r"(?P<each>每年|年均)?(?P<sign>>=|≥|>|<=|≤|<|达到|达|不少于|不低于|不超过|超过|突破|控制在|新增|增长|提高|提升|下降|降低|累计|约)?"
    r"(?P<value>\d[\d，]*(?:\.\d+)?(?:-\d+(?:\.\d+)?)?)(?P<unit>[^\d，。；：（）-]{0,5}?)"
    r"(?P<post>以上|以下|以内|左右)?"
)
SIGNS = {">=": "不低于", "≥": "不低于", ">": "超过", "<=": "不超过", "≤": "不超过", "<": "低于"}
RESPONSIBLE = {"lead", "support", "unit", "both"}
WORDS = {"item", "text", "target"}
SPACED = re.compile(r"(?<![一-鿿])([一-鿿])[ 　]+([一-鿿])(?![一-鿿])")  # 张 三 is one person


@dataclass(frozen=True)
class WorkListEntry:
    """One row of a work list: its place in the list, its words, who is answerable, by when."""

    group: str | None
    number: str | None
    title: str | None
    text: str
    says: Responsibility
    due: str
    source: SourcePlace
    page: int
    figures: tuple[QuantityCell, ...] = ()
    inherited: bool = False  # the cell is blank, as merged cells are in a text


@dataclass(frozen=True)
class QuantityCell:
    """A cell with nothing but a quantity: what it says in words, its line in the text, the cell."""

    said: str
    line: str
    cell: str


@dataclass(frozen=True)
class _WorkListLayout:
    """Which column holds what; of several columns of words the last is what is to be done."""

    roles: tuple[str, ...]
    heads: tuple[str, ...]

    def of(self, *roles: str) -> list[int]:
        return [at for at, role in enumerate(self.roles) if role in roles]


def role_of(head: str) -> str:
    """What a column of this head holds, an empty string where the head is none."""
    words = re.sub(r"\s", "", flat(head))
    if not words or len(words) > 30:
        return ""
    return next((role for role, pattern in HEADS if re.fullmatch(pattern, words)), "")


def is_work_list(table: DocumentTable) -> bool:
    """Whether a table has both a column for work and one for who is answerable."""
    return _layout(table) is not None


def row_numbers(table: DocumentTable) -> list[tuple[int, SourcePlace]]:
    """The numbers that the rows of a work list give themselves, in their order; none if unnumbered.

    A number that a merged cell repeats counts once.
    """
    found = _layout(table)
    if found is None or not found[0].of("no"):
        return []
    out: list[tuple[int, SourcePlace]] = []
    for row in table.rows[found[1] :]:
        cell = _first(_fitted(row.cells, len(found[0].roles)), found[0], "no")
        number = int(cell) if cell and re.fullmatch(r"\d{1,3}", cell) else None
        if number is not None and (not out or out[-1][0] != number):
            out.append((number, row.source))
    return out


def entries(table: DocumentTable, *, ruling: Ruling = "") -> Iterator[WorkListEntry]:
    """The tasks of a work list, in order. Repeated heads are passed over."""
    found = _layout(table)
    if found is None:
        return
    layout, begin = _with_titles(found[0], table.rows[found[1] :]), found[1]
    ruling = ruling or next(filter(None, map(ruling_in, layout.heads)), "")
    heads = {_squeezed(row.cells) for row in table.rows[:begin]}
    group: str | None = None
    page, number = 1, None
    above: WorkListEntry | None = None
    for row in table.rows[begin:]:
        if _squeezed(row.cells) in heads:
            page += 1
            continue
        cells = _fitted(row.cells, len(layout.roles))
        if heading := _across(cells, layout):
            group = heading
            continue
        group = _group_of(cells, layout) or group
        number = _first(cells, layout, "no") or number
        if entry := _entry(row, cells, layout, group, number, page, ruling):
            blank = not any(cells[at].strip() for at in layout.of(*RESPONSIBLE))
            if blank and above and above.group == group:
                entry = replace(entry, says=above.says, due=entry.due or above.due, inherited=True)
            above = entry
            yield entry


def _with_titles(layout: _WorkListLayout, rows: tuple[TableRow, ...]) -> _WorkListLayout:
    """A column whose cells differ from row to row has titles of tasks, not headings of groups."""
    columns = layout.of("item")
    if len(columns) != 1 or len(rows) < 3:
        return layout
    at = columns[0]
    named = [_fitted(row.cells, len(layout.roles))[at].strip() for row in rows]
    if len(set(filter(None, named))) < 0.7 * len(rows):
        return layout
    return replace(layout, roles=(*layout.roles[:at], "title", *layout.roles[at + 1 :]))


def _layout(table: DocumentTable) -> tuple[_WorkListLayout, int] | None:
    """The layout and the first row below the heads; heads may take two rows."""
    for at in range(min(4, len(table.rows))):
        heads = list(table.rows[at].cells)
        below = table.rows[at + 1].cells if at + 1 < len(table.rows) else ()
        two = len(below) == len(heads) and sum(bool(role_of(cell)) for cell in below) >= max(
            2, sum(bool(cell) for cell in below) - 1
        )
        if two and not any(len(cell) > 14 for cell in below):
            heads = [
                f"{low}" if role_of(low) else high for high, low in zip(heads, below, strict=True)
            ]
        roles = tuple(role_of(head) for head in heads)
        if RESPONSIBLE & set(roles) and WORDS & set(roles) and sum(map(bool, roles)) >= 2:
            return _WorkListLayout(_settled(roles), tuple(heads)), at + (2 if two else 1)
    return None


def _settled(roles: tuple[str, ...]) -> tuple[str, ...]:
    """One column of work at least; 责任单位 beside 配合单位 leads, beside 牵头单位 it supports."""
    out = list(roles)
    words = [at for at, role in enumerate(out) if role in ("item", "text")]
    if words and "text" not in out:
        out[words[-1]] = "text"
    if not words and "target" in out:
        out[out.index("target")] = "text"
    if "unit" in out and "support" in out and "lead" not in out:
        out[out.index("unit")] = "lead"
    if "unit" in out and "lead" in out:
        out[out.index("unit")] = "support"
    return tuple(out)


def _squeezed(cells: tuple[str, ...]) -> str:
    return "|".join(re.sub(r"\s", "", cell) for cell in cells)


def _fitted(cells: tuple[str, ...], width: int) -> list[str]:
    """As many cells as heads: a row whose first cells were merged away is set to the right."""
    if len(cells) < width:
        return [""] * (width - len(cells)) + list(cells)
    return list(cells[:width])


def _across(cells: list[str], layout: _WorkListLayout) -> str | None:
    """A heading that goes across the whole table, None if the row is none."""
    filled = {tidy(cell) for cell in cells if cell.strip()}
    if len(filled) != 1 or len(cells) < 3:
        return None
    only = filled.pop()
    answered = any(cells[at].strip() for at in layout.of(*RESPONSIBLE))
    everywhere = all(cell.strip() for cell in cells)
    if len(only) > 60 or (answered and not everywhere):
        return None
    return re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)", "", only)


def _group_of(cells: list[str], layout: _WorkListLayout) -> str | None:
    named = [tidy(cells[at]) for at in layout.of("item") if cells[at].strip()]
    return named[0] if named else None


def _first(cells: list[str], layout: _WorkListLayout, role: str) -> str | None:
    return next((tidy(cells[at]) for at in layout.of(role) if cells[at].strip()), None)


def _entry(
    row: TableRow,
    cells: list[str],
    layout: _WorkListLayout,
    group: str | None,
    number: str | None,
    page: int,
    ruling: Ruling,
) -> WorkListEntry | None:
    places = [at for at in layout.of("text", "target") if cells[at].strip()]
    words = [_words(cells[at], layout, at) for at in places]
    items = [tidy(cells[at]) for at in layout.of("item") if cells[at].strip()]
    named = _first(cells, layout, "title")
    if not words:
        words = [named] if named else items[-1:]
    if not words:
        return None
    says = Responsibility()
    for at in layout.of(*RESPONSIBLE):
        says = says + _said(cells[at], layout.roles[at], layout.heads[at], ruling)
    people = (SPACED.sub(r"\1\2", flat(cells[at])) for at in layout.of("leader"))
    leaders = tuple(p for names in people for p in re.split(r"[、，；\s]+", names) if p)
    due = "；".join(tidy(cells[at]) for at in layout.of("due") if cells[at].strip())
    title = items[1] if len(items) > 1 else named
    source = SourcePlace(
        row.source.line, row.source.line_end, row.source.page or page, row.source.sheet
    )
    joined = "\n".join(words)
    ordered = sorted(says.units, key=lambda unit: list(AssignmentRole).index(unit[1]))
    says = Responsibility(tuple(ordered), says.leaders + leaders, says.due)
    figures = tuple(_figures(cells, layout, named or "".join(items[-1:])))
    return WorkListEntry(
        group=group,
        number=number,
        title=title,
        text=joined,
        says=says,
        due=due or says.due,
        source=source,
        page=page,
        figures=figures,
    )


def _figures(cells: list[str], layout: _WorkListLayout, title: str) -> Iterator[QuantityCell]:
    """The cells that hold only a quantity, with what is counted, its unit and its year."""
    counted = re.split("[，。；：（\n]", _first(cells, layout, "text") or title)[0]
    unit = _first(cells, layout, "measured in") or ""
    for at in layout.of("target"):
        found = QUANTITY.fullmatch(flat(tidy(cells[at])))
        if found and found["each"] and cells[at] in cells[:at]:
            yield QuantityCell(
                "", _words(cells[at], layout, at), ""
            )  # one merged cell for all years
            continue
        if not found or re.search(r"\d", counted):
            continue
        year = re.search(r"20\d\d年", flat(tidy(layout.heads[at])))
        sign = SIGNS.get(found["sign"] or "", found["sign"] or "")
        said = f"{counted}{sign}{found['value']}{found['unit'] or unit}{found['post'] or ''}"
        when = found["each"] or (f"{year[0]}，" if year else "")
        yield QuantityCell(when + said, _words(cells[at], layout, at), tidy(cells[at]))


def _words(cell: str, layout: _WorkListLayout, at: int) -> str:
    """What stands in a cell, behind its head where only that names the year (2024年目标)."""
    words, head = tidy(cell), tidy(layout.heads[at])
    dated = layout.roles[at] == "target" and re.search(r"20\d\d年", flat(head))
    return f"{head}：{words}" if dated and not re.search(r"20\d\d年", flat(words)) else words


def _said(cell: str, role: str, head: str, ruling: Ruling) -> Responsibility:
    if not cell.strip():
        return Responsibility()
    default = {"lead": LEAD, "support": SUPPORT}.get(role, ANSWERABLE)
    found = list(brackets(cell))
    if role == "both" and "（" in flat(head) and len(found) == 1:  # 牵头单位（配合单位）
        (start, end), inside = found[0], cell[found[0][0] + 1 : found[0][1] - 1]
        beside = parse(inside, default=SUPPORT, listed=True)
        if beside and not PART_OF_NAME.fullmatch(flat(inside)):
            led = parse(cell[:start] + cell[end:], default=LEAD, listed=True)
            return (led or Responsibility()) + beside
    ruling = "first" if role == "both" else ruling or ruling_in(head)
    return parse(cell, default=default, ruling=ruling, listed=True) or Responsibility()


def number_in(text: str | None) -> int | None:
    """The number in a cell: 3, 三, （三）, 3.1 → 3; None if there is none."""
    if not text:
        return None
    if match := re.match(r"\D?(\d{1,4})", flat(text)):
        return int(match[1])
    match = re.search("[一二三四五六七八九十百]+", text)
    return chinese_number(match[0]) if match else None
