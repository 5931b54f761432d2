"""Pure decisions of analytics: no database, no HTTP, no clock."""
