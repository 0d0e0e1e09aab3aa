"""People come in from a file, or nothing does and every fault is named with its place."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from db.models import Alias, Event, Outbox, Person, Role, Unit
from documents.lists.list_file import code_of
from documents.lists.people_file import ROLE_WORDS, read_people
from i18n import LANGUAGES, _, speaking
from logins import NOW
from luoshi.wiring import Installation
from workflow.rules.access.permissions import ROLES, system
from workflow.rules.refusals import Invalid, NotAllowed
from workflow.verbs.people.import_people import PeopleImported, import_people

HEAD = "email,name,unit,role,language,phone\n"
GOOD = (
    HEAD
    + "zhao@example.org,赵一,市科技局,liaison,zh,0570-3021000\n"
    + "zhao@example.org,赵一,市科技局,deputy_head,,\n"
    + "qian@example.org,钱二,市科委,联络员,en,\n"
    + "sun@example.org,孙三,,管理员,中文,\n"
)


@pytest.fixture(autouse=True)
def names(installation: Installation) -> None:
    with installation.database.write() as session:
        unit_id = session.scalars(select(Unit.id)).one()
        session.add(Alias(unit_id=unit_id, name="市科委"))
        session.add(Unit(name="市人力资源和社会保障局", kind="department"))


def take_in(
    installation: Installation, content: bytes | str, dry_run: bool = False
) -> PeopleImported:
    raw = content.encode() if isinstance(content, str) else content
    with installation.acting(system("command line")) as c:
        return import_people(c, read_people(raw), at=NOW, dry_run=dry_run)


def counted(installation: Installation, table: type) -> int:
    with installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_new_people_get_roles_and_a_link_by_mail(installation: Installation) -> None:
    done = take_in(installation, GOOD)
    assert done.added == ("zhao@example.org", "qian@example.org", "sun@example.org")
    assert done.roles == 4
    with installation.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == "qian@example.org")).one()
        assert (person.name, person.language, person.password_hash) == ("钱二", "en", "")
        roles = session.execute(
            select(Role.name, Role.unit_id, Role.valid_from).where(Role.person_id == person.id)
        ).one()
        assert roles == ("liaison", person.unit_id, date(2021, 11, 22))
        assert len(set(session.scalars(select(Outbox.person_id)))) == 3
        for event in session.scalars(select(Event)):
            assert "example.org" not in event.payload
            assert "赵" not in event.payload


def test_the_same_file_twice_changes_nothing(installation: Installation) -> None:
    take_in(installation, GOOD)
    before = [counted(installation, table) for table in (Person, Role, Outbox, Event)]
    again = take_in(installation, GOOD)
    assert (again.added, again.changed, again.roles) == ((), (), 0)
    assert [counted(installation, table) for table in (Person, Role, Outbox, Event)] == before


def test_known_people_are_changed_and_keep_what_the_file_leaves_out(
    installation: Installation,
) -> None:
    take_in(installation, GOOD)
    done = take_in(installation, HEAD + "ZHAO@example.org,赵一一,市科技局,liaison,,\n")
    assert done.changed == ("zhao@example.org",)
    with installation.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == "zhao@example.org")).one()
        assert (person.name, person.phone) == ("赵一一", "0570-3021000")
    assert counted(installation, Role) == 1 + 4


def test_a_dry_run_says_the_same_and_does_nothing(installation: Installation) -> None:
    before = [counted(installation, table) for table in (Person, Role, Outbox, Event)]
    done = take_in(installation, GOOD, dry_run=True)
    assert len(done.added) == 3
    assert done.roles == 4
    assert [counted(installation, table) for table in (Person, Role, Outbox, Event)] == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_roles_that_people_are_shown_can_be_written(language: str) -> None:
    with speaking(language):
        assert {code_of(ROLE_WORDS, _(word)) for word in ROLES.values()} == set(ROLES)


BAD = [
    ("zhao,赵,市科技局,liaison,,\n", "第2行“email”列", "邮箱"),
    ("a@b.org,,市科技局,liaison,,\n", "第2行“name”列", "姓名"),
    ("a@b.org,赵,市科技局,boss,,\n", "第2行“role”列", "联络员"),
    ("a@b.org,赵,,liaison,,\n", "第2行“unit”列", "单位"),
    ("a@b.org,赵,市人力社保局,liaison,,\n", "第2行“unit”列", "市人力资源和社会保障局"),
    ("a@b.org,赵,市科技局,liaison,fr,\n", "第2行“language”列", "zh"),
    ("a@b.org,赵,市科技局,liaison,,none\n", "第2行“phone”列", "none"),
    ("a@b.org,赵,市科技局,liaison,,\na@b.org,钱,市科技局,head,,\n", "第3行“email”列", "第2行"),
]


@pytest.mark.parametrize(("rows", "where", "what"), BAD)
def test_a_fault_is_named_with_row_and_column_and_nothing_comes_in(
    rows: str, where: str, what: str, installation: Installation
) -> None:
    before = counted(installation, Person)
    with pytest.raises(Invalid) as refusal:
        take_in(installation, HEAD + rows)
    (problem,) = refusal.value.problems
    assert str(problem).startswith(where)
    assert what in str(problem)
    assert counted(installation, Person) == before


def test_all_faults_are_told_at_once(installation: Installation) -> None:
    with pytest.raises(Invalid) as refusal:
        take_in(installation, HEAD + "x,,市外星局,boss,fr,?\n")
    assert len(refusal.value.problems) == 6


@pytest.mark.parametrize(
    "content",
    ["", "name,unit\n赵,市科技局\n", HEAD, "email,email,name,unit,role\n", b"PK\x03\x04broken",
     b"\xff\xfe\x00\x81", HEAD + 'a@b.org,"赵\n'],
)  # fmt: skip
def test_a_file_that_holds_no_list_is_refused(
    content: bytes | str, installation: Installation
) -> None:
    from workflow.rules.refusals import Refused

    with pytest.raises(Refused):
        take_in(installation, content)


def test_a_workbook_with_a_title_and_chinese_headings_is_read(installation: Installation) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["联络员名单"])
    sheet.append(["姓名", "单位", "角色", "电子邮箱", "手机"])
    sheet.append(["赵一", "市科技局", "分管领导", "zhao@example.org", 13900000000])
    buffer = BytesIO()
    book.save(buffer)
    assert take_in(installation, buffer.getvalue()).added == ("zhao@example.org",)


def test_a_list_saved_by_a_chinese_spreadsheet_is_read(installation: Installation) -> None:
    assert len(take_in(installation, GOOD.encode("gb18030")).added) == 3


def test_a_liaison_takes_nobody_in(installation: Installation) -> None:
    with installation.database.read() as session:
        wang = session.scalars(select(Person.id).where(Person.name == "wang")).one()
    with pytest.raises(NotAllowed), installation.acting(wang) as c:
        import_people(c, read_people(GOOD.encode()), at=NOW)
