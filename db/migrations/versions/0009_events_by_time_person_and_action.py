"""Events by time, by person and by action"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_event_at": ["at"],
    "ix_event_actor_at": ["actor", "at"],
    "ix_event_action_at": ["action", "at"],
}


def upgrade() -> None:
    """Forward."""
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "event", columns)


def downgrade() -> None:
    """Back."""
    for name in INDEXES:
        op.drop_index(op.f(name), "event")
