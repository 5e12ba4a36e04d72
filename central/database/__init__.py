"""Where the database is: a DSN from the environment, or a private PostgreSQL cluster of our own."""
