"""Double entry: lots, holds, journal, and the money functions of the database."""
