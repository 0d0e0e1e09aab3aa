"""Numbers that a task must reach, read out of its words.

A number is a target when it stands where official prose puts targets: behind what is counted
(引进人才100名以上) or between a verb and what is counted (建成6家中心). Names with digits in quotation
marks, past achievements, conditions, subsidies and durations stand elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tasks_catalog.model import Measure, MeasureKind, Op
from tasks_catalog.reading.deadlines import FIVE_YEARS, Calendar
from tasks_catalog.reading.words import chinese_number, masked, number_of

COUNTED = (
    r"人次|人年|人天|课时|学时|标准箱|平方公里|平方千米|平方米|立方米|公里|千米|公顷|亩|吨标准煤|吨|千瓦时|千瓦|兆瓦|"
    r"个百分点|百分点|微克|毫克|公斤|千克|美元|欧元|元|车次|家次|场次|批次|户次|件次|床位|张床位|名|人|位|个|家|所|项|件|种|套|支|批|张|场|户|"
    r"篇|门|座|条|处|台|辆|艘|架|部|本|册|期|次|例|间|块|片|头|株|只|栋|幢|组|对|类|大|款|辖|届|宗|笔|单|枚|米"
)
TIMES = r"个工作日|工作日|个小时|小时|分钟|个月|天|日"
_UNIT = rf"(?:{TIMES}|{COUNTED}|%|‰|倍)"
_PER = r"(?:/(?:万|千|百|十)?(?:人|名|户|年|亩|家|平方公里|立方米|吨|天|元))?"
_NUM = r"\d+(?:，\d{3})*(?:\.\d+)?"
_SCALE = r"(?:[十百千]?[万亿]{1,2}|[十百千](?=[名人个家位项]))"
_POST = r"(?:及以上|以上|及以内|以内|之内|以下|左右|上下|余|多)"
NUMBER = re.compile(
    rf"(?<![\dA-Za-z.+×:第前])(?P<value>{_NUM})(?P<scale1>{_SCALE})?(?P<unit1>%)?"
    rf"(?:(?:-|至|到)(?P<max>{_NUM}))?(?P<scale>{_SCALE})?(?:余|多)?(?P<unit>{_UNIT}{_PER})?(?P<post>{_POST})?"
)
IN_WORDS = re.compile(
    r"(?P<op>不少于|不低于|至少|超过|突破|达到|不超过)?(?P<value>[一二三四五六七八九十百千两]{1,6}[万亿]?)"
    r"(?P<unit>名|人次|人|家|个|项|所|支|场|件|位|批)(?P<post>以上|左右|以内)?"
)
FRACTION = re.compile(
    r"(?:百分之(?P<percent>[一二三四五六七八九十百点零]{1,6})|(?P<below>[二三四五六七八九十])分之(?P<above>[一二三四五六七八九])|(?P<half>一半|半数))(?P<post>及?以上|左右)?"
)
ALL = re.compile(r"(?:实现)(?P<where>[^，。；、]{0,14}?)全覆盖(?=[，。；、]|$)|(?<=率达)100%")
TIMES_MORE = re.compile(r"(?:实现|力争)?(?P<word>翻一番|翻番|倍增|翻两番)(?=[，。；、]|$)")
RELATIVE = {"翻一番": "double", "翻番": "double", "倍增": "double", "翻两番": "quadruple"}

BEFORE: tuple[tuple[Op, str], ...] = (
    (">=", (
        r"不少于|不低于|不小于|至少|达到|达|提高到|提高至|提升到|提升至|增加到|增加至|增至|"
        r"扩大到|扩大至|增长到|增长至|上升到|上升至|确保|逾"
    )),
    (">", r"超过|突破|超|高于|大于|多于"),
    ("<=", (
        r"不超过|不高于|不多于|不大于|控制在|降至|降到|降低到|降低至|下降到|下降至|减少到|"
        r"减至|压缩至|压缩到|压缩为|压减至|压减到|缩短至|缩短到|缩短为|精简至|精简到|最多|最长"
    )),
    ("<", r"低于|少于|小于"),
    ("approx", r"保持在|稳定在|维持在|(?<!签)约(?!束)|大约|(?<![临附最])近|接近"),
    ("=", (
        r"为|有|至|到|拟按|按|增长|增加|提高|提升|上升|下降|降低|减少|压缩|压减|缩短|累计|共|"
        r"再|各"
    )),
)  # fmt: skip
AFTER: dict[str, Op] = {
    "以上": ">=", "及以上": ">=", "以内": "<=", "及以内": "<=", "之内": "<=", "以下": "<=",
    "左右": "approx", "上下": "approx", "余": ">", "多": ">",
}  # fmt: skip
_WORDS_BEFORE = "|".join(f"(?:{words})" for _op, words in BEFORE)
PRE = re.compile(
    rf"(?:(?:力争|争取|努力|确保|分别|(?<!年)均|都|实现|已|要|将|应|也|就|再|总数|总计|合计|数量|共计)*(?:{_WORDS_BEFORE}))*"
    r"(?:力争|争取|分别|(?<!年)均|总数|合计)*$"
)
VERBS = re.compile(
    r"(?:建成|建设|建立|建好|新建|改建|扩建|新改扩建|打造|培育|培养|培训|轮训|引进|引育|引聚|引培|引入|集聚|汇聚|聚集|"
    r"新增|招引|招录|招聘|招收|选派|选拔|选聘|选树|选育|遴选|评选|评定|支持|扶持|资助|完成|实现|形成|创建|争创|创成|设立|设置|组建|"
    r"布局|认定|入选|推出|举办|承办|开办|开设|开展|开发|开通|组织|实施|启动|储备|加持|改造|升级|发展|达成|投用|落地|落户|"
    r"制定|制订|修订|出台|发布|推广|服务|帮扶|发放|聘任|聘请|选认|建|育|引|招|办|增|新|扩|派|评|树|争取|力争|达到|申报|获批|获得|"
    r"配备|配建|筹建|筹集|供给|提供|新开工|开工|竣工|交付|安置|安排|投入|培塑|壮大|孵化|转化|签约|对接|承担|攻克|突破|列入|新认定|"
    r"新入选|新引进|新培育|新培养|挂牌|上市|解决|受理|检查|抽查|整治|整改|清理|关停|淘汰|减少|压减|新设|增设|增加|联建|共建|搭建|建有|拥有|保有|保障|覆盖|接待|吸引|吸纳|带动|"
    r"帮助|推动|推进|促成|促进|确定|筛选|编制|印制|拍摄|创作|发表|撰写|种植|绿化|治理|修复|铺设|架设|安装|投放|发行|采购|购置|更新|维修|疏浚|拆除|整合|合并|撤销|精简|取消|下放|"
    r"每年|分批|分类|再|共|至少|不少于|约|各|累计|重点|总计|派出|各有|约有|不低于|超过|确保|通过|征集|收集|办结|办理|实行|试点|选择|选取|命名|表彰|奖励|推荐|推选|输送|建档|走访|联系|结对|组团|形成了)$"
)
NEW = re.compile(
    r"新(?=[增引建培入招认选集获开设])|引|培养|培育|培训|入选|遴选|选拔|招|储备|认定|创建|集聚|加持|增"
)
STOCK = re.compile(r"总量|总数|规模|拥有|保有|存量|资源量|人才队伍|数量|余额")
RATIO = re.compile(
    r"每[十百千万]|比例|比重|占比|率(?:分别)?(?:均)?$|率达?|占.{1,16}比|覆盖面|密度|强度"
)
GROWTH = re.compile(r"增长|增速|增幅|下降|降低|提高$|提升$|减少$|增加$|压减$|递增")
SUBSIDY = re.compile(
    r"给予|补助|补贴|资助|奖补|津贴|贴息|一次性|每人每|最高(?!人民)|奖励(?!表彰)|报销|按[^，。]{0,14}标准|额度|罚款|处以|配套资金|扶持资金|授信|租金|税收|年薪|购房"
)
PAST = re.compile(
    r"截至|目前|现有|近年来|五年来|已经|已(?=[建引培入集完累达成获实形创])|(?<![比较同])去年|(?<![比较同])上年|以来|“?十[一二三]五”?(?:期间|时期)"
)
CONDITION = re.compile(r"^[^，。；]*?的(?=[，；。、]|[一-鿿]{1,8}[，；。、])")
MONEY = re.compile("元")
YEAR_MARK = re.compile(
    r"(?:20\d\d年?(?:-|至|到))?(?P<y>20\d\d)年|(?P<plan>十[二三四五六]五)”?(?:规划)?(?:末|期末|时期|期间|期)"
)
THIS_YEAR = re.compile(
    r"(?<![\d一二三四五六七八十两])年内|全年|今年|本年|年底前|(?<!\d年)(?<!每年)(?<!\d)\d{1,2}月(?:底|末)?前"
)
WITHIN = re.compile(
    r"(?<![每满])(\d|[一二三四五六八十])年内(?!享受|给予|首次|按|不得|可|应|免|每|以)(?=[^，。；的]{0,40})"
)
YEARLY = re.compile(
    r"每年|每年度|年均(?!增|递)|(?<=[，。；])年(?=培|引|新增|招|举办|开展|服务|完成|产|均)|每学年"
)
EVERY = re.compile(r"每(?:\d|[二两三四五])年")
SOFT = re.compile("力争|争取|努力")
LEADING = re.compile(
    r"^(?:其中|同时|并且|并|力争|争取|努力|确保|“?十[三四五]五”?(?:期间|时期|末)|期间|全市要|要|共|累计(?=[新引培建])|"
    r"(?:到|至|在)?20\d\d年(?:度)?(?:\d{1,2}月)?(?:底|末)?(?:前)?|每年|逐步|(?:\d|[一二三四五])年内|年内|年底前|全年|今年|"
    r"\d{1,2}月底?前|第?[一二三四]季度(?:末|底)?(?:前)?|[①-⑳]|、|和|及|以及|，|：)+"
)
RISING = (
    "显著|持续|稳步|不断|进一步|大幅|明显|稳定|快速|增长|提升|提高|扩大|优化|改善|增加|壮大|"
    "上升|加快"
)
BREAK = "，；。：！？"


@dataclass(frozen=True)
class _State:
    """What the words so far say about the numbers to come."""

    year: int | None = None
    yearly: bool = False
    firm: bool = True
    past: bool = False


@dataclass(frozen=True)
class Found:
    """A measure and where its words stand in the text."""

    measure: Measure
    start: int
    end: int


def measures(text: str, calendar: Calendar) -> tuple[Measure, ...]:
    """The measures in the words of one task or goal, in order."""
    return tuple(found.measure for found in find(text, calendar))


def find(text: str, calendar: Calendar, *, facts: bool = False) -> list[Found]:
    """The measures with the places of their words; `facts` reads what has been reached, too."""
    plain = masked(text, "“《")
    bare = masked(text, "“《（")
    found: list[Found] = []
    states = _States(text, calendar)
    for match in sorted(_numbers(bare), key=lambda m: m.start()):
        if any(f.start <= match.start() < f.end for f in found[-4:]) and match.re is not NUMBER:
            continue
        made = _read(text, plain, match, found, states, facts=facts)
        if made:
            found.append(made)
    return _paired(text, plain, found, states)


def _numbers(bare: str) -> Iterator[re.Match[str]]:
    for pattern in (NUMBER, IN_WORDS, FRACTION, ALL, TIMES_MORE):
        yield from pattern.finditer(bare)


class _States:
    """The state at every place of a text: year, each year, how firm, past or to come."""

    def __init__(self, text: str, calendar: Calendar) -> None:
        plain = masked(text, "《")
        floor = calendar.start.year
        marks: list[tuple[int, str, int]] = [
            (m.start(), "stop", 0) for m in re.finditer("[。；]", plain)
        ]
        for match in YEAR_MARK.finditer(plain):
            year = int(match["y"]) if match["y"] else FIVE_YEARS[match["plan"]]
            if not re.search("(?:比|较|相比|以)$", plain[: match.start()]):
                marks.append((match.start(), "year", year))
        for match in WITHIN.finditer(plain):
            count = int(match[1]) if match[1].isdigit() else chinese_number(match[1]) or 0
            if ahead := calendar.years_on(count):
                marks.append((match.start(), "year", ahead))
        if calendar.year:
            marks += [(m.start(), "year", calendar.year) for m in THIS_YEAR.finditer(plain)]
        for name, pattern in (("yearly", YEARLY), ("every", EVERY), ("soft", SOFT), ("past", PAST)):
            marks += [(match.start(), name, 0) for match in pattern.finditer(plain)]
        self._marks = sorted(marks)
        self._plain, self._floor = plain, floor
        only = calendar.first_year == calendar.last_year
        self._year = calendar.last_year if only else None  # the one year of which the title speaks

    def at(self, place: int) -> _State:
        state = _State(year=self._year)
        for start, name, year in self._marks:
            if start >= place:
                break
            if name == "stop":
                full = self._plain[start] == "。"
                state = replace(state, yearly=False, past=False, firm=state.firm or full)
            elif name == "year":
                past = year < self._floor
                state = replace(state, past=past, yearly=False, year=state.year if past else year)
            elif name in ("yearly", "every"):
                state = replace(state, yearly=True)
            elif name == "soft":
                state = replace(state, firm=False)
                alone = start > 0 and self._plain[start - 1] not in BREAK
                inside = re.split("[，；。]", self._plain[start:place])
                if alone and len(inside) > 1:
                    state = replace(state, firm=True)
            else:
                state = replace(state, past=True)
        return state


def _read(
    text: str, plain: str, match: re.Match[str], found: list[Found], states: _States, *, facts: bool
) -> Found | None:
    """One number as a measure, None where it is no target."""
    state = states.at(match.start())
    if state.past and not facts:
        return None
    start = _segment_start(plain, match.start(), found)
    left, right = plain[start : match.start()], _right(plain, match.end())
    if match.re is ALL:
        return _covered(text, match, start, state)
    if match.re is TIMES_MORE:
        return _multiplied(text, match, start, state)
    value = _value(match)
    if value is None or _is_no_target(plain, match, left, right):
        return None
    lead = PRE.search(left)
    pre = lead[0] if lead else ""
    head = left[: len(left) - len(pre)]
    post = match.groupdict().get("post") or ""
    op = _op(pre + (match.groupdict().get("op") or ""), post)
    if match.re is not NUMBER and not post and op == "=":
        return None
    form = _form(head, pre, right, match, found, start)
    if form is None:
        return None
    metric_left, metric_right = form
    first = _strip(text, start, match.start())
    end = match.end() + len(metric_right)
    carried = found[-1].measure.metric if found and found[-1].end >= start - 1 else ""
    metric = _metric(
        text[first : match.start() - len(pre)] if metric_left else "",
        text[match.end() : end],
        carried[:14],
    )
    if len(metric) < 2 and pre:
        metric = _subject(text, plain, start) + re.sub("达到|[为至到]$", "", pre)
    if len(metric) < 2:
        return None
    low, high, unit = value
    measure = Measure(
        metric=metric, op=op, value=low, unit=unit, by_year=None if state.yearly else state.year,
        kind=_kind(metric, pre, unit, state, match), firm=state.firm, text=text[first:end].strip(),
        value_max=high,
    )  # fmt: skip
    return Found(measure, first, end)


def _segment_start(plain: str, at: int, found: list[Found]) -> int:
    """Where the words about a number begin: after the last stop, or after the last number."""
    stops = [plain.rfind(char, 0, at) + 1 for char in BREAK]
    start = max(stops)
    if found and start < found[-1].end <= at:
        start = found[-1].end
        while start < at and plain[start] in "、和及，":
            start += 1
    return start


def _right(plain: str, end: int) -> str:
    """What follows a number up to the next stop, or to the next number of a list."""
    piece = re.split("[，；。：！？、]", plain[end:], maxsplit=1)[0]
    joint = re.search(r"(?:和|及|以及|并)(?=\d|[新引培建])", piece)
    return piece[: joint.start()] if joint else piece


def _value(match: re.Match[str]) -> tuple[Decimal, Decimal | None, str] | None:
    groups = match.groupdict()
    if match.re is FRACTION:
        if groups["half"]:
            return Decimal(50), None, "%"
        if groups["percent"]:
            share = chinese_number(groups["percent"])
            return (Decimal(share), None, "%") if share else None
        above, below = chinese_number(groups["above"]), chinese_number(groups["below"])
        return (Decimal(above or 1) / Decimal(below or 1)).quantize(Decimal("0.0001")), None, "比例"
    if match.re is IN_WORDS:
        value = chinese_number(groups["value"])
        return (Decimal(value), None, groups["unit"]) if value else None
    scale = groups["scale"] or groups["scale1"] or ""
    unit = scale + (groups["unit"] or groups["unit1"] or "")
    if not unit:
        return None
    low = number_of(groups["value"])
    high = number_of(groups["max"]) if groups["max"] else None
    return (low, high, unit) if low is not None else None


def _is_no_target(plain: str, match: re.Match[str], left: str, right: str) -> bool:
    """Conditions, subsidies, durations, ranks and whatever else only looks like a target."""
    unit = match.groupdict().get("unit") or ""
    sentence_start = max(plain.rfind(char, 0, match.start()) for char in "。；") + 1
    sentence = (
        plain[sentence_start : match.end()]
        + re.split("[。；]", plain[match.end() :], maxsplit=1)[0]
    )
    clause_end = re.split("[，；。：]", plain[match.end() :], maxsplit=1)[0]
    if clause_end.endswith("的") or right.startswith("的"):
        return True
    if right.startswith("强") or re.search(r"(?:第|前|排名|世界|中国|全国|全省)$", left):
        return True
    if unit in TIMES.split("|"):
        return (
            not re.search("压缩|缩短|压减|减至|时限|办理时间|办结|时间|提速", left)
            or "每" in left[-4:]
        )
    if ("元" in unit or unit in ("%", "倍")) and SUBSIDY.search(sentence):
        return True
    if re.search(r"每(?:人|名|户|家|项|个|件|次|位|亩)$", left):
        return True
    return bool(re.match(r"[+×:]", plain[match.end() :]) or re.search(r"[+×/]$", left))


def _form(
    head: str, pre: str, right: str, match: re.Match[str], found: list[Found], start: int
) -> tuple[str, str] | None:
    """Which words are what is counted: those before the number, or those behind it."""
    post = match.groupdict().get("post")
    if not right:
        if len(re.sub("[^一-鿿A-Za-z&□]", "", head)) >= 2 or pre:
            return head or pre, ""
        return None
    if right.startswith(("规模的", "规模")):
        return head or pre, right
    acts = VERBS.search(head + pre) if head + pre else None
    goes_on = found and not (head + pre) and found[-1].end >= start - 2
    if acts or goes_on:
        return head + pre, right
    if post and len(head) >= 2 and re.match(r"[，。；]|(?:目标|任务)", right):
        return head, ""
    return None


def _subject(text: str, plain: str, start: int) -> str:
    """What 达到60万人 is said of: the clause before, without its verb (总量显著增长)."""
    before = plain[: start - 1] if start else ""
    begin = max(before.rfind(char) for char in BREAK) + 1
    if not before or plain[start - 1] != "，":
        return ""
    if re.search(r"\d", before[begin:]):
        return _subject(text, plain, begin)
    return re.sub(f"(?:{RISING})+$", "", text[_strip(text, begin, start - 1) : start - 1])


def _strip(text: str, start: int, end: int) -> int:
    """Past the words about time and hope with which a segment begins."""
    lead = LEADING.match(masked(text[start:end], ""))
    return start + (lead.end() if lead and lead.end() <= end - start else 0)


def _metric(before: str, behind: str, carried: str) -> str:
    """What is counted, in the document's words; a list goes on with the verb of its first entry."""
    verb = re.search(
        r"(新引进|新引育|新增|新入选|新招录|引进|引育|新建|培养|培育|新培养|新培育|新培训|集聚|建成|创建|储备|招引)",
        carried[:14],
    )
    before = before.strip("、，和及： ")
    metric = re.sub(
        "^(?:全[市县区省]|实现|着力|大力|重点)+(?=[一-鿿]{2})", "", before + behind.strip()
    )
    acting = re.match(r"(?:新|引|培|建|创|储|招|集聚|入选|实现|举办|每|占)", metric)
    if verb and not acting and not re.search("达到|总量|[率比]|占|每|增加", metric):
        metric = verb[1] + metric
    return metric[-60:].strip("、，： ")


def _op(pre: str, post: str) -> Op:
    if post in AFTER and AFTER[post] != ">":
        return AFTER[post]
    spoken: list[tuple[int, int, Op]] = [(-1, 0, "=")]
    for op, words in BEFORE:
        spoken += [(m.end(), len(m[0]), op) for m in re.finditer(words, pre)]
    return max(spoken)[2]


def _kind(metric: str, pre: str, unit: str, state: _State, match: re.Match[str]) -> MeasureKind:
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


def _covered(text: str, match: re.Match[str], start: int, state: _State) -> Found | None:
    first = _strip(text, start, match.start())
    words = text[first : match.end()]
    where = text[match.start("where") : match.end("where")] if match["where"] else ""
    metric = (text[first : match.start()].strip("、，和及 ") + where).removeprefix("逐步")
    if len(metric) < 2:
        return None
    measure = Measure(
        metric=f"{metric}覆盖率", op=">=", value=Decimal(100), unit="%",
        by_year=state.year, kind="ratio", firm=state.firm, text=words,
    )  # fmt: skip
    return Found(measure, first, match.end())


def _multiplied(text: str, match: re.Match[str], start: int, state: _State) -> Found | None:
    first = _strip(text, start, match.start())
    metric = text[first : match.start()].strip("、，和及 ")
    if len(metric) < 2:
        return None
    measure = Measure(
        metric=metric, op="=", value=None, unit="", by_year=state.year, kind="growth",
        firm=state.firm, text=text[first : match.end()], relative=RELATIVE[match["word"]],
    )  # fmt: skip
    return Found(measure, first, match.end())


def _paired(text: str, plain: str, found: list[Found], states: _States) -> list[Found]:
    """甲、乙、丙分别达到1、2、3: every value with its own name."""
    for word in re.finditer("分别", plain):
        start = max(plain.rfind(char, 0, word.start()) for char in BREAK) + 1
        stop = re.search("[，；。：]", plain[word.end() :])
        end = word.end() + stop.start() if stop else len(plain)
        names = [n for n in _names(text[_strip(text, start, word.start()) : word.start()]) if n]
        inside = [f for f in found if word.end() <= f.end <= end + 1 and f.start < end]
        values = list(re.finditer(rf"({_NUM})", plain[word.end() : end]))
        if len(names) < 2 or len(values) != len(names):
            continue
        kept = [f for f in found if f not in inside]
        pattern = inside[0].measure if inside else None
        op = _op(re.split(r"\d", plain[word.end() : end], maxsplit=1)[0], "")
        for place, (name, value) in enumerate(zip(names, values, strict=True)):
            at = word.end() + value.start()
            match = NUMBER.match(plain, at)
            read = _value(match) if match else None
            own = next((f.measure for f in inside if f.measure.value == Decimal(value[1])), pattern)
            upto = match.end() if match else word.end() + value.end()
            measure = Measure(
                metric=name, op=_op(op if op == "=" else "", (match and match["post"]) or "") if (match and match["post"]) else op,
                value=Decimal(value[1]), unit=read[2] if read else "",
                by_year=own.by_year if own else states.at(word.start()).year, kind=own.kind if own else "cumulative",
                firm=own.firm if own else True,
                text=text[word.start() : upto] if place == 0 else text[at:upto],
            )  # fmt: skip
            kept.append(Found(measure, at, upto))
        found = sorted(kept, key=lambda f: f.start)
    return found


def _names(text: str) -> list[str]:
    names, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth == 0 and char in "、和":
            names.append("")
        else:
            names[-1] += char
    return [re.sub("^其中", "", name.strip()) for name in names]
