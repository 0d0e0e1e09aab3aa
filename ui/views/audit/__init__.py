"""操作留痕: what happened, for the auditor."""
