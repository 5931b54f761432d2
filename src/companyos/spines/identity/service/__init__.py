"""The verbs of identity, one module per noun and verb family."""
