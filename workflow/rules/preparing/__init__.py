"""The working copy of a document, suggested leads, what stands in the way of issuing."""
