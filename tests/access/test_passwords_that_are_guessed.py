"""Which passwords are refused, and what the person is told; Chinese habits weigh in."""

import time
from string import ascii_letters, digits

import pytest

from i18n import speaking
from workflow.rules.access import guessing as g
from workflow.rules.access import passwords as p
from workflow.rules.access.pinyin import SYLLABLES, of_person, runs, syllables, typed
from workflow.rules.refusals import Invalid

WHO = {"email": "zw.qz@qz.example", "name": "张伟", "unit": "市人力社保局"}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Short-1", p.TOO_SHORT),
        ("a1B-" * 40, p.TOO_LONG),
        ("allthesamekind", p.ONE_KIND),
        ("xx-zw.qz-8814", g.OWN),  # the mail name
        ("Password2021!", g.LEAKED),
        ("qwertyuiop1", g.LEAKED),
        ("a1b2c3d4e5", g.LEAKED),
        ("P@ssw0rd123", g.LEAKED),
        ("1111111111a", g.REPEAT),
        ("a1" * 60, g.REPEAT),
        ("zxcvbnm,.19880521", g.DATE),
        ("zhangwei1988", g.OWN),
        ("Zhangwei@2021", g.OWN),
        ("weizhang#7788", g.OWN),
        ("renlishebao2021", g.OWN),
        ("rlsb-20210101", g.OWN),
        ("张伟张伟张伟2021", g.REPEAT),
        ("13812345678a", g.NUMBER),
        ("zw13812345678!", g.NUMBER),
        ("a330802198805211234", g.NUMBER),
        ("x33080219880521123X", g.NUMBER),
        ("0570-3021987a", g.NUMBER),
        ("woaini1314", g.INSTALLATION),
        ("5201314aaa", g.INSTALLATION),
        ("Rencaiban2021", g.INSTALLATION),
        ("Quzhou2021!", g.INSTALLATION),
        ("Admin@123456", g.INSTALLATION),
        ("wangxiaoming1990", g.PINYIN),
        ("liuyuanyuan88", g.PINYIN),
    ],
)
def test_a_guessable_password_is_refused_and_the_reason_named(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        p.check(password, **WHO)
    assert reason in [problem.message for problem in refused.value.problems]
    for language in ("zh", "en"):
        with speaking(language):
            assert all(str(problem) for problem in refused.value.problems)


@pytest.mark.parametrize(
    "password",
    [
        "Harbour-4711",
        "hetang-yuese-27",
        "x7#kQ9!mZ2pL",
        "correct horse battery",
        "人才强市，十年树木2",
        "x7#kQ9!mZ2pL" * 10,
    ],
)
def test_a_good_password_is_taken(password: str) -> None:
    p.check(password, **WHO)


def test_the_same_word_is_weak_for_its_owner_alone() -> None:
    p.check("OuyangTingyue-39", "a@b.example", "王芳", "市科技局")
    with pytest.raises(Invalid):
        p.check("OuyangTingyue-39", "a@b.example", "欧阳婷玥", "市科技局")


@pytest.mark.parametrize(
    "nasty",
    [
        "4@8({[<36&9#!1|0 7$5+%2" * 3,  # each sign may stand for several letters
        "@({[<!|$+%" * 4,
        "1|7!l" * 20,
        "1234567890" * 7,
        "aA1!" * 18,
        ascii_letters + digits,
        "zhuangchuangshuang" * 3,
        "汉" * 128,
    ],
)
def test_weighing_takes_no_longer_for_a_nasty_password(nasty: str) -> None:
    g.guess("warm up 1")
    begun = time.process_time()
    g.guess(nasty, **WHO)
    assert time.process_time() - begun < 0.5  # without our bounds 2.4 s for the first


def test_too_long_a_password_is_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "guess", lambda *_a, **_k: pytest.fail("weighed"))
    with pytest.raises(Invalid):
        p.check("a1-" * 1_000_000, **WHO)


def test_names_as_they_are_typed() -> None:
    assert syllables("曾晓") == ["zeng", "xiao"]
    assert {"zhangwei", "weizhang", "zhangw"} <= of_person("张伟")
    assert {"ouyangtingyue", "tingyueouyang", "oyty"} <= of_person("欧阳婷玥")
    assert {"renlishebao", "rlsb", "shiren"} <= typed("市人力社保局")
    assert typed("") == set() == of_person("")


def test_runs_of_syllables() -> None:
    assert len(SYLLABLES) > 390
    assert runs("Wangxiaoming-1990") == [("wangxiaoming", 3)]
    assert runs("xian") == []  # one syllable may be any word
    assert runs("Harbour-lantern") == []
