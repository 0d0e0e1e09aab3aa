"""The pages, one module each with a function `draw(page)`."""
