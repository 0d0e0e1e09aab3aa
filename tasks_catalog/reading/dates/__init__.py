"""By when: the notations of dates and the years of a plan."""
