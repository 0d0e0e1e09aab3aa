"""Next steps, and the numbers of evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Files that are there already are not read again: nothing is known of them."""
    op.create_table(
        "evidence_numbers",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("numbers", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_evidence_numbers")),
    )
    op.add_column(
        "submission", sa.Column("next_steps", sa.String(), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("next_steps")
    op.drop_table("evidence_numbers")
