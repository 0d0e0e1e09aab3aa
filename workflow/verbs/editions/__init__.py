"""A newer edition of a plan compared with what runs, and brought into force."""
