"""One report an assignment"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_UNIT = ("uq_report_round_id_task_id_unit_id", ["round_id", "task_id", "unit_id"])
OF_ASSIGNMENT = ("uq_report_round_id_assignment_id", ["round_id", "assignment_id"])


def upgrade() -> None:
    """Forward."""
    _replace(OF_UNIT, OF_ASSIGNMENT)


def downgrade() -> None:
    """Back, where no unit has had two assignments in a round."""
    _replace(OF_ASSIGNMENT, OF_UNIT)


def _replace(old: tuple[str, list[str]], new: tuple[str, list[str]]) -> None:
    with op.batch_alter_table("report") as batch_op:
        batch_op.drop_constraint(op.f(old[0]), type_="unique")
        batch_op.create_unique_constraint(op.f(new[0]), new[1])
