"""The mirror of tracked workflows: it reads the record and shows it in Prefect, never back."""
