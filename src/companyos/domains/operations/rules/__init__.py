"""Pure decisions of operations: no database, no HTTP, no clock."""
