"""Documents into catalogues: formats, structure, responsibility, numbers, dates."""
