"""How much processor time trees of processes have used, from Linux's /proc (see proc(5))."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Process:
    parent: int
    used_s: float
    """Its own, and that of its children that have ended and were waited for."""
    command: str


def of_tree(root: int, *, having: str = "") -> float:
    """Seconds that a process and all it has started have used; 10 ms fine.

    Args:
        having: only of processes whose command line has this, and what they have started.
    """
    processes = _all()
    children: dict[int, list[int]] = defaultdict(list)
    for pid, one in processes.items():
        children[one.parent].append(pid)
    total_s = 0.0
    waiting = [(root, not having)]
    while waiting:
        pid, counted = waiting.pop()
        process = processes.get(pid)
        if process is None:
            continue
        counted = counted or having in process.command
        if counted:
            total_s += process.used_s
        waiting += [(child, counted) for child in children[pid]]
    return total_s


def _all() -> dict[int, _Process]:
    found: dict[int, _Process] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        # The command's name, in brackets, may hold blanks.
        fields = stat.rpartition(")")[2].split()
        used = sum(int(field) for field in fields[11:15])
        found[int(entry.name)] = _Process(int(fields[1]), used * _TICK_S, command)
    return found
