"""Commands about plans: work lists, working copies, issue, editions."""
