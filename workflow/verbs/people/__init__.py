"""People taken in and kept, substitutes, language, the three posts."""
