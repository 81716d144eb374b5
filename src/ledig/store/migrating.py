"""Brings the tables of a database up to date, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from ledig.errors import Invalid


def migrate(connection: Connection, migrations: Path) -> None:
    """Raises Invalid where the tables are those of a version that this one does not know."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise Invalid(
            "The database was made by another version of ledig, most likely a newer one. The setting database names it."
        ) from None
