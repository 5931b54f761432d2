"""Mail: `smtp://` and `smtps://` submit letters, `file:` keeps them to be read."""
