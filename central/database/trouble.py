"""What can be wrong with the database, and what to do about it."""

import click


class DatabaseTrouble(click.ClickException):
    """Told as one line by every command, exit 1; an engineer acts.

    DatabaseTrouble
    ├── FolderNotWritable   the data folder cannot be used
    ├── PostgresMissing     no PostgreSQL programs; says which Debian package
    ├── PostgresTooOld      older than 15, or the data were made by a version not installed
    ├── HeldByAnother       a PostgreSQL that is not ours runs on our data
    ├── StartFailed         PostgreSQL said no; its last words
    ├── Unreachable         no connection
    ├── RolesMissing        the login may not create roles; says what a DBA has to run
    ├── NotMigrated         run `central migrate`
    └── FunctionsChanged    run `central migrate`
    """


class FolderNotWritable(DatabaseTrouble):
    pass


class PostgresMissing(DatabaseTrouble):
    pass


class PostgresTooOld(DatabaseTrouble):
    pass


class HeldByAnother(DatabaseTrouble):
    pass


class StartFailed(DatabaseTrouble):
    pass


class Unreachable(DatabaseTrouble):
    pass


class RolesMissing(DatabaseTrouble):
    pass


class NotMigrated(DatabaseTrouble):
    pass


class FunctionsChanged(DatabaseTrouble):
    pass
