"""What every verb that asks for permission is called with, and what it must ask."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from access.year_of_verbs import A_FILE, HERE, REAL, TODAY, Stage, merit
from db.models import ReminderPause
from db.queries.record.events import EventFilter
from documents.mail.mail_file import IncomingMail
from drafts import reading
from notifications.mailbox import Mailbox
from tasks_catalog.worklist.returned import ReturnedWorkList
from workflow.rules.access.permissions import INSTALLATION, TOP_PLACE, Subject
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.panel import CRITERIA
from workflow.rules.assessment.procedure import RULES
from workflow.rules.assessment.use import Use
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import Step
from workflow.verbs.access.end_session import end_sessions_of
from workflow.verbs.access.enrol_factor import remove_factor
from workflow.verbs.access.reset_password import link_for
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.approve_scheme import approve_scheme
from workflow.verbs.assessment.assess import assess, assess_all
from workflow.verbs.assessment.attach_to_objection import (
    attach_to_objection,
    may_attach_to_objection,
)
from workflow.verbs.assessment.decide_use import UseDecided, decide_use
from workflow.verbs.assessment.give_fact import FactHead, give_fact, take_back_fact
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.rate_debriefing import rate_debriefing
from workflow.verbs.assessment.record_merit import record_merit, strike_merit
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.assessment.speak_for_unit import confirm_score, self_assess
from workflow.verbs.assessment.step_letters import remind_of_steps
from workflow.verbs.assessment.take_step import begin_procedure, take_step
from workflow.verbs.assessment.try_scheme import try_scheme
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.assignments.issue_proposed import issue_proposed
from workflow.verbs.collecting.collect_mail import last_read
from workflow.verbs.collecting.confirm_reply import confirm_reply
from workflow.verbs.collecting.place_reply import place_reply
from workflow.verbs.collecting.put_reply_aside import put_reply_aside
from workflow.verbs.collecting.record_bounce import record_bounce
from workflow.verbs.context import Context
from workflow.verbs.editions.compare_editions import preview_edition
from workflow.verbs.editions.load_edition import load_edition
from workflow.verbs.evidence.attach import attach, may_attach
from workflow.verbs.evidence.detach import detach
from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value
from workflow.verbs.indicators.object_to_indicator_value import object_to_indicator_value
from workflow.verbs.indicators.report_indicator_value import report_indicator_value
from workflow.verbs.indicators.set_indicator import IndicatorSettings, set_indicator
from workflow.verbs.mail.deliver import claim, give_back
from workflow.verbs.mail.raise_alarm import claim_alarms, settle_alarm
from workflow.verbs.mail.resend import resend
from workflow.verbs.mail.settle_mail import settle_mail, settle_taken
from workflow.verbs.mail.write_digests import freeze
from workflow.verbs.people import save_person as people
from workflow.verbs.people.import_people import import_people
from workflow.verbs.places.open_place import NewPlace, name_place, open_place
from workflow.verbs.places.take_down import take_down
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.plans.comment import comment
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.plans.record_look import record_look
from workflow.verbs.plans.set_year_targets import set_year_targets
from workflow.verbs.preparing import exchange_working_copy as exchange
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.lay_down import lay_down
from workflow.verbs.preparing.set_aside import set_aside, take_up
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.record import export_audit
from workflow.verbs.record.backup import backup
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.record.drill import drill
from workflow.verbs.record.end_slot import end_slot
from workflow.verbs.record.export import export
from workflow.verbs.record.keep_backup import keep_backup
from workflow.verbs.record.restore import restore
from workflow.verbs.record.verify_audit import verify_audit
from workflow.verbs.record.verify_files import verify_files
from workflow.verbs.record.watch import watch
from workflow.verbs.reminders.chase import chase, chase_preview
from workflow.verbs.reminders.first_run import allow_backlog, waiting_backlog
from workflow.verbs.reminders.pause_reminders import end_pause, pause_reminders
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reminders.remind import (
    preview,
    record_reminding,
    remind,
    something_due,
    to_be_mailed,
)
from workflow.verbs.reminders.remind_by_shard import remind_by_shard
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.ask_again import ask_again
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.receive import receive
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.share_reviews import give_back_reviews, take_reviews
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.reports.undo import undo
from workflow.verbs.reports.waive import waive
from workflow.verbs.reports.withdraw import withdraw
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request
from workflow.verbs.requests.withdraw_request import withdraw_request
from workflow.verbs.returns.return_template import return_template
from workflow.verbs.rounds.ask_supports import ask_supports
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds
from workflow.verbs.rounds.set_calendar_day import set_calendar_day
from workflow.verbs.units.import_units import import_units
from workflow.verbs.units.join_group import join_group
from workflow.verbs.units.leave_group import leave_group
from workflow.verbs.units.merge_units import merge_units
from workflow.verbs.units.save_unit import save_unit
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE

FIRST_STEP = RULES[Step.SELF_ASSESSMENT].ends_by
Call = Callable[[Stage, Context], object]


@dataclass(frozen=True)
class Row:
    """`action`: what the verb must ask for; `about`: the unit and the collecting unit it must ask
    it of; `call`: how to carry it out, as far as the question at least."""

    verb: Callable[..., Any]
    action: str
    call: Call
    unit: str = ""
    lead: str = ""

    def subject(self, s: Stage) -> Subject:
        if not self.unit and not self.lead:
            return INSTALLATION
        return Subject(
            TOP_PLACE,
            unit_id=s.unit(self.unit) if self.unit else None,
            lead_unit_id=s.unit(self.lead) if self.lead else None,
        )


def plain(verb: Callable[..., Any], action: str, **given: Any) -> Row:
    """A verb that is about no unit. Texts that name an id of the stage stand for it."""
    return Row(verb, action, lambda s, c: verb(c, **_filled(s, given)))


def about(
    verb: Callable[..., Any], action: str, unit: str = HERE, lead: str = "", **given: Any
) -> Row:
    """A verb that is about a unit."""
    return Row(verb, action, lambda s, c: verb(c, **_filled(s, given)), unit, lead)


def _filled(s: Stage, given: dict[str, Any]) -> dict[str, Any]:
    return {name: one(s) if callable(one) else one for name, one in given.items()}


def an_id(name: str) -> Callable[[Stage], int]:
    return lambda s: s.ids[name]


def a_unit(name: str) -> Callable[[Stage], int]:
    return lambda s: s.unit(name)


def report(verb: Callable[..., Any], action: str, **given: Any) -> Row:
    """A verb about the report that 龙游县 owes."""
    whole = {"report_id": an_id("report"), "version": 1} | given
    return about(verb, action, HERE, HERE, **whole)


def support(verb: Callable[..., Any], action: str, **given: Any) -> Row:
    """A verb about what 市人力社保局 reports to 市科技局."""
    whole = {"report_id": an_id("support"), "version": 1} | given
    return about(verb, action, LABOUR, SCIENCE, **whole)


def person(s: Stage) -> int:
    return s.world.person(HERE, "liaison")


def the_plan(s: Stage) -> int:
    return s.world.plan_id


def _end_pause(s: Stage, c: Context) -> None:
    pause = ReminderPause(
        plan_id=s.world.plan_id, valid_from=TODAY, valid_to=date(2099, 1, 1), reason="防汛",
        person_id=s.world.reviewer,
    )  # fmt: skip
    c.session.add(pause)
    c.session.flush()
    end_pause(c, pause_id=pause.id)


def _drill(s: Stage, c: Context) -> None:
    with suppress(NotFound):  # there is no backup yet
        drill(lambda: nullcontext(c), s.vault)


def _no_factor(s: Stage, c: Context) -> None:
    with suppress(NotFound):  # there is none to take away
        remove_factor(c, person(s), at=REAL)


A_BOUNCE = IncomingMail("bounce", "", "", (), "", "", (), 0, ())

ROWS = (
    # access and people
    plain(end_sessions_of, "end_sessions", person_id=person, at=REAL),
    Row(remove_factor, "remove_factor", _no_factor),
    plain(link_for, "keep_people", email=lambda s: f"liaison{s.unit(HERE)}@luoshi.test", at=REAL),
    Row(import_people, "keep_people", lambda _s, c: import_people(c, [], at=REAL)),
    plain(import_units, "keep_units", lines=[]),
    plain(open_place, "keep_units", new=NewPlace("1", "", "county", None, "", "", ""), at=REAL),
    plain(name_place, "keep_units", place_id=TOP_PLACE, code="330800", name="衢州市", kind="city"),
    plain(
        people.add_person, "keep_people", email="n@luoshi.test", name="新", unit_id=None, at=REAL
    ),
    Row(
        people.change_person,
        "keep_people",
        lambda s, c: people.change_person(
            c,
            person(s),
            email="n@luoshi.test",
            name="新",
            unit_id=None,
            language="zh",
            phone="",
        ),
    ),
    Row(
        people.give_role,
        "keep_people",
        lambda s, c: people.give_role(c, person(s), "head", s.unit(HERE)),
    ),
    Row(
        people.end_role,
        "keep_people",
        lambda s, c: people.end_role(c, person(s), "liaison", s.unit(HERE)),
    ),
    Row(
        people.deactivate_person,
        "keep_people",
        lambda s, c: people.deactivate_person(c, person(s), at=REAL),
    ),
    Row(
        people.invite_again, "keep_people", lambda s, c: people.invite_again(c, person(s), at=REAL)
    ),
    # assessment
    about(
        answer_objection,
        "answer_objection",
        objection_id=an_id("objection"),
        upheld=True,
        reply="属实。",
    ),
    plain(assess, "assess", plan_id=the_plan, year=2021),
    plain(assess_all, "assess"),
    plain(begin_procedure, "keep_procedure", plan_id=the_plan, year=2021),
    Row(
        take_step,
        "keep_procedure",
        lambda s, c: take_step(c, procedure_id=s.ids["procedure"], action=FIRST_STEP),
    ),
    plain(
        try_scheme,
        "assess",
        data=lambda _s: shipped_scheme("quzhou"),
        plan_id=the_plan,
        year=2021,
    ),
    plain(take_down, "prepare", assignment_ids=[]),
    plain(end_slot, "operate", name="open_rounds", summary="done=0", failed=False),
    about(
        self_assess,
        "self_assess",
        procedure_id=an_id("procedure"),
        unit_id=lambda s: s.unit(HERE),
        text="良好。",
    ),
    about(confirm_score, "self_assess", procedure_id=an_id("procedure"), line_id=an_id("line")),
    plain(approve_scheme, "approve_scheme", version_id=lambda _s: 1, document="1号"),
    plain(remind_of_steps, "remind"),
    about(object_to_score, "object", line_id=an_id("line"), text="请复核。"),
    about(may_attach_to_objection, "object", objection_id=an_id("objection")),
    about(attach_to_objection, "object", objection_id=an_id("objection"), file=A_FILE),
    about(
        rate_debriefing,
        "rate_debriefing",
        plan_id=the_plan,
        year=2021,
        unit_id=a_unit(HERE),
        marks=dict.fromkeys(CRITERIA, "90"),
    ),
    plain(
        decide_use,
        "approve_result",
        plan_id=the_plan,
        year=2021,
        unit_id=a_unit(HERE),
        use=UseDecided(Use.PRAISE, "通报表扬。", "1号"),
    ),
    Row(record_merit, "note_merit", lambda s, c: record_merit(c, **merit(s)), HERE),
    Row(
        give_fact,
        "note_merit",
        lambda s, c: give_fact(
            c,
            plan_id=the_plan(s),
            year=2021,
            head=FactHead(GivenKind.NUMBER, "人口", "年鉴"),
            values={s.unit(HERE): "48.5 万人"},
        ),
        HERE,
    ),
    about(take_back_fact, "note_merit", fact_id=an_id("given")),
    about(strike_merit, "note_merit", merit_id=an_id("merit")),
    Row(save_scheme, "keep_scheme", lambda _s, c: save_scheme(c, shipped_scheme("quzhou"))),
    # main indicators
    plain(
        set_indicator,
        "set_indicator",
        indicator_id=an_id("indicator"),
        version_id=an_id("version"),
        settings=IndicatorSettings("level", None, "", None, "", known_month=3),
    ),
    about(
        report_indicator_value,
        "report_indicator_value",
        indicator_id=an_id("indicator"),
        year=2021,
        text="6",
        firmness="preliminary",
        seen=1,
    ),
    about(confirm_indicator_value, "confirm_indicator_value", value_id=an_id("value")),
    about(
        object_to_indicator_value, "object_to_indicator_value", value_id=an_id("value"), reason="误"
    ),
    # assignments and requests
    about(acknowledge, "acknowledge", assignment_id=an_id("assignment")),
    about(dispute, "dispute", assignment_id=an_id("assignment"), reason="不属本县职责。"),
    plain(issue_proposed, "issue", assignment_ids=lambda s: [s.ids["assignment"]]),
    about(request, "request", assignment_id=an_id("assignment"), kind="termination", reason="撤销"),
    about(withdraw_request, "request", request_id=an_id("request")),
    about(decide, "decide", request_id=an_id("request"), approve=False, reply="继续。"),
    plain(
        instruct,
        "instruct",
        plan_id=the_plan,
        title="批示",
        text="抓紧。",
        lead_unit_id=a_unit(HERE),
        due=date(2022, 6, 30),
    ),
    # plans, editions, preparing
    about(comment, "comment", task_id=lambda s: s.world.tasks["2.2"], text="同意。"),
    plain(answer_comment, "answer_comment", request_id=an_id("comment"), outcome="adopted"),
    plain(change_plan, "change_plan", plan_id=the_plan, version=1, policy=PlanPolicy()),
    plain(consult, "consult", plan_id=the_plan, comments_due_on=date(2022, 2, 1)),
    plain(issue, "issue", plan_id=the_plan, document="1号"),
    Row(load_catalogue, "load_plan", lambda _s, c: load_catalogue(c, reading())),
    plain(record_look, "look", plan_id=the_plan),
    plain(set_year_targets, "set_year_targets", measure_id=an_id("measure"), version=1, entries=[]),
    plain(preview_edition, "prepare", plan_id=the_plan, catalogue=lambda _s: reading()),
    plain(load_edition, "load_plan", plan_id=the_plan, catalogue=lambda _s: reading()),
    plain(start_working_copy, "prepare", catalogue=lambda _s: reading()),
    plain(edit_working_copy, "prepare", copy_id=an_id("copy"), changes=[]),
    plain(exchange.export_working_copy, "prepare", copy_id=an_id("copy")),
    Row(
        exchange.preview_returned,
        "prepare",
        lambda s, c: exchange.preview_returned(
            c,
            copy_id=s.ids["copy"],
            returned=ReturnedWorkList(reading(), s.ids["copy"], 0, {}),
        ),
    ),
    plain(lay_down, "prepare", copy_id=an_id("copy"), revision=7),
    plain(set_aside, "prepare", copy_id=an_id("copy"), revision=0),
    plain(take_up, "prepare", copy_id=an_id("copy")),
    # rounds and reports
    plain(open_rounds, "open_rounds"),
    plain(close_rounds, "close_rounds"),
    about(
        ask_supports,
        "ask_supports",
        "",
        SCIENCE,
        task_id=lambda s: s.world.tasks["1.1"],
        unit_ids=(),
    ),
    plain(set_calendar_day, "operate", day=date(2022, 5, 4), workday=True),
    report(save_draft, "file", content={}, version=0),
    report(submit, "file", key="k", content={}, version=0),
    report(withdraw, "file"),
    about(may_attach, "file", report_id=an_id("report")),
    about(attach, "file", report_id=an_id("report"), file=A_FILE),
    about(attach, "sign_off_on_paper", report_id=an_id("report"), file=A_FILE, scan=True),
    about(detach, "file", evidence_id=an_id("evidence")),
    report(sign_off, "sign_off"),
    report(sign_off, "sign_off_on_paper", paper=PaperSignOff("张三", TODAY)),
    report(send_back, "sign_off", reason="请核对"),
    report(accept, "review"),
    about(take_reviews, "review", plan_id=the_plan, unit_ids=lambda s: [s.unit(HERE)]),
    about(give_back_reviews, "review", plan_id=the_plan, unit_ids=lambda s: [s.unit(HERE)]),
    report(return_report, "review", reason="请补充"),
    report(undo, "review"),
    report(waive, "waive", reason="任务调整"),
    report(extend_report, "extend_report", due_on=date(2022, 3, 1), reason="受疫情影响"),
    support(receive, "receive"),
    about(confirm_reply, "file", reply_id=an_id("reply")),
    about(put_reply_aside, "file", reply_id=an_id("reply")),
    about(place_reply, "file", reply_id=an_id("loose"), report_id=an_id("report")),
    support(ask_again, "receive", reason="请补充"),
    about(export, "export", plan_id=the_plan, what="ledger", rows=1, unit_id=a_unit(HERE)),
    about(return_template, "export", unit_id=a_unit(HERE), period="2021Q4"),
    # reminders and mail
    plain(remind, "remind"),
    Row(waiting_backlog, "remind", lambda _s, c: waiting_backlog(c, 0)),
    plain(allow_backlog, "remind"),
    Row(something_due, "remind", lambda _s, c: something_due(c, [1])),
    Row(record_reminding, "remind", lambda _s, c: record_reminding(c, 0, 0)),
    Row(
        remind_by_shard,
        "remind",
        lambda _s, c: remind_by_shard(lambda: nullcontext(c), lambda: nullcontext(c)),
    ),
    Row(to_be_mailed, "read_mail", lambda _s, c: to_be_mailed(c, TODAY)),
    Row(preview, "read_mail", lambda _s, c: preview(c, TODAY)),
    Row(
        pause_reminders,
        "pause_reminders",
        lambda s, c: pause_reminders(
            c, plan_id=s.world.plan_id, first=TODAY, last=TODAY, reason="防汛"
        ),
    ),
    Row(end_pause, "pause_reminders", _end_pause),
    plain(chase, "chase", plan_id=the_plan, unit_ids=()),
    plain(chase_preview, "chase", plan_id=the_plan, unit_ids=()),
    plain(record_call, "record_call", plan_id=the_plan, unit_id=a_unit(HERE), outcome="reached"),
    Row(last_read, "collect", lambda _s, c: last_read(c, Mailbox("h", 993, "u", "p"), 1)),
    Row(record_bounce, "collect", lambda _s, c: record_bounce(c, A_BOUNCE)),
    Row(claim, "deliver", lambda _s, c: claim(c, "owner")),
    Row(freeze, "deliver", lambda _s, c: freeze(c, "owner", [])),
    Row(settle_taken, "deliver", lambda _s, c: settle_taken(c, "owner", [])),
    Row(give_back, "deliver", lambda _s, c: give_back(c, "owner", [], set())),
    Row(settle_mail, "deliver", lambda _s, c: settle_mail(c, "owner", [])),
    plain(resend, "resend", outbox_id=an_id("mail")),
    Row(claim_alarms, "operate", lambda _s, c: claim_alarms(c, [])),
    Row(settle_alarm, "operate", lambda _s, c: settle_alarm(c, [], {})),
    # the record
    Row(
        backup,
        "operate",
        lambda s, c: backup(lambda: nullcontext(c), folder=s.folder, key=None, evidence=s.store),
    ),
    Row(
        keep_backup,
        "operate",
        lambda s, c: keep_backup(lambda: nullcontext(c), lambda: nullcontext(c), s.vault),
    ),
    Row(drill, "operate", _drill),
    plain(restore, "operate", file=Path("/nonexistent"), key=None, evidence=lambda s: s.store),
    Row(verify_files, "operate", lambda s, c: verify_files(lambda: nullcontext(c), s.store, {})),
    plain(verify_audit, "verify_audit"),
    plain(checkpoint, "operate"),
    plain(watch, "operate"),
    Row(
        export_audit.export_shown,
        "read_audit",
        lambda _s, c: export_audit.export_shown(c, EventFilter()),
    ),
    Row(
        export_audit.collect,
        "read_audit",
        lambda _s, c: list(export_audit.collect(c, {}, export_audit.Collected({}))),
    ),
    Row(
        export_audit.record_collected,
        "read_audit",
        lambda _s, c: export_audit.record_collected(c, export_audit.Collected({})),
    ),
    # units
    plain(save_unit, "keep_units", name="常山县", kind="county"),
    plain(join_group, "keep_units", group_id=an_id("group"), unit_id=a_unit(OFFICE)),
    plain(leave_group, "keep_units", group_id=an_id("group"), unit_id=a_unit(KECHENG)),
    plain(merge_units, "keep_units", unit_id=a_unit(KECHENG), successor_id=a_unit(HERE)),
)
