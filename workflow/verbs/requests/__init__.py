"""What units ask and the office decides; leaders' instructions; close-out."""
