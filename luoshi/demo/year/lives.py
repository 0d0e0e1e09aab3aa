"""Every plan of the demo as its database knows it, with those who go on with its reports."""

from __future__ import annotations

from datetime import datetime

from luoshi.demo.year.acts import STORYTELLER, Acts
from luoshi.demo.year.agenda import Agenda
from luoshi.demo.year.opening import find_people
from luoshi.demo.year.participants import plans_by_code
from luoshi.demo.year.reporting import Reporting
from luoshi.demo.year.scripts import county_stories, second_story
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation


def living(
    installation: Installation, first: Story, agenda: Agenda, spared: frozenset[str], at: datetime
) -> dict[int, Reporting]:
    """Who reports what of which plan (by id). What the units `spared` and the first reviewer have
    to do is left to visitors; in the counties everything goes on by itself."""
    with installation.reading(STORYTELLER, at) as c:
        plans = plans_by_code(c.session)
    found = {}
    for story in (first, second_story(), *county_stories()):
        plan_id = plans.get(story.plan_code)
        # A demo that was made by an earlier release may not have it.
        if plan_id is not None:
            acts = Acts(installation, story, find_people(installation, story, at), plan_id)
            county = "place" in story.year
            found[plan_id] = Reporting(acts, agenda, frozenset() if county else spared)
    return found
