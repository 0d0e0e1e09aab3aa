"""The Excel return of a unit: out as a template, in as submitted reports."""
