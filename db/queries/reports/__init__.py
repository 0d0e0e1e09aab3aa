"""Reports at every step: the form, sign-off, review, submissions, evidence."""
