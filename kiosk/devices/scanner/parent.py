"""A child that does not outlive its parent, even one that was killed."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent dies (prctl(2), PR_SET_PDEATHSIG).

    Meant is the thread of the parent that started us: start scanners from a thread that
    lives as long as they do.

    Raises:
        OSError: the kernel refused.
        ProcessLookupError: the parent had died before we asked.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        raise ProcessLookupError("the process that wanted this scanner is gone")
