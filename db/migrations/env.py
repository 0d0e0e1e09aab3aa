"""Alembic's environment: the connection comes from db.engine, triggers are laid down at the end."""

from alembic import context

from db import models, triggers
from db.models import search

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=models.Table.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=search.compared,
    user_module_prefix="types.",
)
context.run_migrations()
triggers.install(connection)
