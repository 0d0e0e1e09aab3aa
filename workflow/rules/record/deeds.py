"""What happened, in words: one table for the events of the record, one for what may be tried."""

from __future__ import annotations

from enum import StrEnum

from i18n import mark

DEEDS: dict[tuple[str, str], str] = {
    ("plan", "load"): mark("loaded the plan"),
    ("plan", "load_edition"): mark("brought a new edition into force"),
    ("plan", "change_plan"): mark("changed how the plan is run"),
    ("plan", "consult"): mark("sent the draft round for comment"),
    ("plan", "issue"): mark("issued the plan"),
    ("plan", "look"): mark("looked at the leaders' page"),
    ("plan", "remind"): mark("laid out reminders"),
    ("plan", "exported"): mark("took out a table of the plan"),
    ("working_copy", "start"): mark("began a working copy"),
    ("working_copy", "edit"): mark("changed a working copy"),
    ("working_copy", "set_aside"): mark("set a working copy aside"),
    ("working_copy", "taken_up"): mark("took a working copy up again"),
    ("working_copy", "lay_down"): mark("laid a working copy down"),
    ("working_copy", "exported"): mark("took out a work list"),
    ("task", "consult"): mark("put the task up for comment"),
    ("task", "issue"): mark("issued the task"),
    ("task", "drop"): mark("dropped the task from the draft"),
    ("task", "draft_again"): mark("put the task back into the draft"),
    ("task", "acknowledge"): mark("acknowledged the task"),
    ("task", "request_completion"): mark("asked for the task to be closed out"),
    ("task", "close_out"): mark("closed the task out"),
    ("task", "refuse_completion"): mark("the task goes on"),
    ("task", "suspend"): mark("suspended the task"),
    ("task", "resume"): mark("resumed the task"),
    ("task", "terminate"): mark("terminated the task"),
    ("task", "renumber"): mark("gave the task another number"),
    ("task", "amend"): mark("changed the words of the task"),
    ("task", "extend"): mark("moved the date of the task"),
    ("task", "instruct"): mark("made a task of a remark"),
    ("task", "ask_supports"): mark("asked supporting units to report"),
    ("measure", "change_target"): mark("changed a target"),
    ("measure", "set_year_targets"): mark("laid down year targets"),
    ("assignment", "propose"): mark("proposed a unit's part"),
    ("assignment", "issue"): mark("issued a unit's part"),
    ("assignment", "acknowledge"): mark("acknowledged the part"),
    ("assignment", "dispute"): mark("disputed the part"),
    ("assignment", "uphold"): mark("upheld the part"),
    ("assignment", "end"): mark("ended the part"),
    ("round", "open_round"): mark("opened a reporting round"),
    ("round", "join_round"): mark("added reports to a reporting round"),
    ("round", "close_round"): mark("closed a reporting round"),
    ("report", "draft"): mark("began the report"),
    ("report", "submit"): mark("submitted the report"),
    ("report", "withdraw"): mark("withdrew the report"),
    ("report", "sign_off"): mark("signed the report off"),
    ("report", "send_back"): mark("sent the report back within the unit"),
    ("report", "accept"): mark("accepted the report"),
    ("report", "return"): mark("returned the report"),
    ("report", "receive"): mark("received a supporting unit's report"),
    ("report", "ask_again"): mark("asked a supporting unit again"),
    ("report", "undo_accept"): mark("took the acceptance back"),
    ("report", "undo_return"): mark("took the return back"),
    ("report", "waive"): mark("let the unit off the report"),
    ("report", "let_stand"): mark("let what was last accepted stand"),
    ("report", "extend_report"): mark("moved the report's date"),
    ("evidence", "attach"): mark("attached a file"),
    ("evidence", "detach"): mark("took a file off"),
    ("evidence", "download"): mark("took out a file"),
    ("request", "ask"): mark("made a request"),
    ("request", "approve"): mark("approved the request"),
    ("request", "refuse"): mark("refused the request"),
    ("request", "withdraw"): mark("withdrew the request"),
    ("unit", "record_call"): mark("recorded a call"),
    ("unit", "export"): mark("took out a form for returns"),
    ("unit", "keep_unit"): mark("changed the unit"),
    ("unit", "merge_units"): mark("merged the unit into another"),
    ("unit_group", "join_group"): mark("added a unit to the group"),
    ("unit_group", "leave_group"): mark("took a unit out of the group"),
    ("outbox", "mail_failed"): mark("a mail could not be delivered"),
    ("outbox", "mail_waits_again"): mark("a mail that failed by the relay goes again"),
    ("outbox", "resend"): mark("sent a mail again"),
    ("scheme_version", "keep_scheme"): mark("laid down an assessment scheme"),
    ("assessment", "assess"): mark("worked out the assessment"),
    ("merit", "note_merit"): mark("noted a fact for the assessment"),
    ("merit", "strike_merit"): mark("struck a fact of the assessment"),
    ("objection", "object"): mark("objected to a score"),
    ("objection", "answer_objection"): mark("answered an objection"),
    ("indicator", "set_indicator"): mark("laid down how an indicator is counted"),
    ("indicator_value", "report_indicator_value"): mark("reported the value of an indicator"),
    ("indicator_value", "confirm_indicator_value"): mark("verified the value of an indicator"),
    ("indicator_value", "object_to_indicator_value"): mark("objected to the value of an indicator"),
    ("person", "log_in"): mark("logged in"),
    ("person", "log_out"): mark("logged out"),
    ("person", "log_in_failed"): mark("failed to log in"),
    ("person", "code_failed"): mark("entered a wrong code"),
    ("person", "held_back"): mark("was held back after too many attempts"),
    ("person", "ask_reset"): mark("asked for a new password"),
    ("person", "reset_password"): mark("set a password by a mailed link"),
    ("person", "change_password"): mark("changed the password"),
    ("person", "enrol_factor"): mark("set up a second factor"),
    ("person", "renew_recovery_codes"): mark("renewed the recovery codes"),
    ("person", "remove_factor"): mark("took a second factor away"),
    ("person", "end_session"): mark("ended a session of their own elsewhere"),
    ("person", "end_other_sessions"): mark("ended all their other sessions"),
    ("person", "end_sessions"): mark("ended all sessions of a person"),
    ("person", "choose_language"): mark("chose a language"),
    ("person", "invite"): mark("was mailed a link to set a password"),
    ("person", "link_for"): mark("had a link printed to set a password"),
    ("person", "add_person"): mark("took a person in"),
    ("person", "change_person"): mark("changed a person"),
    ("person", "give_role"): mark("gave a role"),
    ("person", "end_role"): mark("ended a role"),
    ("person", "put_out"): mark("ended all roles and sessions of who left"),
    ("person", "cover"): mark("named a substitute"),
    ("person", "end_cover"): mark("ended a substitution"),
    ("person", "refused"): mark("was refused an act"),
    ("person", "page_refused"): mark("was refused a page"),
    ("person", "file_refused"): mark("was refused a harmful file"),
    ("person", "origin_refused"): mark("was refused as coming from a page of another site"),
    ("person", "many_refused"): mark("more refusals, only counted"),
    ("installation", "restore"): mark("restored a backup"),
    ("chain", "checkpoint"): mark("sent the digests of the record out"),
    ("calendar", "announce_day"): mark("entered a moved day"),
    ("record", "exported"): mark("took out the audit record"),
}
"""(subject, action) of an event → what was done. Who did it and to what stand beside it."""

ACTS = {
    "prepare": mark("prepare a plan"),
    "load_plan": mark("load a plan"),
    "change_plan": mark("change a plan's settings"),
    "set_year_targets": mark("lay down year targets"),
    "consult": mark("send a draft round"),
    "comment": mark("comment on a draft"),
    "answer_comment": mark("answer a comment"),
    "issue": mark("issue a plan"),
    "acknowledge": mark("acknowledge a part"),
    "dispute": mark("dispute a part"),
    "decide": mark("decide on a request"),
    "request": mark("make a request"),
    "instruct": mark("make a task of a remark"),
    "look": mark("look at the leaders' page"),
    "open_rounds": mark("open reporting rounds"),
    "close_rounds": mark("close reporting rounds"),
    "file": mark("file a report"),
    "ask_supports": mark("ask supporting units"),
    "receive": mark("receive a supporting unit's report"),
    "sign_off": mark("sign a report off"),
    "sign_off_on_paper": mark("record a sign-off on paper"),
    "review": mark("review a report"),
    "waive": mark("let a unit off a report"),
    "extend_report": mark("move a report's date"),
    "remind": mark("remind"),
    "record_call": mark("record a call"),
    "deliver": mark("deliver mail"),
    "resend": mark("send a mail again"),
    "keep_scheme": mark("lay down an assessment scheme"),
    "assess": mark("work out an assessment"),
    "note_merit": mark("note a fact for the assessment"),
    "object": mark("object to a score"),
    "answer_objection": mark("answer an objection"),
    "set_indicator": mark("lay down how an indicator is counted"),
    "report_indicator_value": mark("report the value of an indicator"),
    "confirm_indicator_value": mark("verify the value of an indicator"),
    "object_to_indicator_value": mark("object to the value of an indicator"),
    "keep_units": mark("keep units"),
    "keep_people": mark("keep people and roles"),
    "end_sessions": mark("end other people's sessions"),
    "remove_factor": mark("remove a lost second factor"),
    "export": mark("take out tables"),
    "operate": mark("operate the system"),
    "read_mail": mark("read the mail log"),
    "read_audit": mark("read the audit record"),
    "verify_audit": mark("check the audit record"),
}
"""A name of the table of permissions → what may be done, or was refused."""


class Harm(StrEnum):
    """What a refused file would have done."""

    BOMB = "bomb"
    SCRIPT = "script"
    EMBEDDED = "embedded"
    REMOTE = "remote"
    WRONG_KIND = "wrong_kind"


HARMS: dict[str, str] = {
    Harm.BOMB: mark("takes far more memory or time than a document does"),
    Harm.SCRIPT: mark("contains a script or macro"),
    Harm.EMBEDDED: mark("hides another file or program"),
    Harm.REMOTE: mark("fetches something from another place"),
    Harm.WRONG_KIND: mark("is of a kind that is not taken, or not what its name says"),
}

REFUSED = frozenset(
    {
        "refused", "page_refused", "log_in_failed", "code_failed", "held_back", "file_refused",
        "origin_refused", "many_refused",
    }
)  # fmt: skip
"""Actions of events that tell of something which did not happen."""
LOGINS = frozenset(
    {
        "log_in", "log_out", "log_in_failed", "code_failed", "held_back", "ask_reset",
        "reset_password", "change_password", "invite", "link_for", "enrol_factor",
        "renew_recovery_codes", "remove_factor", "end_session", "end_other_sessions",
        "end_sessions",
    }
)  # fmt: skip
"""Actions of events around a login."""
EXPORTS = frozenset({"exported", "export", "download"})
"""Actions of events by which something left the installation as a file."""
