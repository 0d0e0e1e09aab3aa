"""Letters say the right thing in the reader's language, and nothing slips in or out."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.ext import babel_extract

import notifications
from i18n import catalogue
from letters import FACTS, LETTERHEAD, NOW, facts_of, waiting
from notifications.rendering import is_address, render
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid

TEMPLATES = Path(notifications.__file__).parent / "templates"
ALLOWED_LATIN = {"Luoshi", "QZ", "Q", "x"}


def letter(kind: str, language: str = "zh", name: str = "张三", **changed: object) -> EmailMessage:
    mail = render(
        kind, facts_of(kind, **changed), LETTERHEAD, "zhang@example.cn", name, language,
        "<1@example.cn>", NOW,
    )  # fmt: skip
    return email.message_from_bytes(mail.content, policy=default)  # type: ignore[return-value]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_passes_any_relay(kind: str) -> None:
    mail = render(
        kind, facts_of(kind), LETTERHEAD, "zhang@example.cn", "张三", "zh", "<1@example.cn>", NOW
    )
    assert mail.content.isascii()
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 78
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    message = email.message_from_bytes(mail.content, policy=default)
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == "<1@example.cn>"
    assert message["To"].addresses[0].addr_spec == "zhang@example.cn"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW


@pytest.mark.parametrize("kind", LetterKind)
def test_a_chinese_letter_has_no_english_words(kind: str) -> None:
    message = letter(kind)
    whole = message["Subject"] + text_of(message) + re.sub("<style.*?</style>|<[^>]*>", "",
        text_of(message, "html"), flags=re.S)  # fmt: skip
    plain = re.sub(r"https?://\S+", "", whole)
    assert set(re.findall("[A-Za-z]+", plain)) - ALLOWED_LATIN - {"nbsp"} == set()


@pytest.mark.parametrize("kind", LetterKind)
def test_an_english_letter_has_no_chinese_words_of_its_own(kind: str) -> None:
    facts = repr(facts_of(kind)) + "张三"
    message = letter(kind, "en")
    said = set("".join(re.findall("[\u4e00-\u9fff]", message["Subject"] + text_of(message))))
    assert said <= set(facts)


@pytest.mark.parametrize("kind", LetterKind)
def test_text_and_html_have_the_same_one_door(kind: str) -> None:
    message = letter(kind)
    doors = re.findall(r'<a href="([^"]+)" style="display:inline-block', text_of(message, "html"))
    assert len(doors) == 1
    assert doors[0].replace("&amp;", "&") in text_of(message)
    assert doors[0].startswith(LETTERHEAD.base_url + "/")


@pytest.mark.parametrize("kind", LetterKind)
def test_no_picture_and_nothing_from_elsewhere_is_loaded(kind: str) -> None:
    html = text_of(letter(kind), "html")
    assert not re.search(r"<img|src=|@import|url\(|<link|<script", html)


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_missing_fact_stops_the_letter(kind: str) -> None:
    for name in FACTS[kind]:
        facts = facts_of(kind)
        del facts[name]
        with pytest.raises((UndefinedError, KeyError)):
            render(kind, facts, LETTERHEAD, "a@example.cn", "A", "zh", "<1@example.cn>", NOW)


def test_what_people_typed_stays_text() -> None:
    bad = "<script>alert(1)</script>"
    html = text_of(letter("returned", title=bad, reason=bad, name=f"{bad}\r\nBcc: b@x.cn"), "html")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 3


def test_no_header_slips_in_by_a_name_or_a_title() -> None:
    message = letter("returned", name="张三\r\nBcc: b@x.cn", title="题\r\nBcc: b@x.cn")
    assert message["Bcc"] is None
    assert "Bcc: b@x.cn" in message["Subject"]


@pytest.mark.parametrize(
    "address",
    ["", "zhang", "张@example.cn", "z@例子.cn", "a@b.cn\r\nBcc: c@d.cn", "a b@c.cn", "<a@b.cn>",
     "a@b.cn,c@d.cn", "a@-b.cn", ".a@b.cn", "a@b.cn\n", "a" * 250 + "@b.cn"],
)  # fmt: skip
def test_an_address_that_no_relay_takes_is_refused_before_it_is_written_to(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Invalid):
        render("reset", facts_of("reset"), LETTERHEAD, address, "A", "zh", "<1@b.cn>", NOW)


@pytest.mark.parametrize("address", ["a@b.cn", "zhang.san+rc@rcb.qz.gov.cn", "luoshi@localhost"])
def test_a_usual_address_is_written_to(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize("kind", ["returned", "receipt", "decision", "digest", "issue"])
def test_a_mail_says_no_more_about_tasks_than_the_policy_allows(kind: str) -> None:
    def words(detail: str) -> str:
        changed: dict[str, object] = {"detail": detail}
        if kind == "digest":
            changed["entries"] = [waiting("returned", 2, detail=detail, reason="请补充三季度")]
        message = letter(kind, **changed)
        return message["Subject"] + text_of(message) + text_of(message, "html")

    titled = "引进顶尖人才团队" if kind == "issue" else "领军型人才引育计划"
    assert titled not in words("count")
    assert titled in words("titles")
    typed = {"returned": "请补充三季度", "decision": "同意延期", "digest": "请补充三季度"}.get(kind)
    if typed:
        assert typed not in words("count") + words("titles")
        assert typed in words("full")


def test_one_matter_has_its_own_subject_and_its_own_link() -> None:
    message = letter("digest", entries=[waiting("overdue", -1, subject_id=77)], late=1)
    assert message["Subject"].startswith("【已逾期】1.2 ")
    assert "/report?report=77" in text_of(message)


def test_a_long_section_is_cut_with_a_word_about_the_rest() -> None:
    message = letter("digest", entries=[waiting("ahead", 2, subject_id=n) for n in range(50)])
    assert text_of(message).count("- 1.2") == 40
    assert "另有 10 项" in text_of(message)


def test_every_kind_has_its_templates_and_its_place_in_the_readme() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert folders == set(LetterKind) == set(FACTS)
    readme = (TEMPLATES / "README.md").read_text()
    for kind in LetterKind:
        parts = {path.name for path in (TEMPLATES / kind).iterdir()}
        assert parts == {"subject.txt.jinja", "body.txt.jinja", "body.html.jinja"}
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{kind}`"))
        assert all(f"`{fact}`" in row for fact in FACTS[kind])


def test_every_word_of_the_templates_is_translated() -> None:
    chinese = catalogue("zh")
    for path in TEMPLATES.rglob("*.jinja"):
        with path.open("rb") as lines:
            for _, _, messages, _ in babel_extract(lines, ("_",), [], {}):
                message = messages[0] if isinstance(messages, tuple) else messages
                if message is None:  # a word that comes from the code
                    continue
                assert chinese.gettext(message) != message, message
