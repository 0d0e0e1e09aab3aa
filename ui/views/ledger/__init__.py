"""本单位台账: what a unit owes and how it will be judged."""
