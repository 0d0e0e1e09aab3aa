"""规划与任务分解: a plan in the record, its year targets, comments and policy."""
