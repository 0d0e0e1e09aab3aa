"""A plan from catalogue to consultation, issue and year targets."""
