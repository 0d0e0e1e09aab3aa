"""Every read, by what it is about; each within the reader's scope (`scope`)."""
