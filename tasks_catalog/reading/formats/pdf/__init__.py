"""PDF files with a text layer: paragraphs, and tables as grids that go on from page to page."""
