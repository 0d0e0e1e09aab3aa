"""Everything that happened to a task in one timeline, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from markupsafe import Markup, escape

from db.queries.requests.requests import RequestRow
from db.queries.tasks.board import DayReminders
from db.queries.tasks.reports import DecisionRow, ReportRow, SubmissionRow, VerdictRow
from db.queries.tasks.story import EventRow, TaskStory
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.stories import StoryEntry, timeline
from ui.components.text import heading, joined, paragraph, strong
from ui.views.shared.asking import request_kind, wish_words
from ui.views.shared.office import chips, link, moment, period_name
from workflow.rules.access.permissions import ROLES
from workflow.rules.progress.lights import WorkStatus
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS, STATUSES
from workflow.rules.reporting.report_content import TEXTS
from workflow.rules.reporting.verdicts import SignOffOutcome, VerdictOutcome
from workflow.rules.requests import COMMENT_OUTCOMES
from workflow.rules.states import RequestStateName
from workflow.rules.time.dates import local_date
from workflow.verbs.assignments.assign import WAIVERS

WORDS: Mapping[str, tuple[str, str]] = {
    SignOffOutcome.SIGNED_OFF: (mark("Signed off"), ""),
    SignOffOutcome.SENT_BACK: (mark("Sent back within the unit"), "yellow"),
    VerdictOutcome.ACCEPTED: (mark("Accepted"), "green"),
    VerdictOutcome.RETURNED: (mark("Returned"), "yellow"),
    VerdictOutcome.UNDONE: (mark("Verdict taken back"), ""),
}
DECIDED: Mapping[str, tuple[str, str]] = {
    RequestStateName.APPROVED: (mark("{kind}: granted"), "green"),
    RequestStateName.REFUSED: (mark("{kind}: refused"), "yellow"),
    RequestStateName.WITHDRAWN: (mark("{kind}: withdrawn"), ""),
}
STATUS_TONES: Mapping[str, str] = {
    WorkStatus.ON_TRACK: "",
    WorkStatus.BEHIND: "warning",
    WorkStatus.STUCK: "warning",
    WorkStatus.DONE: "accent",
}
EVENTS = {
    ("task", "consult"): mark("Sent round for comment"),
    ("task", "issue"): mark("Issued"),
    ("task", "acknowledge"): mark("Under way"),
    ("task", "instruct"): mark("Made a task by a leader's remark"),
    ("task", "close_out"): mark("Closed out"),
    ("task", "suspend"): mark("Suspended"),
    ("task", "resume"): mark("Resumed"),
    ("task", "terminate"): mark("Terminated"),
    ("task", "amend"): mark("Changed by edition {after} of the plan"),
    ("task", "renumber"): mark("Code changed from {before} to {after}"),
    ("task", "extend"): mark("Date moved from {before} to {after}"),
    ("measure", "change_target"): mark("Target changed from {before} to {after}"),
}
"""The events that no other part of the story tells; the rest are told with their words."""
ASSIGNMENT_EVENTS = {
    "acknowledge": mark("Acknowledged"),
    "end": mark("Part ended"),
    "uphold": mark("Part upheld"),
}


class StoryKind(StrEnum):
    """What a story can be narrowed to. Mails are many and say little: folded until asked for."""

    REPORTS = "reports"
    REQUESTS = "requests"
    CHANGES = "changes"
    MAILS = "mails"


KINDS: Mapping[StoryKind, str] = {
    StoryKind.REPORTS: mark("Reports and verdicts"),
    StoryKind.REQUESTS: mark("Requests and answers"),
    StoryKind.CHANGES: mark("Changes of the task"),
    StoryKind.MAILS: mark("Reminders by mail"),
}


@dataclass(frozen=True)
class _Entry:
    at: datetime
    moment: StoryEntry


def story_timeline(story: TaskStory, told: list[DayReminders], zone: str, kind: str) -> Markup:
    """The story's heading, what it can be narrowed to, and the timeline: of one kind, or of all
    but the mails."""
    found: dict[StoryKind, list[_Entry]] = {
        StoryKind.REPORTS: [
            entry for report in story.reports for entry in _report(report, story, zone)
        ],
        StoryKind.REQUESTS: [entry for row in story.requests for entry in _request(row, zone)],
        StoryKind.CHANGES: list(_events(story, zone)),
        StoryKind.MAILS: list(_reminders(told, zone)),
    }
    shown = [one for one in StoryKind if one == kind] or [
        one for one in StoryKind if one != StoryKind.MAILS
    ]
    entries = sorted((e for one in shown for e in found[one]), key=lambda entry: entry.at)
    return joined(
        [
            heading(2, _("The whole story")),
            _narrowed(story, found, kind),
            timeline(entry.moment for entry in reversed(entries)),
        ]
    )


def _narrowed(story: TaskStory, found: Mapping[StoryKind, list[_Entry]], kind: str) -> Markup:
    """The kinds of which there is something, with how many."""
    rest = sum(len(entries) for one, entries in found.items() if one != StoryKind.MAILS)
    names = [("", _("all"), rest), *((one, _(KINDS[one]), len(found[one])) for one in StoryKind)]
    links = [
        (link("task", task=story.task_id, story=key), _("{name} {n}", name=name, n=n), key == kind)
        for key, name, n in names
        if n or not key
    ]
    return chips(links, "ls-chips", _("Narrow the story"))


def _events(story: TaskStory, zone: str) -> Iterator[_Entry]:
    """What happened to the task; what units did on one day in the same way stands together."""
    names = {part.assignment_id: part.unit for part in story.parts}
    together: dict[tuple[str, date], list[EventRow]] = defaultdict(list)
    for event in story.timeline:
        if event.subject == "assignment":
            if event.action in ASSIGNMENT_EVENTS and event.subject_id in names:
                together[event.action, local_date(event.at, zone)].append(event)
        elif message := EVENTS.get((event.subject, event.action)):
            words = _(message, before=event.before, after=event.after)
            yield _entry(event, words, event.actor, zone)
    for (action, _day), events in together.items():
        units = _(", ").join(names[event.subject_id] for event in events)
        yield _entry(events[-1], _(ASSIGNMENT_EVENTS[action]), units, zone)


def _entry(event: EventRow, words: str, who: str, zone: str) -> _Entry:
    tone = "accent" if event.action in ("issue", "close_out", "instruct") else ""
    return _Entry(event.at, StoryEntry(moment(event.at, zone), words, who, "", tone))


def _report(report: ReportRow, story: TaskStory, zone: str) -> Iterator[_Entry]:
    units = {one.now.measure_id: one.now for one in story.measures}
    period = period_name(report.period)
    for decided in report.decisions:
        yield _Entry(decided.at, _decided(decided, report.unit, period, zone))
    for sent in report.submissions:
        what = _("Reported for {period}, version {n}", period=period, n=sent.no)
        who = f"{report.unit} · {sent.person}"
        more = _said(sent, lambda m: (units[m].metric, units[m].unit) if m in units else ("", ""))
        yield _Entry(sent.at, StoryEntry(moment(sent.at, zone), what, who, more, "accent"))
        for word in sent.words:
            yield _Entry(word.at, _word(word, report.unit, period, zone))


def _said(sent: SubmissionRow, measure: Callable[[int], tuple[str, str]]) -> Markup:
    """What a version said: its status, numbers, words and what held it up."""
    numbers = [
        f"{measure(v.measure_id)[0]} {shown(v.value, measure(v.measure_id)[1], v.written)}"
        + _(" ({document})", document=_(FIRMNESS[v.firmness]))
        for v in sent.values
    ]
    pieces: list[Markup] = [tag(_(STATUSES[sent.status]), STATUS_TONES[sent.status])]
    if numbers:
        pieces.append(Markup('<p class="ls-numbers">{}</p>').format(_("; ").join(numbers)))
    for name, text in sent.texts().items():
        label = "" if name == "text" else _("{label}: ", label=_(TEXTS[name].label))
        lead = strong(label) if label else ""
        pieces.append(paragraph(joined([lead, text], "")))
    return Markup("").join(pieces)


def _decided(word: DecisionRow, unit: str, period: str, zone: str) -> StoryEntry:
    who = f"{word.person} · {unit} · {period}"
    if word.due_on is not None:
        said = _("More time for the report, until {day}", day=full_date(word.due_on))
    else:
        said = _("Report no longer asked for")
    reason = _(WAIVERS[word.reason]) if word.reason in WAIVERS else word.reason
    return StoryEntry(moment(word.at, zone), said, who, reason)


def _word(word: VerdictRow, unit: str, period: str, zone: str) -> StoryEntry:
    message, tone = WORDS[word.outcome]
    who = f"{word.person} · {unit} · {period}"
    paper = _("signed on paper on {day}", day=word.paper_date) if word.paper_date else ""
    more = escape(" · ".join(text for text in (word.reason, paper) if text))
    return StoryEntry(moment(word.at, zone), _(message), who, more, tone)


def _request(row: RequestRow, zone: str) -> Iterator[_Entry]:
    kind = request_kind(row.kind)
    asked = joined([(paragraph(wish_words(row)) if wish_words(row) else ""), row.reason], "")
    who = f"{row.unit} · {row.person or ''}"
    title = _("Asked: {kind}", kind=kind)
    yield _Entry(row.at, StoryEntry(moment(row.at, zone), title, who, asked, "accent"))
    if row.decided_at is not None and row.state in DECIDED:
        message, tone = DECIDED[row.state]
        words = [_(COMMENT_OUTCOMES[row.outcome])] if row.outcome in COMMENT_OUTCOMES else []
        words += [text for text in (row.reply, row.decided_document) if text]
        yield _Entry(
            row.decided_at,
            StoryEntry(
                moment(row.decided_at, zone), _(message, kind=kind), row.decided_by or "",
                " · ".join(words), tone,
            ),
        )  # fmt: skip


def _reminders(told: list[DayReminders], zone: str) -> Iterator[_Entry]:
    for one in told:
        who = _("{unit}: {role} ({n})", unit=one.unit, n=one.people, role=_(ROLES[one.role]))
        yield _Entry(one.at, StoryEntry(moment(one.at, zone), _("Reminded by mail"), who))
