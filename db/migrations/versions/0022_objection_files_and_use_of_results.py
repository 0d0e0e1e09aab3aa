"""Files with objections, use of results"""

import sqlalchemy as sa
from alembic import op

from db import types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "objection_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("objection_id", KEY, nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"],
            ["objection.id"],
            name=op.f("fk_objection_file_objection_id_objection"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_objection_file_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_file")),
        sa.UniqueConstraint("objection_id", "sha", name=op.f("uq_objection_file_objection_id_sha")),
    )
    op.create_table(
        "result_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("assessment_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("task_id", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_result_use_plan_id_plan")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_result_use_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_result_use_assessment_id_assessment"),
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_result_use_task_id_task")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_result_use_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_use")),
    )
    with op.batch_alter_table("result_use", schema=None) as batch_op:
        batch_op.create_index("ix_result_use_of_year", ["plan_id", "year"], unique=False)
        batch_op.create_index(batch_op.f("ix_result_use_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("result_use")
    op.drop_table("objection_file")
