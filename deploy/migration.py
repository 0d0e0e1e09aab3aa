"""Write the next migration from the difference between the models and the migrations so far."""

import sys

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def main(message: str) -> None:
    """Build an empty database in memory, migrate it, and compare."""
    if not message:
        sys.exit('Say what changes: make migration m="…"')
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        last = ScriptDirectory.from_config(config).get_current_head()
        no = f"{int(last or 0) + 1:04d}"
        command.revision(config, message, autogenerate=True, rev_id=no)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
