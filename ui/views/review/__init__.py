"""审核: the reviewer's queue, one report, the verdict."""
