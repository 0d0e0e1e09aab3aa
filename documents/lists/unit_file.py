"""The file in which units come in: csv or xlsx, one row a unit."""

from __future__ import annotations

from documents.lists.list_file import ListLine, read_list

COLUMNS = {
    "name": ("name", "unit", "单位", "单位名称", "名称", "全称"),
    "kind": ("kind", "类别", "单位类别", "性质"),
    "aliases": ("aliases", "other names", "简称", "别名", "其他名称"),
    "phone": ("phone", "telephone", "电话", "联系电话", "办公电话"),
}
NEEDED = ("name",)
KIND_WORDS = {
    "department": ("", "department", "部门", "机关", "党政机关", "直属部门"),
    "county": ("county", "county or district", "县", "区", "市", "县（市、区）", "乡镇", "街道"),
    "park": ("park", "开发区", "园区", "功能区"),
    "enterprise": ("enterprise", "企业", "国企", "国有企业"),
    "university": ("university", "高校", "院校"),
    "institution": ("institution", "事业单位", "院所", "医院"),
    "mass": ("mass", "mass organisation", "群团", "人民团体", "群团组织"),
}


def read_units(content: bytes) -> list[ListLine]:
    """The rows of a file of units, with every field of COLUMNS; see `read_list` for what is
    raised."""
    return read_list(content, COLUMNS, NEEDED)
