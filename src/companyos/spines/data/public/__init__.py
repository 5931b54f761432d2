"""What everybody may import of the data spine."""
