"""进展填报: a liaison fills in one report."""
