"""Pauses of reminders, and rounds whose dates are provisional"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reminder_pause",
        sa.Column("id", key, nullable=False),
        sa.Column("plan_id", key, nullable=False),
        sa.Column("unit_id", key, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reminder_pause_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_reminder_pause_plan_id_plan")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_reminder_pause_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_pause")),
    )
    op.add_column(
        "round", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_reminder_pause_plan_id"), "reminder_pause", ["plan_id"])


def downgrade() -> None:
    """Back."""
    op.drop_column("round", "provisional")
    op.drop_table("reminder_pause")
