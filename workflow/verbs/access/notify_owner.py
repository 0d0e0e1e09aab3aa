"""Tell the owner of an account by mail that its password or second factor changed."""

from __future__ import annotations

from workflow.rules.access.changes import AccountChange
from workflow.rules.mail.letters import LetterKind
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify


def notify_owner(c: Context, person_id: int, change: AccountChange) -> None:
    """Send `security` to the person, in the transaction of the change.

    It goes to whoever owns the account and not to whoever made the change: the two may differ.
    """
    facts = {"change": change, "at": c.now}
    notify(c, LetterKind.SECURITY, [person_id], plan_id=None, facts=facts, priority=1)
