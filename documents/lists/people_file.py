"""The file in which people and their roles come in: csv or xlsx, one row a person and role."""

from __future__ import annotations

from documents.lists.list_file import ListLine, read_list

COLUMNS = {
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "邮箱地址"),
    "name": ("name", "姓名", "名字"),
    "unit": ("unit", "单位", "单位名称", "所在单位", "部门"),
    "role": ("role", "角色", "身份"),
    "language": ("language", "语言"),
    "phone": ("phone", "telephone", "电话", "联系电话", "手机", "手机号"),
}
NEEDED = ("email", "name", "unit", "role")
ROLE_WORDS = {
    "liaison": ("liaison", "联络员"),
    "deputy_head": ("deputy_head", "deputy head", "分管领导"),
    "head": ("head", "head of unit", "主要领导"),
    "reviewer": ("reviewer", "审核人", "审核人（人才办）", "人才办"),
    "coordinator": (
        "coordinator",
        "member of the coordinating body",
        "coordinating body",
        "牵头协调机构成员",
        "协调机构成员",
        "牵头协调机构",
    ),
    "leader": ("leader", "city leader", "市领导", "领导"),
    "administrator": ("administrator", "管理员"),
    "system_administrator": ("system_administrator", "system administrator", "系统管理员"),
    "security_administrator": ("security_administrator", "security administrator", "安全管理员"),
    "auditor": ("auditor", "审计管理员", "审计员"),
}
LANGUAGE_WORDS = {"zh": ("zh", "中文", "chinese"), "en": ("en", "英文", "english")}


def read_people(content: bytes) -> list[ListLine]:
    """The rows of a file of people, with every field of COLUMNS; see `read_list` for what is
    raised."""
    return read_list(content, COLUMNS, NEEDED)
