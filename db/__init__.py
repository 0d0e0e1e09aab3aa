"""Where the record is kept: tables, engine, queries, migrations, the event chain and its seals."""
