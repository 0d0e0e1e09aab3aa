"""Who answers for a task: assigned, acknowledged, disputed, handed over."""
