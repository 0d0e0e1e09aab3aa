"""How the work stands: paths of numbers, shares by year, lights with a reason."""
