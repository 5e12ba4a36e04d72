"""What the set-up would install on machines with and without things."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "setup" / "debian.py"


@pytest.fixture
def debian() -> ModuleType:
    """The script as a module: it is run by a bare python3 and belongs to no package."""
    spec = importlib.util.spec_from_file_location("debian_setup", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


def fake_programs(folder: Path, installed: str = "", known: str = "") -> str:
    """A PATH with an apt and a dpkg that know these packages and write down what they are told."""
    scripts = {
        "dpkg-query": (
            f'for name; do :; done\ncase " {installed} " in *" $name "*) echo ii;; *) exit 1;; esac'
        ),
        "apt-cache": (
            f'case " {known} " in *" $2 "*) echo "  Candidate: 1";; '
            '*t64*) ;; *) echo "  Candidate: (none)";; esac'
        ),
        "apt-get": f'echo "apt-get $*" >>{folder}/told',
        "env": 'shift\nexec "$@"',
        "mkdir": f'echo "mkdir $*" >>{folder}/told',
        "sh": f'echo "sh $*" >>{folder}/told',
        "sudo": f'echo "sudo $*" >>{folder}/told',
    }
    for name, body in scripts.items():
        script = folder / name
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
    return str(folder)


def run(path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


EVERYTHING = (
    "libgl1 libgl1-mesa-dri libegl1 libgles2 libgbm1 libmtdev1t64 libzbar0t64 libglib2.0-0t64"
    " libseccomp2 strace fonts-noto-cjk"
)


def test_nothing_is_said_or_done_where_all_is_there(tmp_path: Path) -> None:
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("PostgreSQL is not where Debian puts it")

    done = run(fake_programs(tmp_path, installed=EVERYTHING))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "told").exists()


def test_what_is_missing_is_named_with_its_reason_before_it_is_installed(tmp_path: Path) -> None:
    done = run(fake_programs(tmp_path, installed="libgl1", known=EVERYTHING))

    assert done.returncode == 0
    assert "fonts-noto-cjk" in done.stdout
    assert "the Chinese typefaces" in done.stdout
    assert "OpenGL for the screens (Kivy)" not in done.stdout
    told = (tmp_path / "told").read_text()
    assert re.search(r"apt-get install --yes .*fonts-noto-cjk", told)


def test_each_release_gets_its_own_names(tmp_path: Path) -> None:
    run(fake_programs(tmp_path, known="libmtdev1t64 libzbar0"))

    told = (tmp_path / "told").read_text()
    assert re.search(r"install .*\blibmtdev1t64\b", told)
    assert re.search(r"install .*\blibzbar0\b(?!t64)", told)
    assert re.search(r"install .*\blibgl1 ", told), "asked for even if this apt knows no such name"


def test_no_database_server_of_debians_own_is_started(
    debian: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setenv("PATH", fake_programs(tmp_path))
    monkeypatch.setattr(debian, "run", lambda command: commands.append(command) or True)

    assert debian.install([debian.POSTGRESQL]) == 0

    words = [" ".join(command) for command in commands]
    forbids = next(n for n, line in enumerate(words) if "create_main_cluster = false" in line)
    installs = next(n for n, line in enumerate(words) if "install" in line)
    assert forbids < installs


def test_a_failing_installation_fails(tmp_path: Path) -> None:
    path = fake_programs(tmp_path)
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 100\n")

    done = run(path)

    assert done.returncode == 1
    assert "exit status 100" in done.stdout
