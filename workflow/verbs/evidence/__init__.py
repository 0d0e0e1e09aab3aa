"""Files that go with a report: put on, taken off, downloaded on record."""
