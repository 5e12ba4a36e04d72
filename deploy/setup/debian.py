"""Install the Debian packages that the project needs and that are missing here.

Run by the Makefile with whatever python3 the machine has, before any environment
exists: standard library only. Says which packages and why; uses sudo only when not
root. On a system without dpkg it says what is needed and leaves it to the reader.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

POSTGRESQL_AT_LEAST = 15
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/points-kiosk.conf")


@dataclass(frozen=True)
class Package:
    """One need, and the names under which Debian's releases know it (12 first, then 13)."""

    names: tuple[str, ...]
    why: str


NEEDED = (
    Package(("libgl1",), "OpenGL for the screens (Kivy)"),
    Package(("libgl1-mesa-dri",), "OpenGL for the screens without a graphics card"),
    Package(("libegl1",), "OpenGL for the screens without X"),
    Package(("libgles2",), "OpenGL for the screens without X"),
    Package(("libgbm1",), "OpenGL for the screens without X"),
    Package(("libmtdev1", "libmtdev1t64"), "touch input (Kivy)"),
    Package(("libzbar0", "libzbar0t64"), "reading codes (pyzbar)"),
    Package(("libseccomp2",), "giving up network and files before a camera is read (scanner)"),
    Package(("strace",), "the tests that watch what the scanner process asks the kernel for"),
    Package(("libglib2.0-0", "libglib2.0-0t64"), "the camera (OpenCV)"),
    Package(("fonts-noto-cjk",), "the Chinese typefaces of screens and vouchers"),
)
VENV = Package(("python3-venv",), "an environment of its own for the project")
POSTGRESQL = Package(("postgresql",), "the points service's database")


def main() -> int:
    missing = [package for package in NEEDED if not installed(package.names)]
    if not can_make_environments():
        missing.append(VENV)
    if not has_postgresql():
        missing.append(POSTGRESQL)
    if not missing:
        return 0
    if shutil.which("apt-get") is None:
        say("This is no Debian. Please install what corresponds to these, then try again:")
        tell(missing)
        return 0
    return install(missing)


def install(missing: list[Package]) -> int:
    """Exit status of installing them; every command is shown before it runs."""
    say("Debian packages to install:")
    tell(missing)
    root = [] if os.geteuid() == 0 else ["sudo"]
    if root and shutil.which("sudo") is None:
        say("You are not root and there is no sudo. As root, please run:")
        say(f"  apt-get install {' '.join(package.names[0] for package in missing)}")
        return 1
    commands = [[*root, "apt-get", "update", "--quiet"]]
    if POSTGRESQL in missing:
        # Debian would start a database server of its own at once; ours are private clusters.
        commands.append([*root, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent)])
        commands.append([*root, "sh", "-c", f"echo create_main_cluster = false >{NO_MAIN_CLUSTER}"])
    if not all(run(command) for command in commands):
        return 1
    names = [name_here(package.names) for package in missing]
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes"]
    return 0 if run([*root, *apt, "--quiet", "--no-install-recommends", *names]) else 1


def run(command: list[str]) -> bool:
    say(f"$ {' '.join(command)}")
    status = subprocess.run(command, check=False).returncode
    if status != 0:
        say(f"That failed (exit status {status}); the lines above say why.")
    return status == 0


def installed(names: Iterable[str]) -> bool:
    """Whether dpkg knows one of these names as installed; without dpkg: whether to ask no more."""
    if shutil.which("dpkg-query") is None:
        return False
    for name in names:
        query = ["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}", name]
        answer = subprocess.run(query, check=False, capture_output=True, text=True)
        if answer.stdout.startswith("ii"):
            return True
    return False


def name_here(names: tuple[str, ...]) -> str:
    """The name that this release's archive has a version of."""
    for name in names:
        policy = subprocess.run(
            ["apt-cache", "policy", name],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
        ).stdout
        if "Candidate: " in policy and "Candidate: (none)" not in policy:
            return name
    return names[0]


def can_make_environments() -> bool:
    """Debian's python3 comes without the wheels that `python3 -m venv` wants."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def has_postgresql() -> bool:
    """Whether server programs of a version that we support are where Debian puts them."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return any(
        path.parents[1].name.isdigit() and int(path.parents[1].name) >= POSTGRESQL_AT_LEAST
        for path in versions
    )


def tell(packages: list[Package]) -> None:
    for package in packages:
        say(f"  {package.names[0]:<18} {package.why}")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
