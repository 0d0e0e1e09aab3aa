"""What leaves by the pages as a file, each for whom may have it, on record."""
