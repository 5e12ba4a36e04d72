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


def main() -> int:
    if sys.version_info[:2] < AT_LEAST:
        print(f"Python {AT_LEAST[0]}.{AT_LEAST[1]} or newer is needed, {sys.executable} is older:")
        print("  Debian 12 and 13 bring it as python3; or name another: PYTHON=python3.13 make ...")
        return 1
    folder = Path(sys.argv[1])
    count = sum(1 for line in LOCK.read_text().splitlines() if line[:1].isalnum())
    print(
        f"Installing up to {count} locked packages into {folder} (a minute or two) ...", flush=True
    )
    # `clear` would throw away a good environment for one changed pin; pip brings it up to date.
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    return subprocess.run(
        [*pip, "install", "--require-hashes", "--requirement", str(LOCK)], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
