"""Why a backup or a restore was not done."""

import click


class BackupTrouble(click.ClickException):
    """Told as one line, exit 1; a person acts. Nothing was changed when one of these is told.

    BackupTrouble
    ├── NotWritten      the file cannot be put where it was to go
    ├── NotABackup      this file was not made by `central backup`
    ├── Damaged         it was, and is cut off or changed since
    ├── TooNew          made by a later version of this program or of PostgreSQL
    ├── ProgramMissing  no pg_dump and pg_restore; says which Debian package
    ├── ProgramFailed   pg_dump or pg_restore said no; its last words
    ├── NotEmpty        there is a database already; says what to do about it
    ├── InUse           somebody is connected to it, or another restore is at work
    ├── Refused         the login may not create databases, or the name is no good
    └── BooksBroken     what the backup holds breaks an invariant
    """


class NotWritten(BackupTrouble):
    pass


class NotABackup(BackupTrouble):
    pass


class Damaged(BackupTrouble):
    pass


class TooNew(BackupTrouble):
    pass


class ProgramMissing(BackupTrouble):
    pass


class ProgramFailed(BackupTrouble):
    pass


class NotEmpty(BackupTrouble):
    pass


class InUse(BackupTrouble):
    pass


class Refused(BackupTrouble):
    pass


class BooksBroken(BackupTrouble):
    pass
