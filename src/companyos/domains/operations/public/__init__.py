"""What other domains may import from operations: types, events and ports."""
