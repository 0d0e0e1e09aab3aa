"""Working days, dates as people type them, the timetable."""
