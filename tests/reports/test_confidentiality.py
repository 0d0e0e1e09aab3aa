from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.reporting.confidentiality import NumberKind, SecrecyMark, find, mask, secrecy

IDENTITY = "11010519491231002X"  # the example of GB 11643


def luhn(body: str) -> str:
    """A number with its check digit, worked out the plain way."""
    total = 0
    for i, digit in enumerate(reversed(body)):
        d = int(digit) * (1 if i % 2 else 2)
        total += d // 10 + d % 10
    return body + str(-total % 10)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        (f"张某（身份证{IDENTITY}）入选", NumberKind.IDENTITY, IDENTITY),
        (IDENTITY.lower(), NumberKind.IDENTITY, IDENTITY.lower()),
        ("110105 19491231 002X", NumberKind.IDENTITY, "110105 19491231 002X"),
        (
            "１１０１０５１９４９１２３１００２Ｘ",
            NumberKind.IDENTITY,
            "１１０１０５１９４９１２３１００２Ｘ",
        ),
        ("旧证130503670401001。", NumberKind.IDENTITY, "130503670401001"),
        ("电话13800138000", NumberKind.MOBILE, "13800138000"),
        ("+86 138-0013-8000", NumberKind.MOBILE, "+86 138-0013-8000"),
        ("138 0013 8000", NumberKind.MOBILE, "138 0013 8000"),
        ("联系0570-3021234", NumberKind.TELEPHONE, "0570-3021234"),
        ("（010）62345678", NumberKind.TELEPHONE, "（010）62345678"),
        (luhn("622202123456789012"), NumberKind.BANK_CARD, luhn("622202123456789012")),
        (luhn("411111111111111"), NumberKind.BANK_CARD, "4111111111111111"),
        ("4111 1111 1111 1111", NumberKind.BANK_CARD, "4111 1111 1111 1111"),
    ],
)
def test_personal_numbers_are_found(text: str, kind: NumberKind, found: str) -> None:
    (span,) = find(text)
    assert (span.kind, text[span.start : span.end]) == (kind, found)


@pytest.mark.parametrize(
    "text",
    [
        "引进人才15000人，同比增长12.5%",
        "110105194912310021",  # a wrong check digit
        "110105194913310024",  # no such month
        "990105194912310028",  # no such province
        "913308001234567890",  # a code of an organisation
        "91330800MA28F0TX1B",
        "12800138000",
        "项目编号138001380001",
        "A13800138000B",
        "衢委发〔2020〕7号",
        "2021-06-30",
        "6222021234567890127",  # a wrong check digit
        "金额1234567890123456元",
        "12345 政务服务热线",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find(text) == ()
    assert mask(text) == text


def test_masked_numbers_keep_a_few_digits_and_all_else() -> None:
    text = f"王某，{IDENTITY}，电话138 0013 8000，卡4111111111111111，座机0570-3021234。"
    assert mask(text) == (
        "王某，1****************X，电话138 **** 8000，卡************1111，座机****-*****34。"
    )


pieces = st.sampled_from(
    [IDENTITY, "13800138000", "0570-3021234", "4111111111111111", "，", " ", "人", "1", "-", "a"]
)


@given(st.lists(pieces, max_size=12).map("".join) | st.text(max_size=60))
def test_a_masked_text_is_as_long_and_has_nothing_more_to_mask(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked
    spans = find(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("机密★1年\n中共衢州市委文件", "机密"),
        ("000012\n秘密★5年\n特急\n", "秘密"),
        ("000012  绝密★长期  特急\n通知", "绝密"),
        ("机 密 ★ 十年\n", "机密"),
        ("密级：秘密\n关于…", "秘密"),
        ("【机密】\n关于…", "机密"),
        ("绝密★启用前\n试题", "绝密"),
        ("\n\n秘　密\n", "秘密"),
        ("一\n" * 20 + "机密★", "机密"),
    ],
)
def test_a_mark_of_secrecy_at_the_head_is_seen(text: str, level: str) -> None:
    found = secrecy(text)
    assert isinstance(found, SecrecyMark)
    assert found.level == level


@pytest.mark.parametrize(
    "text",
    [
        "",
        "全体人员应当保守国家秘密。",
        "机密文件应按规定管理",
        "标注“机密★5年”字样的文件不得上网",
        "密级：公开\n",
        "一\n" * 20 + "秘密",
        "一\n" * 40 + "机密★1年",
        "商业秘密保护办法",
        "绝密、机密、秘密三级",
    ],
)
def test_talk_of_secrets_is_no_mark(text: str) -> None:
    assert secrecy(text) is None
