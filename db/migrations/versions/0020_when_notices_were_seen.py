"""When a person last looked at their notices"""

import sqlalchemy as sa
from alembic import op

from db import types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "notices_seen",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notices_seen_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notices_seen")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("notices_seen")
