"""Which names and addresses mean this very computer: what is sent there crosses no network."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
