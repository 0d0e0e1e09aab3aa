"""Taking in mail by Prefect: a flow run every few minutes, in it a task run for each mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows.installation import this_installation
from workflow.rules.mail.returns import ReturnOutcome
from workflow.verbs.collecting.collect_mail import collect_mail


@flow(name="collect")
def collect(as_of: str | None = None) -> int:
    """Take in what has come by mail; how many mails. Fails where the mailbox is out of reach."""
    installation = this_installation()
    now = datetime.fromisoformat(as_of) if as_of else None
    done = collect_mail(
        partial(installation.acting, now=now), installation.mailbox, installation.own_addresses,
        each=take_in,
    )  # fmt: skip
    if done.trouble:
        raise RuntimeError(done.trouble)
    return sum(done.outcomes.values())


@task(name="take_in", task_run_name="mail {uid}", cache_policy=NO_CACHE)
def take_in(uid: int, take: Callable[[], ReturnOutcome]) -> ReturnOutcome:
    """Take in one mail. It is not tried again: what is not taken in is on record."""
    outcome = take()
    get_run_logger().info("mail %s: %s", uid, outcome)
    return outcome
