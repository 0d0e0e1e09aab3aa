"""What runs by itself: thin Prefect flows, the timetable served, what was missed caught up."""
