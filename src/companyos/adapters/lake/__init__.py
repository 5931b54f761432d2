"""Lakes: `duckdb+iceberg:` keeps Iceberg tables (catalog in PostgreSQL) and reads them with DuckDB."""
