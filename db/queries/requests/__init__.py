"""What units asked the office, what was decided, and what awaits them."""
