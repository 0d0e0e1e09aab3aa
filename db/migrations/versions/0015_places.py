"""Places"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXED = ("plan", "role", "working_copy")
NAMED = ("unit", "alias", "unit_group")
"""Tables whose names were unique in the installation, and are so in a place."""


def upgrade() -> None:
    """Forward. All that is there belongs to one place, of which no page says a word."""
    place = op.create_table(
        "place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
    )
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"])
    op.bulk_insert(place, [{"code": "0", "name": "本级", "kind": "city", "parent_id": None}])
    for table in (*INDEXED, *NAMED):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("place_id", KEY, server_default="1", nullable=False))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_place_id_place"), "place", ["place_id"], ["id"]
            )
            if table in INDEXED:
                batch_op.create_index(op.f(f"ix_{table}_place_id"), ["place_id"])
            else:
                batch_op.drop_constraint(op.f(f"uq_{table}_name"), type_="unique")
                batch_op.create_unique_constraint(
                    op.f(f"uq_{table}_place_id_name"), ["place_id", "name"]
                )
            if table == "unit":
                batch_op.add_column(sa.Column("stands_for_id", KEY, nullable=True))
                batch_op.create_foreign_key(
                    op.f("fk_unit_stands_for_id_place"), "place", ["stands_for_id"], ["id"]
                )
                batch_op.create_unique_constraint(op.f("uq_unit_stands_for_id"), ["stands_for_id"])
    op.create_table(
        "taken_task",
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_taken_task_task_id_task")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_taken_task_assignment_id_assignment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_task")),
        sa.UniqueConstraint("task_id", name=op.f("uq_taken_task_task_id")),
    )
    op.create_index(op.f("ix_taken_task_assignment_id"), "taken_task", ["assignment_id"])


def downgrade() -> None:
    """Back, where there is one place."""
    op.drop_table("taken_task")
    for table in (*NAMED, *INDEXED):
        with op.batch_alter_table(table) as batch_op:
            if table == "unit":
                batch_op.drop_constraint(op.f("uq_unit_stands_for_id"), type_="unique")
                batch_op.drop_constraint(op.f("fk_unit_stands_for_id_place"), type_="foreignkey")
                batch_op.drop_column("stands_for_id")
            if table in INDEXED:
                batch_op.drop_index(op.f(f"ix_{table}_place_id"))
            else:
                batch_op.drop_constraint(op.f(f"uq_{table}_place_id_name"), type_="unique")
                batch_op.create_unique_constraint(op.f(f"uq_{table}_name"), ["name"])
            batch_op.drop_constraint(op.f(f"fk_{table}_place_id_place"), type_="foreignkey")
            batch_op.drop_column("place_id")
    op.drop_table("place")
