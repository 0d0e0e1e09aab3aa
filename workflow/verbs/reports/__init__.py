"""A report from draft to verdict: saved, submitted, signed off, accepted, returned."""
