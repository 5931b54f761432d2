"""Why not, and what would turn the no into a yes: tried out, never guessed."""
