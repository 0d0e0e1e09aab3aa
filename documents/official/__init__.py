"""Official papers (公文) in the layout of GB/T 9704: composed, filled into a template, as PDF."""
