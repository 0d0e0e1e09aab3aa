"""Commands that keep running: all parts, pages, flows, the demo."""
