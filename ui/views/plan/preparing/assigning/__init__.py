"""Who answers for the tasks of a working copy, one by one or many at once."""
