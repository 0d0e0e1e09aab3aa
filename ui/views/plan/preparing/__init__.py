"""From a document to a draft plan: reading, findings, units, numbers, the working copy."""
