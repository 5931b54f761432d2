"""Identity: tenants, environments, people, service accounts, the built-in OIDC issuer, and who sent a token."""
