"""Work out a year's assessment, note merits, object to a score and answer."""
