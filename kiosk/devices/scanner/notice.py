"""What the scanner as a service tells systemd (sd_notify)."""

import os

import sdnotify


class ServiceNotice:
    """Without NOTIFY_SOCKET in the environment it tells nobody."""

    def __init__(self) -> None:
        """Opens the socket, so build it before the process is confined."""
        # The notifier would open a socket, fail, and leave it to the garbage collector.
        self._notifier = sdnotify.SystemdNotifier() if "NOTIFY_SOCKET" in os.environ else None

    def ready(self) -> None:
        """Kiosks may connect."""
        self._tell("READY=1")

    def alive(self) -> None:
        """Feeds the watchdog."""
        self._tell("WATCHDOG=1")

    def hung(self, reason: str) -> None:
        """Asks to be killed and started anew, at once instead of after a watchdog's time."""
        self._tell(f"STATUS={reason}")
        self._tell("WATCHDOG=trigger")

    def close(self) -> None:
        if self._notifier is not None and self._notifier.socket is not None:
            self._notifier.socket.close()

    def _tell(self, message: str) -> None:
        if self._notifier is not None:
            self._notifier.notify(message)
