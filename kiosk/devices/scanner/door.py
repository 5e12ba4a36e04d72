"""The ways in which a kiosk and a scanner come together, and who is let in."""

import errno
import os
import socket
import stat
import struct
from contextlib import suppress
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")
"""struct ucred of unix(7): process, user, group."""


def given(fd: int) -> socket.socket:
    """The connected socket that the kiosk passed on when it started this scanner.

    Raises:
        OSError: that descriptor is no socket.
    """
    os.set_inheritable(fd, False)
    return socket.socket(fileno=fd)


class PlaceTaken(OSError):
    """Somebody serves at that path."""


def bound(path: Path, *, for_group: bool) -> socket.socket:
    """A socket at `path` that is ready to listen; a dead one left there is replaced.

    Args:
        for_group: whoever is in the group may connect (mode 0660), not only the owner (0600).

    Raises:
        PlaceTaken: another scanner, which is left alone.
        OSError
    """
    _leave_the_living_alone(path)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o117 if for_group else 0o177)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    listener.setblocking(False)
    return listener


def _leave_the_living_alone(path: Path) -> None:
    """Raises PlaceTaken if a socket is bound there, whether it listens yet or not.

    A caller of another type is turned away before anybody hears of him (unix(7), EPROTOTYPE); a
    real one would take the place of the kiosk that is served.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as caller:
        try:
            caller.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        except OSError as error:
            if error.errno != errno.EPROTOTYPE:
                raise
    raise PlaceTaken(errno.EADDRINUSE, f"another program serves at {path}")


def trusted(peer: socket.socket) -> bool:
    """Whether the other end is root, this user, or of this group (SO_PEERCRED).

    The group is the first one of that process, so kiosk and scanner share it in their units.
    """
    raw = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, group = _CREDENTIALS.unpack(raw)
    return user in {0, os.geteuid()} or group == os.getegid()
