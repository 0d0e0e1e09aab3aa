"""A year's assessment: facts as known at an instant, scores, merits."""
