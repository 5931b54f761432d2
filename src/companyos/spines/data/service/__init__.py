"""What can be done with schemas."""
