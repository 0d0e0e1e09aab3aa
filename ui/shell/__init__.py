"""What surrounds every page: the gate, the doors in and out, the frame and its language."""
