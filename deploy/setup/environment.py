"""Make the project's environment with exactly the locked packages, their hashes checked.

    python3 deploy/setup/environment.py .venv

Run by the Makefile with the python that the environment shall have: standard library only.
"""

import subprocess
import sys
import venv
from pathlib import Path

AT_LEAST = (3, 11)
LOCK = Path(__file__).parents[2] / "requirements.lock"
TELL_EVERY = 10
_CHATTER = ("Ignoring ", "Looking in ", "Requirement already ", "Collecting ", "  ")


def main() -> int:
    if sys.version_info[:2] < AT_LEAST:
        print(f"Python {AT_LEAST[0]}.{AT_LEAST[1]} or newer is needed, {sys.executable} is older:")
        print("  Debian 12 and 13 bring it as python3; or name another: PYTHON=python3.13 make ...")
        return 1
    folder = Path(sys.argv[1])
    print(f"Making {folder} with Python {sys.version.split()[0]}", flush=True)
    # Not `clear`: a good environment is brought up to date for one changed pin, not thrown away.
    venv.create(folder, with_pip=True, symlinks=True)
    return install(folder / "bin" / "python")


def install(python: Path) -> int:
    """Exit status of pip; its progress is told in few lines, its complaints in full."""
    total = sum(1 for line in LOCK.read_text().splitlines() if line[:1].isalnum())
    print(f"Installing the locked packages ({total} at most): a minute or two", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install"]
    with subprocess.Popen(
        [*pip, "--progress-bar", "off", "--require-hashes", "--requirement", str(LOCK)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        collected = 0
        for line in process.stdout or ():
            if line.startswith(("Collecting ", "Processing ")):
                collected += 1
                if collected % TELL_EVERY == 0:
                    print(f"  {collected} fetched", flush=True)
            elif line.startswith("Installing collected packages"):
                print(f"  {collected} fetched, unpacking", flush=True)
            elif not line.startswith((*_CHATTER, "Successfully ")):
                print(line, end="", flush=True)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
