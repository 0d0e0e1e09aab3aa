"""A page with every component on it, as a view would write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from ui.components.dates import due
from ui.components.figures import KeyFigure, key_figures, share_bar
from ui.components.kept_text import kept_text
from ui.components.lights import light, punctuality, tag
from ui.components.progress import ChartPoint, Score, line_chart, waterfall
from ui.components.states import empty, note
from ui.components.stories import ActionCard, StoryEntry, cards, changed_text, timeline
from ui.components.tables import HeatCell, HeatRow, ListColumn, data_table, heat_map
from ui.shell.page import Page
from workflow.rules.refusals import Invalid, Problem

TONES = ("green", "green", "yellow", "red", "none")
UNITS = (
    "市人力社保局",
    "市科技局",
    "市教育局",
    "市经信局",
    "市卫生健康委",
    "柯城区",
    "衢江区",
    "江山市",
)


def draw(page: Page) -> None:
    page.title(under="2021年第四季度 · 数据截至 2021年12月20日 17:30 · 下次报送截止 12月25日")
    page.html(
        key_figures(
            [
                KeyFigure("任务总数", "38", "牵头单位 32 家"),
                KeyFigure("正常", "29", "76%", "green"),
                KeyFigure("预警", "6", "16%", "yellow"),
                KeyFigure("滞后", "3", "8%", "red", "/overview?light=red"),
            ]
        ),
        share_bar([("green", 29), ("yellow", 6), ("red", 3)]),
    )
    st.header("待办")
    page.html(
        cards(
            [
                ActionCard(
                    "引进领军型人才 100 人以上",
                    "/report?report=12",
                    due(date(2021, 12, 23), 3),
                    "审核意见：数据口径与上季度不一致，请说明。",
                    tag("退回修改", "warning"),
                    "warning",
                ),
                ActionCard(
                    "建设院士专家工作站",
                    "/report?report=13",
                    due(date(2021, 12, 25), 5),
                    tone="accent",
                ),
                ActionCard("举办人才创业大赛", "", "", "已报送，等待审签", tone="quiet"),
            ],
            level=3,
        )
    )
    st.header("各单位")
    page.html(
        heat_map(
            "各单位各季度进度灯",
            "单位",
            [f"{n}季度" for n in (1, 2, 3, 4)],
            [
                HeatRow(
                    name,
                    [HeatCell(str(60 + 7 * i + j), TONES[(i + j) % 5], "正常") for j in range(4)],
                )
                for i, name in enumerate(UNITS)
            ],
        )
    )
    st.header("任务清单")
    page.html(
        data_table(
            "任务清单",
            [
                ListColumn("任务", "lead"),
                ListColumn("牵头单位"),
                ListColumn("进度灯"),
                ListColumn("报送"),
                ListColumn("完成", "number"),
            ],
            [
                [
                    "1.1 引进领军型人才",
                    "市人力社保局",
                    light("green"),
                    punctuality("on_time"),
                    "81 人",
                ],
                [
                    "1.2 博士后工作站",
                    "市人力社保局",
                    light("yellow"),
                    punctuality("late", 2),
                    "12 家",
                ],
                ["2.1 人才公寓", "市住建局", light("red"), punctuality("missing"), "380 套"],
                ["2.2 人才大数据平台", "市大数据局", light("done"), punctuality("waiting"), "–"],
            ],
        )
    )
    st.header("填报")
    st.text_input("累计引进（人）", key="people", help="口径：当年新引进")
    st.text_area("进展情况", key=kept_text("report", 12), placeholder="做了什么、成效如何")
    st.date_input("完成日期", date(2021, 12, 20), key="when")
    st.selectbox("状态", ["按序时进度推进", "滞后"], index=None, key="state")
    st.file_uploader("佐证材料", type=["pdf", "docx"], key="files")
    if st.button("提交", type="primary", key="send"):
        with page.trying():
            raise Invalid("Not sent.", (Problem("累计引进", "A number, please."),))
    st.header("进度")
    page.html(
        line_chart(
            "领军型人才（人）",
            [
                ChartPoint("一季度", Decimal(20), Decimal(25)),
                ChartPoint("二季度", Decimal(46), Decimal(50)),
                ChartPoint("三季度", Decimal(81), Decimal(75)),
                ChartPoint("四季度", None, Decimal(100)),
            ],
            Decimal(100),
            "人",
        ),
    )
    st.header("得分")
    page.html(
        waterfall(
            "得分构成",
            [
                Score(
                    "年度目标完成",
                    Decimal("56.5"),
                    reason="38 项指标按完成率计",
                    href="/task?task=1",
                ),
                Score("重点成果", Decimal("30"), reason="成果 4 项全部完成"),
                Score("典型经验", Decimal("2"), "bonus", "省级推广 1 项"),
                Score("未整改", Decimal("-1.5"), "deduction", "整改超期 1 项"),
                Score("总分", Decimal("87"), "sum"),
            ],
        )
    )
    st.header("经过")
    page.html(
        timeline(
            [
                StoryEntry("12月20日 16:02", "报送第 2 稿", "李敏", light("green"), "green"),
                StoryEntry(
                    "12月18日 09:30", "退回修改", "王芳", "数据口径与上季度不一致", "yellow"
                ),
                StoryEntry("12月15日 11:20", "报送第 1 稿", "李敏", "", "accent"),
            ]
        ),
        changed_text(
            "前三季度引进 76 人，其中博士 12 人。",
            "前三季度引进 81 人，其中博士 13 人，完成序时进度。",
        ),
        note("已保存。", "done"),
        empty("还没有材料", "上传后会列在这里。"),
    )
