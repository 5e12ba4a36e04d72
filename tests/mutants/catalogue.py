"""Every mutant, and the table of docs/mutants.md.

python -m tests.mutants.catalogue    writes that page anew
"""

from pathlib import Path

from tests.mutants.account_mutants import ACCOUNTS
from tests.mutants.desk_mutants import DESK
from tests.mutants.goods_mutants import GOODS
from tests.mutants.mutant import Mutant
from tests.mutants.points_mutants import POINTS
from tests.mutants.redemption_mutants import REDEMPTIONS
from tests.mutants.tier_mutants import TIERS
from tests.mutants.time_mutants import TIME

SUBJECTS = {
    "Points": POINTS,
    "Redemptions, vouchers, goods": REDEMPTIONS,
    "Stock, limits, conditions": GOODS,
    "Time": TIME,
    "Accounts": ACCOUNTS,
    "By hand, and what is read": DESK,
    "Tiers": TIERS,
}
MUTANTS: tuple[Mutant, ...] = tuple(each for group in SUBJECTS.values() for each in group)
PAGE = Path(__file__).parents[2] / "docs" / "mutants.md"
_HEAD = f"""\
# Mutants

Does the suite see it when the ledger is wrong? `make mutants` puts {len(MUTANTS)} faults one by one
into a copy of the SQL functions, makes a database with them, and runs the named test of the normal
suite there: each must go red by an assertion (or by a refusal that nobody expected). Where a
constraint of the database would catch the fault as well, it is taken away there, so that it is the
test that does. The same tests pass first over the functions as they are. A mutant that survives, or
whose text is no longer in its file, is named and ends the run with status 1.

`make mutants MUTANTS_ARGS="debt"` takes those with the word in their name; `--walk` lets the random
walk look for each instead.

The faults are in `tests/mutants/`; `python -m tests.mutants.catalogue` writes this page."""


def page() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    for subject, mutants in SUBJECTS.items():
        parts.append(f"\n## {subject}\n")
        parts.append("| fault | in | what it would do | goes red |\n|---|---|---|---|")
        for each in mutants:
            files = ", ".join(sorted({f"`{swap.file}`" for swap in each.swaps}))
            if each.without:
                files += ", without " + ", ".join(f"`{name}`" for name in each.without)
            test = each.test.replace("|", "\\|")
            parts.append(f"| {each.name} | {files} | {each.why} | `{test}` |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
