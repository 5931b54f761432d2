"""What others may import of analytics."""
