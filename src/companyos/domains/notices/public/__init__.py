"""What other domains may import of notices."""
