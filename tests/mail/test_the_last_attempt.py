"""A letter is tried so many times and not once more or less; then it has failed."""

from sqlalchemy import update

from db.engine import Database
from db.models import Outbox
from mailed_city import City
from relay import Server, listening
from workflow.rules.mail.delivery import ATTEMPTS


def test_a_letter_fails_with_its_last_attempt_and_not_before(database: Database) -> None:
    city = City(database, 1)
    with database.write() as session:
        session.execute(update(Outbox).values(attempts=ATTEMPTS - 2))
    server = Server(refuses={"p1@example.cn": "451 try later"})
    with listening(server):
        city.deliver(server)
        assert (city.states(), city.mails()[1].attempts) == ({"queued": 1}, ATTEMPTS - 1)
        city.now = city.mails()[1].not_before
        assert city.deliver(server).failed == 1
        assert (city.states(), city.mails()[1].attempts) == ({"failed": 1}, ATTEMPTS)
