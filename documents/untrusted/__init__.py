"""Files from people: looked at first, then read in a process of its own that has limits."""
