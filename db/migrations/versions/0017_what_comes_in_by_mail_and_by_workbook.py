"""What comes in by mail and by workbook"""

import sqlalchemy as sa
from alembic import op

from db import types

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. What came before was not kept: nothing to be taken over."""
    op.create_table(
        "mailbox_place",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox_place")),
    )
    op.create_table(
        "incoming_return",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("drafted", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_incoming_return_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_incoming_return_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_return")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_return_key")),
    )
    with op.batch_alter_table("incoming_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_return_at"), ["at"], unique=False)
        batch_op.create_index("ix_incoming_return_person_id_at", ["person_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_return_token"), ["token"], unique=False)
        batch_op.create_index("ix_incoming_return_unit_id_at", ["unit_id", "at"], unique=False)

    op.create_table(
        "mail_reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("placed", sa.String(), nullable=False),
        sa.Column("doubtful", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_reply_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_mail_reply_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["incoming_return.id"],
            name=op.f("fk_mail_reply_return_id_incoming_return"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_mail_reply_settled_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_reply")),
    )
    with op.batch_alter_table("mail_reply", schema=None) as batch_op:
        batch_op.create_index("ix_mail_reply_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index("ix_mail_reply_report_id_state", ["report_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_reply_return_id"), ["return_id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("mail_reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_reply_return_id"))
        batch_op.drop_index("ix_mail_reply_report_id_state")
        batch_op.drop_index("ix_mail_reply_person_id_state")

    op.drop_table("mail_reply")
    with op.batch_alter_table("incoming_return", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_return_unit_id_at")
        batch_op.drop_index(batch_op.f("ix_incoming_return_token"))
        batch_op.drop_index("ix_incoming_return_person_id_at")
        batch_op.drop_index(batch_op.f("ix_incoming_return_at"))

    op.drop_table("incoming_return")
    op.drop_table("mailbox_place")
