"""Who is answerable: the notations of responsibility and the names of units."""
