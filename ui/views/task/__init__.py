"""任务: a task's whole story."""
