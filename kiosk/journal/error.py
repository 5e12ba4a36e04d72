"""What can go wrong with the journal."""


class JournalError(Exception):
    """JournalError
    ├── JournalBroken       the disk or the file failed: stop dispensing, exit, recover from disk
    ├── JournalUnreadable   found at opening: quarantine the file, begin a new one
    ├── MoveRefused         an arrow that the table does not have, or not from this state
    └── JournalBusy         another redemption stands between INTENT and PRINTING
    """


class JournalBroken(JournalError):
    """Tell staff. Nothing may be printed after this; the process exits and never retries."""


class JournalUnreadable(JournalError):
    """Not a database, damaged pages, or a broken hash chain."""


class MoveRefused(JournalError):
    """A defect of ours, or a redemption that somebody else has settled meanwhile."""


class JournalBusy(JournalError):
    """One redemption at a time."""
