"""The year-end procedure, given facts, approved schemes"""

import sqlalchemy as sa
from alembic import op

from db import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "procedure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_procedure_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("plan_id", "year", name=op.f("uq_procedure_plan_id_year")),
    )
    op.create_table(
        "scheme_approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "scheme_version_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_scheme_approval_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_version.id"],
            name=op.f("fk_scheme_approval_scheme_version_id_scheme_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_approval")),
        sa.UniqueConstraint("scheme_version_id", name=op.f("uq_scheme_approval_scheme_version_id")),
    )
    op.create_table(
        "procedure_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column(
            "assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("known_from", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("known_to", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_procedure_state_assessment_id_assessment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_procedure_state_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"],
            ["procedure.id"],
            name=op.f("fk_procedure_state_procedure_id_procedure"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_state")),
    )
    with op.batch_alter_table("procedure_state", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_procedure_state_procedure_id"), ["procedure_id"], unique=False
        )
        batch_op.create_index(
            "ux_procedure_state_open",
            ["procedure_id"],
            unique=True,
            sqlite_where=sa.text("known_to = '9999-12-31 00:00:00.000000'"),
            postgresql_where=sa.text("known_to = '9999-12-31 00:00:00+00'"),
        )

    op.create_table(
        "procedure_reminder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "procedure_state_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_state_id"],
            ["procedure_state.id"],
            name=op.f("fk_procedure_reminder_procedure_state_id_procedure_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_reminder")),
        sa.UniqueConstraint(
            "procedure_state_id", "kind", name=op.f("uq_procedure_reminder_procedure_state_id_kind")
        ),
    )
    op.create_table(
        "given_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("raters", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("known_from", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("known_to", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_given_fact_measure_id_measure")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_given_fact_person_id_person")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_given_fact_plan_id_plan")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_given_fact_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_given_fact_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_fact")),
    )
    with op.batch_alter_table("given_fact", schema=None) as batch_op:
        batch_op.create_index("ix_given_fact_of_year", ["plan_id", "year"], unique=False)
        batch_op.create_index(batch_op.f("ix_given_fact_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("as_of", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("trial", sa.Boolean(), nullable=True))

    with op.batch_alter_table("merit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("matter", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("amount", types.Millionths(), nullable=True))
        batch_op.add_column(sa.Column("times", sa.Integer(), nullable=True))

    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_column("text")

    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_column("proof")

    if op.get_bind().dialect.name == "postgresql":
        # The trigger of an interval names all its columns; it is laid down anew afterwards.
        op.execute("drop trigger if exists merit_no_update on merit")
    with op.batch_alter_table("merit", schema=None) as batch_op:
        batch_op.drop_column("times")
        batch_op.drop_column("amount")
        batch_op.drop_column("matter")
        batch_op.drop_column("level")

    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_column("trial")
        batch_op.drop_column("as_of")

    with op.batch_alter_table("given_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_fact_unit_id"))
        batch_op.drop_index("ix_given_fact_of_year")

    op.drop_table("given_fact")
    with op.batch_alter_table("procedure_state", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_procedure_state_open",
            sqlite_where=sa.text("known_to = '9999-12-31 00:00:00.000000'"),
            postgresql_where=sa.text("known_to = '9999-12-31 00:00:00+00'"),
        )
        batch_op.drop_index(batch_op.f("ix_procedure_state_procedure_id"))

    op.drop_table("procedure_reminder")
    op.drop_table("procedure_state")
    op.drop_table("scheme_approval")
    op.drop_table("procedure")
