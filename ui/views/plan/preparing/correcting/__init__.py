"""One task of a working copy, put right field by field."""
