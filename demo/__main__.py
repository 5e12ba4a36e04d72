"""`python -m demo`: open the shop, let somebody shop, look at the books, close it."""

import logging
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import click

from demo.clerk import Clerk, Shift
from demo.programs import DemoError, Programs
from demo.progress import Progress
from demo.shop import LAYOUTS, Plan, Shop, has_display, screen_environment
from demo.shopper import Shopper, Visit
from demo.window import play

DEFAULT_OUT = Path("demo-out")
MEMBER, NAME = "8800106210", "张*明"
"""A gold member of the demo chain."""


@click.command(help=__doc__)
@click.option("--auto", is_flag=True, help="Play a shopper even if there is a display.")
@click.option(
    "--role",
    type=click.Choice(["shopper", "staff"]),
    default="shopper",
    show_default=True,
    help="Who comes: a shopper, or a clerk who changes the roll and is cut off half way.",
)
@click.option("--out", type=click.Path(path_type=Path), default=DEFAULT_OUT, show_default=True)
@click.option("--layout", type=click.Choice(list(LAYOUTS)), default="portrait", show_default=True)
@click.option(
    "--language",
    type=click.Choice(["zh-Hans", "zh-Hant", "en"]),
    default="zh-Hans",
    show_default=True,
)
@click.option("--member", default=MEMBER, show_default=True, help="Who shops.")
@click.option("--store", default="S0101", show_default=True, help="Where the kiosk stands.")
@click.option("--scale", default=0.5, show_default=True, help="Of the window on a display.")
def main(
    auto: bool,
    role: str,
    out: Path,
    layout: str,
    language: str,
    member: str,
    store: str,
    scale: float,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    display = has_display() and not auto and role == "shopper"
    name = NAME if member == MEMBER else "会员"
    plan = Plan(layout, language, member, name, store, display, scale if display else 1.0)
    signal.signal(signal.SIGTERM, _end)
    try:
        run(out.resolve(), plan, role)
    except DemoError as error:
        print(f"\nThe demo has failed: {error}\nLogs: {out.resolve() / 'logs'}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nThe shop is closed.", file=sys.stderr)
        sys.exit(130)


def run(out: Path, plan: Plan, role: str) -> None:
    """The whole demo; what it makes for people lies in `out` afterwards.

    Raises:
        DemoError: with words for the person who ran it.
    """
    for old in ("logs", "paper"):
        shutil.rmtree(out / old, ignore_errors=True)
    for picture in out.glob("[0-9]-*.png"):
        picture.unlink()
    out.mkdir(parents=True, exist_ok=True)
    progress = Progress()
    with tempfile.TemporaryDirectory(prefix="points-demo-") as name:
        folder = Path(name)
        # The embedded database runs as another user if we are root, and has to get in.
        folder.chmod(0o755)
        with Programs(out / "logs", screen_environment(display=plan.display)) as programs:
            shop = Shop(folder, out, plan, programs)
            try:
                finger = shop.open(progress)
                if plan.display:
                    play(shop, finger, progress)
                    return
                if role == "staff":
                    shift = Clerk(shop, finger, folder, out, progress).work()
                    rolls = _rolls(shop, shift, progress)
                else:
                    visit = Shopper(shop, finger, out, progress).visit()
                    _use_twice(shop, visit, progress)
                books = _check_books(shop, progress)
            finally:
                shop.close()
    (out / "check.txt").write_text(books)
    if role == "staff":
        _summarise_shift(shift, rolls, progress)
    else:
        _summarise(visit, out, progress)


def _rolls(shop: Shop, shift: Shift, progress: Progress) -> str:
    """What the service knows of the rolls, once the kiosk's outbox has told it."""
    end_s = time.monotonic() + 20
    while shift.serial not in (rolls := shop.rolls()):
        if time.monotonic() > end_s:
            raise DemoError(f"the service has not heard of roll {shift.serial}:\n{rolls}")
    progress.say(f"the service knows roll {shift.serial}")
    return rolls


def _summarise_shift(shift: Shift, rolls: str, progress: Progress) -> None:
    progress.heading("A roll change, cut off half way")
    lines = (
        ("who", shift.who),
        ("cut off in", f"step {shift.cut_off_at}"),
        ("power to screen", f"{shift.back_s:.1f} s"),
        ("went on at", f"step {shift.resumed_at}"),
        ("roll", f"{shift.serial}, good for about {shift.vouchers} vouchers"),
        ("without a cut", f"{shift.seconds} s by the wizard's clock"),
        ("test print", str(shift.test_print)),
        *(("screen", str(picture)) for picture in shift.pictures),
    )
    for name, value in lines:
        print(f"  {name:<16} {value}")
    print("  rolls at the service:")
    for line in rolls.rstrip().splitlines():
        print(f"    {line}")


def _use_twice(shop: Shop, visit: Visit, progress: Progress) -> None:
    """The voucher works at the till exactly once."""
    progress.say("the cashier scans the voucher")
    status, words = shop.till("check", visit.code)
    if status != 0:
        raise DemoError(f"the till does not know the voucher:\n{words}")
    visit.reward = _reward(words)
    progress.say(f"  check: {_one_line(words)}")
    status, words = shop.till("use", visit.code, "--receipt", "A-1001")
    if status != 0:
        raise DemoError(f"the till refuses a good voucher:\n{words}")
    progress.say(f"  used: {_one_line(words)}")
    status, words = shop.till("use", visit.code, "--receipt", "A-1002")
    if status == 0:
        raise DemoError(f"the till took the same voucher twice:\n{words}")
    progress.say(f"  a second time, refused: {_one_line(words)}")


def _check_books(shop: Shop, progress: Progress) -> str:
    with progress.step("checking every invariant of the books") as done:
        books = shop.check_books()
        done(_one_line(books.strip().splitlines()[-1]))
    return books


def _summarise(visit: Visit, out: Path, progress: Progress) -> None:
    progress.heading("One voucher, end to end")
    lines = (
        ("who", visit.who),
        ("reward", visit.reward),
        ("points before", f"{visit.spendable_before:,}"),
        ("points after", f"{visit.spendable_after:,}"),
        ("voucher code", "-".join(visit.code[at : at + 4] for at in range(0, 16, 4))),
        ("code to rewards", f"{visit.to_home_s:.1f} s"),
        ("code to paper", f"{visit.to_paper_s:.1f} s"),
        ("paper", str(visit.paper)),
        *(("screen", str(picture)) for picture in visit.pictures),
        ("books", str(out / "check.txt")),
    )
    for name, value in lines:
        print(f"  {name:<16} {value}")


def _reward(words: str) -> str:
    """What the till reads out: `usable: …5W8C  REWARD  ¥18.00  ISSUED`."""
    parts = words.splitlines()[0].split("  ")
    return parts[1] if len(parts) > 1 else words


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _end(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM ends the demo as Ctrl-C does: with every child ended."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
