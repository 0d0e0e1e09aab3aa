"""The Excel return: drawn for a unit, checked while it is filled in, read back cell by cell."""
