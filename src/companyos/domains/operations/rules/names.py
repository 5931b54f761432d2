"""What things may be called."""

import re

NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?")
"""Backstage's rule for entity names: 1 to 63 letters, digits, dashes, underscores and dots."""

NAME_HELP = "Use 1 to 63 letters, digits, dashes, underscores and dots; begin and end with a letter or digit."
