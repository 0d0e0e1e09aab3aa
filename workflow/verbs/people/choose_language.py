"""Choose the language of one's pages and mails."""

from __future__ import annotations

from sqlalchemy import update

from db.models import Person
from db.record import SYSTEM_CHAIN
from i18n import LANGUAGES, mark
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context


def choose_language(c: Context, *, language: str) -> None:
    """Keep the actor's language, "zh" or "en". Who may: every person for themselves.

    Raises Invalid for any other language. Leaves an event.
    """
    if language not in LANGUAGES:
        raise Invalid(mark("There are only these languages: {languages}."),
                      languages=", ".join(LANGUAGES))  # fmt: skip
    c.session.execute(
        update(Person).where(Person.id == c.actor.person_id).values(language=language)
    )
    c.record_event(
        SYSTEM_CHAIN, "choose_language", "person", c.actor.person_id or 0, after=language
    )
