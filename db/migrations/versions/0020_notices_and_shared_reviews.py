"""When a person last looked at their notices, and who reviews which unit"""

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
    op.create_table(
        "review_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_share_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_review_share_plan_id_plan")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_review_share_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_share")),
        sa.UniqueConstraint("plan_id", "unit_id", name=op.f("uq_review_share_plan_id_unit_id")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("review_share")
    op.drop_table("notices_seen")
