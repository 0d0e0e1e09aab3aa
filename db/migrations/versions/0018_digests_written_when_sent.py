"""Digests written when they are sent"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward. A letter names its digest, no longer the digest its letter."""
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_id", ID, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_outbox_digest_id_digest"), "digest", ["digest_id"], ["id"]
        )
        batch_op.create_unique_constraint(op.f("uq_outbox_digest_id"), ["digest_id"])
        batch_op.create_index(
            "ix_outbox_state_priority_id", ["state", "priority", "id"], unique=False
        )
    op.execute(
        "update outbox set digest_id = (select min(digest.id) from digest "
        "where digest.outbox_id = outbox.id) where kind = 'digest'"
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_digest_outbox_id_outbox"), type_="foreignkey")
        batch_op.drop_column("outbox_id")
        batch_op.create_index("ix_digest_channel_local_date", ["channel", "local_date"])
    op.drop_index("ix_reminder_digest_id", "reminder")
    op.create_index("ix_role_name", "role", ["name"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_role_name", "role")
    op.create_index("ix_reminder_digest_id", "reminder", ["digest_id"])
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_index("ix_digest_channel_local_date")
        batch_op.add_column(sa.Column("outbox_id", ID, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_digest_outbox_id_outbox"), "outbox", ["outbox_id"], ["id"]
        )
    op.execute(
        "update digest set outbox_id = (select min(outbox.id) from outbox "
        "where outbox.digest_id = digest.id)"
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_state_priority_id")
        batch_op.drop_constraint(op.f("uq_outbox_digest_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_outbox_digest_id_digest"), type_="foreignkey")
        batch_op.drop_column("digest_id")
