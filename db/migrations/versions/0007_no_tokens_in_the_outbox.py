"""No tokens in the outbox

Letters written before held the token of their link in clear, also those that were sent. Whoever
has a copy of the database must not be able to use one: every unused link goes, and letters that
still wait fail. People ask for a new link on the login page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    reset = sa.table("password_reset", sa.column("used_at"))
    op.execute(sa.delete(reset).where(reset.c.used_at.is_(None)))
    names = ("kind", "state", "lease_until", "lease_owner", "last_error")
    outbox = sa.table("outbox", *(sa.column(name) for name in names))
    waiting = outbox.c.kind == "reset", outbox.c.state.in_(("queued", "sending"))
    op.execute(
        sa.update(outbox)
        .where(*waiting)
        .values(
            state="failed",
            lease_until=None,
            lease_owner="",
            last_error="withdrawn by an update; ask for a new link on the login page",
        )
    )


def downgrade() -> None:
    """Back: nothing to be undone, people ask for a new link."""
