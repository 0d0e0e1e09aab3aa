"""Commands about the record: database, backups, audit."""
