"""A plan's settings as a file: what is wrong is said at its place, in words."""

import json

import pytest

from i18n import speaking
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.policy import PlanPolicy, policy_in

RUNG = {"workdays": 1, "audience": ["liaison"], "tone": "late"}


def test_what_was_written_is_read_again() -> None:
    policy = PlanPolicy(ladders={"report": [RUNG]}, mail_detail="full", review_workdays=7)
    assert policy_in(policy.to_json().encode("utf-8-sig")) == policy
    assert PlanPolicy.from_json("") == PlanPolicy()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"review_workdays": 91}, "review_workdays: 91太大，请写不大于90的数。"),
        ({"review_workdays": -1}, "review_workdays: -1太小，请写不小于0的数。"),
        ({"review_workdays": "5"}, "review_workdays: 此处应写整数，不能写“5”。"),
        ({"green_percent": 40}, "green_percent: 40太小，请写不小于50的数。"),
        ({"quiet": 1}, "quiet: 此处应写true或false，不能写“1”。"),
        ({"rounds": 3}, "rounds: 此处应写列表，不能写“3”。"),
        ({"rounds": [{"code": "Q1", "due": "03-10"}]}, "rounds[1]: 此处缺“opens”，请补上。"),
        (
            {"rounds": [{"code": "Q1", "opens": "03-01", "due": "03-10", "asks": ["daily"]}]},
            "rounds[1].asks[1]: 此处不能写“daily”。可以写：each_round, half_yearly, yearly。",
        ),
        ({"mail_detail": "all"}, "mail_detail: 此处不能写“all”。可以写：count, titles, full。"),
        ({"suport_days": 3}, "suport_days: 此处没有“suport_days”这一项。是否应为“support_days”？"),
        (
            {"ladders": {"report": [RUNG | {"tine": 1}]}},
            "ladders.report[1].tine: 此处没有“tine”这一项。",
        ),
        (
            {"ladders": {"report": [RUNG | {"tone": "angry"}]}},
            "ladders.report[1].tone: 此处",
        ),
        ({"ladders": {"dinner": []}}, "ladders.dinner: 此处不能写“dinner”。"),
    ],
)
def test_a_file_of_settings_says_where_it_is_wrong(fields: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        policy_in(json.dumps(fields).encode())
    with speaking("zh"):
        assert str(refused.value.problems[0]).startswith(said)
