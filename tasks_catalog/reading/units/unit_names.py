"""Names of units: which words are one, where one ends, which spellings mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import yaml

from tasks_catalog.model import CatalogueUnit, UnitKind
from tasks_catalog.reading.words import flat

ENDING = (
    r"部|委|局|厅|署|办|办公室|院|所|中心|处|室|行|会|社|团|队|集团|公司|大学|学院|学校|中学|校|银行|"
    r"政府|街道|镇|乡|园|园区|开发区|集聚区|新区|高新区|经开区|示范区|区管委|试验区|口岸|海关|公安|税务|消防|气象|"
    r"妇联|科协|工商联|残联|文联|社科联|侨联|侨办|台办|台联|记协|作协|两院|党校|指挥部|专班|小组|"
    r"联席会议|部门|单位|地区|地方|县区|总队|支队|大队|军分区|人武部|电力|电网|电信|移动|联通|铁塔|邮政|烟草|"
    r"中央|电视台|广播台|电台|总站|车站|图书馆|博物馆|文化馆|档案馆|组|"
    r"法院|检察院|高院|总社|分社|基金会|联盟|企业|高校|院校|机构|县|市|区|省|旗|州|港务|机场|国资|城投|总台|平台"
)
UNIT = re.compile(rf"[一-鿿\w“”（）、·]{{1,30}}?(?:{ENDING})(?:（[^（）]{{1,20}}）)?(?:等)?$")
GENERIC = re.compile(
    r"(?:局|委|办|办公室|管委会|委员会|管理委员会|研究院|研究所|中心|部门|集团|公司|大学|学院|协会|联合会|"
    r"人民政府|政府|街道|领导小组|有限公司|集团有限公司|单位|两院|党校|分院|分公司|支公司|支队|分局)$"
)
OF_PLACE = re.compile("[^局委办部]{0,3}[省市县区州旗盟国]")
ORGAN = re.compile(
    r"[一-鿿]{0,3}[市县区州省旗乡镇]委(?:组织|宣传|统战|政法|统一战线|社会工作|农村工作|编制|机构编制|编|网信|网络安全|"
    r"改革|全面深化改革|巡察|机要|保密|党史|老干部|政策研究|财经|外事|人才|政研|依法治)[^部委办局室]{0,8}(?:部|委|办|局|室|办公室|委员会)"
)
GROUP = re.compile(
    r"^(?:各|有关|相关|其他|其它|所有|全部|全体|广大)"
    r"|(?:各|有关|相关|其他|其它)(?:职能|主管|责任|成员|行业|行政|业务|专项)*"
    r"(?:部门|单位|地区|地方|企业|高校|院校|机构|乡镇|街道|县|区|市|省|科研院所)"
    r"|^(?:市|县|区|省|镇)(?:级|直|直属)(?:各)?(?:机关)?(?:部门|单位)(?:和单位)?$|成员单位$"
    r"|^(?:地方)?各级|^(?:县|市|区|镇|乡镇|乡|省)（[^）]*）(?:人民)?(?:政府|党委|委)?$|^(?:地方|属地)(?:各级)?(?:人民)?政府$"
    r"|^(?:县|市|区|乡镇)(?:、(?:县|市|区|街道|镇|乡))+(?:人民政府|政府)?$|主管部门$"
)
_AREA = (
    "(?:省|自治区|直辖市|办事处|管理区|县级市|自治县|州|旗|县|市|区|区县|市县|镇|乡|街道|乡镇|镇街|"
    "农场|林场|园区|开发区)"
)
_SEAT = "(?:人民政府|政府|办事处|管委会|党委|党工委|委)?"
AREAS = re.compile(
    rf"(?:各|沿线|沿江|沿海|所在|涉及|有关|相关)+{_AREA}(?:（[^）]*）)?{_SEAT}(?:、{_AREA}(?:（[^）]*）)?{_SEAT})*"
)
AREA = re.compile(rf"{_AREA}(?:（[^）]*）)?{_SEAT}(?:（[^）]*）)?|(?:人民)?政府|管委会")
OF_AREAS = re.compile(rf"各{_AREA}(?:（[^）]*）)?(?:党委|委)")
SEAT = re.compile(r"(?:人民)?政府(?:（[^）]*）)?")
SEPARATORS = "、，；;,\n\t/／"
VERBS = "要|应|将|须|把|明确|加强|落实|做好|推进|负责|进一步|切实|认真"
JOINTS = ("以及", "和", "与", "及", "暨")


def is_group(name: str) -> bool:
    """Whether a name stands for all who belong to it: 各县（市、区）, 有关部门, 各地区."""
    text = flat(name)
    named = GROUP.search(text) or AREAS.fullmatch(text)
    return len(text) <= 24 and bool(named) and not re.search(VERBS, text)


def is_unit(name: str) -> bool:
    """Whether words look like the name of a unit or a group."""
    text = flat(name)
    if not 2 <= len(text) <= 32 or re.search(r"[。：？！%]|\d{3,}", text):
        return False
    return is_group(text) or bool(UNIT.fullmatch(text))


def split_units(text: str) -> list[str]:
    """The names in a list, 市经信局 市科技局、各县（市、区）; broken names put together."""
    pieces = [
        (part, blank and place == 0)
        for piece, blank in _outside_brackets(text)
        for place, part in enumerate(_at_joints(piece))
    ]
    names: list[str] = []
    for piece, blank in pieces:
        broken_end = (
            names
            and blank
            and (GENERIC.fullmatch(piece) or not is_unit(names[-1]) or is_known(names[-1] + piece))
        )
        if names and AREAS.fullmatch(names[-1]) and AREA.fullmatch(piece):
            names[-1] += f"、{piece}"
        elif names and OF_AREAS.fullmatch(names[-1]) and SEAT.fullmatch(piece):
            names[-1] += f"和{piece}"
        elif broken_end and _one_name(names[-1] + piece) and not is_group(piece):
            names[-1] += piece
        else:
            names.append(piece)
    return [_without_etc(name) for name in names if _without_etc(name)]


def is_known(name: str) -> bool:
    """Whether a name is one of a function of government, or of an organ of the party."""
    places = (name[:at] for at in range(1, 5) if name[at:] in _functions())
    return any(map(OF_PLACE.fullmatch, places)) or bool(ORGAN.fullmatch(name))


def _one_name(name: str) -> bool:
    return is_unit(name) and len(name) <= 24


def _without_etc(name: str) -> str:
    return re.sub(r"^(?:由|并由|会同|和|与|及)|等$|等(?:部门|单位)$", "", name).strip("：。 ")


def _outside_brackets(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces between separators, and whether only white space parts each from the one before."""
    depth, piece, blank = 0, "", True
    for char in flat(text):
        depth += (char in "（“") - (char in "）”")
        if depth <= 0 and (char in SEPARATORS or char.isspace()):
            if piece.strip():
                yield piece.strip(), blank
                blank = True
            blank = blank and char.isspace()
            piece = ""
        else:
            piece += char
    if piece.strip():
        yield piece.strip(), blank


def _at_joints(piece: str) -> Iterator[str]:
    """Apart at 和, 及 and their like where a whole name stands on either side."""
    for match in re.finditer("等(?=有关|相关|国务院|各)|" + "|".join(JOINTS), piece):
        left, right = piece[: match.start()], piece[match.end() :]
        if is_unit(left) and is_unit(right) and len(right) > 1 and not GENERIC.fullmatch(right):
            yield left
            yield from _at_joints(right)
            return
    yield piece


# ---- one unit, several spellings ------------------------------------------------------------

PLACE = re.compile(r"^(?:中共)?(?:[一-鿿]{2,4}?[省市县区]|[省市县区])?")


@cache
def _functions() -> dict[str, str]:
    rows = yaml.safe_load(
        files("tasks_catalog.reading.units").joinpath("unit_names.yaml").read_text("utf-8")
    )
    return {name: row[0] for row in rows for name in row}


def function_of(name: str) -> tuple[str, str]:
    """The place and the usual name of the function: 市人社局 → (市, 人力社保局)."""
    text = flat(name).replace("中共", "").replace("“", "").replace("”", "")
    for start in range(min(len(text), 8)):
        if text[start:] in _functions():
            place = text[:start]
            return (place[-1:] if re.search("[省市县区]$", place) else place), _functions()[
                text[start:]
            ]
    return "", text


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings mean one unit: known short forms, or a word more in a long name."""
    if function_of(one) == function_of(other):
        return True
    short, long = sorted((flat(one), flat(other)), key=len)
    if len(short) >= 8 and 0 < len(long) - len(short) <= 2 and short[:2] == long[:2]:
        letters = iter(long)
        return all(char in letters for char in short)
    return False


KINDS: tuple[tuple[UnitKind, str], ...] = (
    ("mass", (
        r"科协|妇联|工会|团[省市县区]?委|工商联|残联|文联|侨联|社科联|红十字会|共青团|联合会$|"
        r"学会$|协会$"
    )),
    ("enterprise", r"集团|公司|银行$|电网|电信|移动|联通|铁塔|企业$"),
    ("university", r"大学$|(?<!研究)(?<!分)学院$|学校$|党校$|高校$|院校$"),
    ("park", r"开发区|园区|集聚区|高新区|新城|新区|示范区|试验区|经开区|口岸"),
    ("institution", r"研究院|研究所|中心$|医院$|两院$|图书馆|博物馆|实验室$"),
    ("department", r"[部委局厅署办]$|办公室$|委员会$|法院$|检察院$|政府$"),
    ("county", r"^[一-鿿]{2,4}[县市区旗]$|[镇乡]$|街道"),
)  # fmt: skip


def kind_of(name: str) -> UnitKind | None:
    """What kind of organisation a name points to, None if the words do not say."""
    return next((kind for kind, words in KINDS if re.search(words, flat(name))), None)


def gather_units(names: Iterable[str]) -> dict[str, CatalogueUnit]:
    """Every spelling in the order met, with the unit it means; the first spelling names it."""
    spellings: dict[str, list[str]] = {}
    for name in names:
        if name in spellings or any(name in known for known in spellings.values()):
            continue
        usual = next((u for u in spellings if not is_group(name) and same_unit(u, name)), None)
        spellings.setdefault(usual or name, []).append(name)
    units: dict[str, CatalogueUnit] = {}
    for first, known in spellings.items():
        usual = flat(first)
        aliases = tuple(name for name in known if name != usual)
        group = is_group(usual)
        unit = CatalogueUnit(usual, aliases, group, (), None if group else kind_of(usual))
        units |= dict.fromkeys(known, unit)
    return units
