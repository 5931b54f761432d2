"""What the domains may import from the graph: its nouns, the changes they feed it, and the port they ask."""
