"""Papers in and out: files from people read under limits, documents made for them."""
