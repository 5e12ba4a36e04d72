"""Backup and restore of the points service: database, signing keys and secret in one file."""
