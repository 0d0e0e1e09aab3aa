"""The line above every page of the demo: that it is one, what day it is, and the two buttons."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.queries.access.sessions import Visitor
from i18n import _, mark
from luoshi.demo.running.passing import Passing
from luoshi.demo.slots import Ran
from ui.components.dates import full_date
from ui.shell.application import Action, Banner

RAN = {
    "close_rounds": mark("{n} rounds closed"),
    "open_rounds": mark("{n} rounds opened"),
    "remind": mark("{n} reminder mails"),
    "assess": mark("{n} assessments worked out"),
    "checkpoint": mark("seals of the audit record kept: {n}"),
}
WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


class DemoBanner:
    """Makes the banners; `links` are (English message, address) of what else the demo shows."""

    def __init__(self, passing: Passing, links: Sequence[tuple[str, str]]) -> None:
        self.passing, self.links = passing, links

    def __call__(self, _visitor: Visitor) -> tuple[Banner, ...]:
        passing = self.passing
        coming = passing.next()
        actions = (
            Action(_("A day passes"), passing.a_day),
            Action(
                _("On to {day}: {what}", day=full_date(coming.day), what=_(coming.what)),
                passing.to_next_date,
            ),
        )
        return (Banner(self._text(), "demo", actions),)

    def _text(self) -> Markup:
        now = self.passing.installation.today()
        link = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
        links = Markup(" · ").join(link.format(to, _(label)) for label, to in self.links)
        said = _(
            "Demo: made-up people and texts. Here it is {weekday}, {day}.",
            weekday=_(WEEKDAYS[now.weekday()]),
            day=full_date(now),
        )
        ran = [_said(one) for _at, one in self.passing.last if one.count]
        done = _("Meanwhile: {what}.", what=_(", ").join(ran)) if ran else ""
        return Markup("{} {} {}").format(said, done, links)


def _said(ran: Ran) -> str:
    return _(RAN[ran.name], n=ran.count)
