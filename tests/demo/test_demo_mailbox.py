"""The demo's mail server and its pages."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.mail.mailweb import AddressOwner, MailPages

ADDRESS = "rsj.liaison@qz.example"


def _mail(subject: str, day: int) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "luoshi@qz.example", ADDRESS
    message["Date"] = f"{day:02d} Nov 2021 16:00:00 +0800"
    message["Message-ID"] = f"<{day}@qz.example>"
    message.set_content("请于 11 月 30 日前报送：http://localhost:8501/report?report=4 。")
    message.add_alternative(
        "<html><head><title>x</title></head><body><script>alert(1)</script>"
        '<a href="http://localhost:8501/report?report=4">填报</a></body></html>',
        subtype="html",
    )
    return message


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def box(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def browser(box: Mailbox) -> TestClient:
    def owners() -> dict[str, AddressOwner]:
        return {ADDRESS: AddressOwner("李敏", "市人力社保局", "liaison")}

    return TestClient(MailPages(box, owners, "http://localhost:8501").app())


def test_a_mail_sent_by_real_smtp_is_kept_for_every_recipient(box: Mailbox) -> None:
    port = _free_port()
    stop = receive(box, port)
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            content = _mail("提醒", 26).as_bytes(policy=SMTP)
            client.sendmail("luoshi@qz.example", [ADDRESS, "second@qz.example"], content)
    finally:
        stop()
    assert box.people() == {ADDRESS: 1, "second@qz.example": 1}
    heading = box.mails(ADDRESS)[0]
    assert (heading.subject, heading.at.isoformat()) == ("提醒", "2021-11-26T08:00:00+00:00")


def test_the_newest_mail_stands_first(box: Mailbox) -> None:
    for day in (24, 26, 25):
        box.keep(ADDRESS, _mail(f"第{day}日", day).as_bytes())
    assert [mail.subject for mail in box.mails(ADDRESS)] == ["第26日", "第25日", "第24日"]


def test_a_name_cannot_leave_the_mailbox(box: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_bytes(b"Subject: x\n\n")
    assert box.open("..", "secret") is None
    box.keep("../../evil@qz.example", _mail("x", 1).as_bytes())
    assert all(place.is_relative_to(box.folder) for place in box.folder.rglob("*"))
    assert box.mails()[0].subject == "x"


def test_pages_name_the_people_and_show_their_mails(box: Mailbox, browser: TestClient) -> None:
    box.keep(ADDRESS, _mail("【提醒】两个工作日后到期", 26).as_bytes())
    front = browser.get("/").text
    assert "李敏" in front
    assert "联络员" in front
    assert "【提醒】两个工作日后到期" in browser.get(f"/of/{ADDRESS}").text
    assert "liaison" in browser.get("/?lang=en").text


def test_a_mail_is_shown_closed_in_beside_its_plain_text(box: Mailbox, browser: TestClient) -> None:
    box.keep(ADDRESS, _mail("提醒", 26).as_bytes())
    name = box.mails(ADDRESS)[0].name
    page = browser.get(f"/of/{ADDRESS}/{name}")
    assert "<iframe" in page.text
    assert 'href="http://localhost:8501/report?report=4"' in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    frame = browser.get(f"/of/{ADDRESS}/{name}/html")
    policy = frame.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert '<base target="_blank">' in frame.text


def test_an_unknown_mail_is_not_found(browser: TestClient) -> None:
    assert browser.get(f"/of/{ADDRESS}/nothing").status_code == 404
    assert browser.get(f"/of/{ADDRESS}/nothing/html").status_code == 404


def test_an_empty_mailbox_says_what_will_be_here(browser: TestClient) -> None:
    assert "还没有邮件" in browser.get("/").text
