"""What is a word of a search, what an index keeps of a text, and what is shown of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.search import excerpt, folded, grams, marked, needed, words_of


def kept(text: str) -> list[str]:
    return list(grams(folded(text)))


def shown(pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces)


def test_chinese_is_kept_by_two_letters_and_numbers_as_a_whole():
    assert kept("人才工程 2.67万") == [*"人才工程", "人才", "才工", "工程", "2.67", "万"]
    assert kept("１，２００人") == ["1200", "人"]
    assert kept("衢委发〔2020〕7号") == [*"衢委发", "衢委", "委发", "2020", "7", "号"]


def test_a_number_is_not_found_within_another():
    assert "2.67" not in kept("12.67万元")
    assert "67" not in kept("2.67万")
    assert shown(marked("12.67万、2.67万、2.670", ["2.67"])) == "12.67万、[2.67]万、2.670"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  人才　公寓 人才 ", ("人才", "公寓")),
        ("１，２００人 PDF", ("1200人", "pdf")),
        ("( ) —", ()),
        ("", ()),
    ],
)
def test_words_are_what_stands_between_spaces(typed, words):
    assert words_of(typed) == words


def test_more_words_than_anybody_types_are_cut_off():
    assert len(words_of(" ".join(f"词{n}" for n in range(50)))) == 8
    assert words_of("长" * 500) == ("长" * 40,)


def test_a_letter_is_looked_for_by_itself_only_where_it_stands_alone():
    assert needed("水") == ("水",)
    assert needed("水利") == ("水利",)
    assert needed("第5项") == ("5",)
    assert needed("2.67万") == ("2.67",)


@given(st.text(alphabet="人才公寓工程12.,(〔 ａA", max_size=30), st.data())
def test_the_index_holds_what_any_part_of_a_text_needs(text, data):
    """Whatever is cut out of a text between numbers is found by the index in it."""
    whole = folded(text)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    cut = whole[start:end]
    if cut[:1].isdigit() or cut[-1:].isdigit() or cut[:1] == "." or cut[-1:] == ".":
        return
    held = list(grams(whole))
    for word in words_of(cut):
        assert needed(word)
        assert set(needed(word)) <= set(held)


@given(st.text(max_size=60), st.text(max_size=20))
def test_marking_loses_no_letter(text, typed):
    assert "".join(piece.text for piece in marked(text, words_of(typed))) == text


def test_words_are_marked_as_they_were_written():
    assert (
        shown(marked("引进ＰＨＤ １，２００人", ["phd", "1200人"])) == "引进[ＰＨＤ] [１，２００人]"
    )


def test_an_excerpt_shows_the_place_of_each_word():
    text = "甲" * 60 + "人才" + "乙" * 60 + "公寓" + "丙" * 60
    found = shown(excerpt(text, ["人才", "公寓"], around=3))
    assert found == "…甲甲甲[人才]乙乙乙…乙乙乙[公寓]丙丙丙…"
    assert shown(excerpt("人才公寓", ["人才", "公寓"])) == "[人才][公寓]"
    assert shown(excerpt("甲" * 100, ["人才"], around=3)) == "甲" * 9 + "…"
