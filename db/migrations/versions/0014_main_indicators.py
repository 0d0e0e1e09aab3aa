"""The main indicators of plans"""

import sqlalchemy as sa
from alembic import op

from db import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. What plans that are there promise follows from their catalogues (db.indicators_older)."""
    op.create_table(
        "indicator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_indicator_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint(
            "plan_id", "name", "scope", name=op.f("uq_indicator_plan_id_name_scope")
        ),
    )
    op.create_table(
        "indicator_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "indicator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("value", types.Millionths(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("firmness", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_value_indicator_id_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_indicator_value_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_indicator_value_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint(
            "indicator_id", "year", "no", name=op.f("uq_indicator_value_indicator_id_year_no")
        ),
    )
    op.create_table(
        "indicator_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "indicator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("baseline", types.Millionths(), nullable=True),
        sa.Column("target_year", sa.Integer(), nullable=True),
        sa.Column("target", types.Millionths(), nullable=True),
        sa.Column("target_max", types.Millionths(), nullable=True),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("definition_from", sa.Integer(), nullable=False),
        sa.Column("target_definition", sa.Integer(), nullable=False),
        sa.Column("path_kind", sa.String(), nullable=False),
        sa.Column("path_values", sa.String(), nullable=False),
        sa.Column(
            "responsible_unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "source_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("known_month", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("known_from", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("known_to", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_version_indicator_id_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["responsible_unit_id"],
            ["unit.id"],
            name=op.f("fk_indicator_version_responsible_unit_id_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["source_unit_id"], ["unit.id"], name=op.f("fk_indicator_version_source_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_version")),
    )
    with op.batch_alter_table("indicator_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_version_indicator_id"), ["indicator_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_version_responsible_unit_id"),
            ["responsible_unit_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_version_source_unit_id"), ["source_unit_id"], unique=False
        )
        batch_op.create_index(
            "ux_indicator_version_open",
            ["indicator_id"],
            unique=True,
            sqlite_where=sa.text("known_to = '9999-12-31 00:00:00.000000'"),
            postgresql_where=sa.text("known_to = '9999-12-31 00:00:00+00'"),
        )

    op.create_table(
        "indicator_verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_indicator_verdict_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_indicator_verdict_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["indicator_value.id"],
            name=op.f("fk_indicator_verdict_value_id_indicator_value"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_verdict")),
        sa.UniqueConstraint("value_id", name=op.f("uq_indicator_verdict_value_id")),
    )


def downgrade() -> None:
    """Back; catalogues keep what they promise."""
    for table in ("indicator_verdict", "indicator_value", "indicator_version", "indicator"):
        op.drop_table(table)
