"""The working copy of a document: started, edited, exchanged, laid down as a draft."""
