"""我的任务: what a liaison must do now."""
