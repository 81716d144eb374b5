"""Claims have leases, attempts that leave are seen through, and duties are done by one worker at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    no = sa.false()
    op.add_column("attempts", sa.Column("room_no", sa.BigInteger))
    op.add_column("attempts", sa.Column("claimed", sa.Boolean, nullable=False, server_default=no))
    op.add_column("attempts", sa.Column("is_leaving", sa.Boolean, nullable=False, server_default=no))
    op.add_column("attempts", sa.Column("holder", sa.Text))
    op.add_column("attempts", sa.Column("due_at", sa.BigInteger))
    op.create_index("attempts_by_due", "attempts", ["due_at"])
    op.create_table(
        "duties",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    # What was left open before there were leases is seen to at once.
    op.execute("UPDATE attempts SET claimed = TRUE, due_at = 0 WHERE outcome IS NULL AND starts_at IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        # Both as ranges, which takes no extension.
        op.execute(
            "ALTER TABLE attempts ADD CONSTRAINT attempts_do_not_overlap EXCLUDE USING gist ("
            "int8range(room_no, room_no, '[]') WITH &&, int8range(starts_at, ends_at) WITH &&) WHERE (claimed)"
        )
