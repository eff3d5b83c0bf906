"""What Alembic runs: the versions that are missing, on the connection that ``database`` holds, in its transaction."""

from alembic import context

from service.schema import TABLES, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=TABLES, version_table=VERSION_TABLE
)
context.run_migrations()
