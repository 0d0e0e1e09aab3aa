"""What is looked through when somebody searches: made from the record, and made anew from it."""

from __future__ import annotations

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.models.table import Table
from db.types import Key


def compared(_thing: object, name: str | None, *_more: object) -> bool:
    """Whether Alembic compares something of this name with the models: how a database indexes the
    search is its own."""
    return not (name or "").startswith(("search_gram", "ix_search_entry_grams"))


class SearchEntry(Table):
    """The words of one plan, task, request or submission (`kind` and its id).

    `text` is folded and without personal numbers; `grams` is what the index keeps of it, each with
    a letter for the kind before, and of its plan (db/search.py). SQLite indexes them in the table
    search_gram, which triggers keep (db/triggers.py).
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_entry_kind_id", "kind", "id"),
        Index("ix_search_entry_grams", "grams", postgresql_using="gin").ddl_if(
            dialect="postgresql"
        ),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    subject_id: Mapped[int]
    text: Mapped[str]
    grams: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR, "postgresql"))
