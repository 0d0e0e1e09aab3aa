"""Units' own fields of duty"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("unit", sa.Column("duties", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Back."""
    op.drop_column("unit", "duties")
