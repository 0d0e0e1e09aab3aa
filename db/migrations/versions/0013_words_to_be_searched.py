"""Words to be searched

What the record holds already is indexed when the migration is done (db.search).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    grams = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("grams", grams, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_index("ix_search_entry_kind_id", "search_entry", ["kind", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_search_entry_grams", "search_entry", ["grams"], postgresql_using="gin")
    else:
        # Letters and digits alone are in it, and points within numbers; no places are kept.
        op.execute(
            "create virtual table search_gram using fts5 (grams, content='search_entry', "
            "content_rowid='id', detail=none, columnsize=0, tokenize=\"ascii tokenchars '.'\")"
        )


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table search_gram")
    op.drop_table("search_entry")
