"""The work of a slot, spread: a run a shard of plans, in it a task a plan."""
