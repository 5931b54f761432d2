"""The built-in OpenID Connect issuer: its protocol endpoints and its pages."""
