"""What may happen to a plan: rules without a database, verbs on one."""
