"""Who plays in the demo: made-up people of real units, the same at every start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from luoshi.demo.year.story import Story
from workflow.rules.access.permissions import RoleName

DOMAIN = "qz.example"
PASSWORD = "Yingcai-2021"  # noqa: S105
"""The one password of everybody in the demo; its database is never real."""


@dataclass(frozen=True)
class Player:
    """One person of the demo. `phone` is an office's number that nobody has."""

    email: str
    name: str
    unit: str
    role: str
    phone: str


def cast_of(story: Story) -> tuple[Player, ...]:
    """A liaison and a deputy head for every unit, then the office."""
    dice = story.dice("people")
    surnames, given = list(story.cast["surnames"]), list(story.cast["given"])
    names = [first + last for first in surnames for last in given]
    dice.shuffle(names)
    players: list[Player] = []

    def add(slug: str, unit: str, role: str) -> None:
        name = names[len(players)]
        phone = f"0570-30{len(players) + 101:05d}"
        players.append(Player(f"{slug}@{DOMAIN}", name, unit, role, phone))

    for unit, row in story.cast["units"].items():
        add(f"{row['slug']}.liaison", unit, RoleName.LIAISON)
        add(f"{row['slug']}.deputy", unit, RoleName.DEPUTY_HEAD)
    for row in story.cast["office"]:
        add(row["slug"], row["unit"], row["role"])
    return tuple(players)


def login_players(story: Story, players: tuple[Player, ...]) -> tuple[Player, ...]:
    """Whom the login page offers, in order: in the city one person a role."""
    return tuple(
        next(p for p in players if (p.role, p.unit) == (row["role"], row["unit"]))
        for row in story.cast["logins"]
    )


def county_logins(stories: Iterable[Story]) -> tuple[Player, ...]:
    """Whom the login page offers of the counties."""
    return tuple(one for story in stories for one in login_players(story, cast_of(story)))
