"""PostgreSQL: a private embedded server or anybody's cluster, its roles, migrations and backups."""
