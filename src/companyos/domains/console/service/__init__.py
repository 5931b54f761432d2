"""The verbs of the console; all of them read."""
