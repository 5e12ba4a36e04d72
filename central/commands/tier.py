"""`central tier list`, `rules`, `threshold`, `give`, `withdraw` and `explain`"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import click

from central.commands.deed import Deed, deed_options, done, named
from central.commands.member_named import member_argument, resolved
from central.commands.typed import DAY
from central.database.place import data_option
from central.database.session import in_database
from central.ledger.tier_words import told
from central.ledger.tiers import TierGiven, TierRules, TierRulesSet, Tiers, TierStory, TierWithdrawn
from central.members.phone import MemberOnRecord
from wire.api.text import Language

_RULES = "SELECT measure, period, period_months, downgrade, grace_days FROM tier_policy"
_TIERS = """
SELECT t.id, t.name->>'zh-Hans' AS name, t.threshold, t.life_threshold, (
    SELECT count(*) FROM member m WHERE m.tier_id = t.id AND m.status = 'active') AS members
FROM tier t ORDER BY t.rank
"""
_LOST = {
    "none": "what was reached stays",
    "step": "one step down when a period did not reach it",
    "full": "down to what the period did reach",
}
_PERIODS = ("year", "half", "quarter", "rolling", "ever")
_THRESHOLD = click.IntRange(1, 10**12)


@click.group(help="Tiers: what reaches them, who is given one, and why somebody has theirs.")
def command() -> None:
    pass


@command.command("list", help="The rules and the ladder, and how many members stand where.")
@data_option
def show(data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def fetch(connection: "asyncpg.Connection[Any]") -> tuple[Any, list[Any]]:
        return await connection.fetchrow(_RULES), list(await connection.fetch(_TIERS))

    rules, tiers = in_database(fetch)
    if rules is None:
        click.echo("no rules: tiers change by hand only (`central tier rules --help`)")
    else:
        months = f" of {rules['period_months']} months" if rules["period_months"] else ""
        grace = f", {rules['grace_days']} days of grace" if rules["grace_days"] else ""
        lost = _LOST[rules["downgrade"]]
        click.echo(f"by {rules['measure']}, period {rules['period']}{months}: {lost}{grace}")
    for tier in tiers:
        reached = "-" if tier["threshold"] is None else f"{tier['threshold']:,}"
        life = f", for life {tier['life_threshold']:,}" if tier["life_threshold"] else ""
        click.echo(f"{tier['id']:12}{reached:>12}  {tier['members']:>7,} members"
            f"  {tier['name']}{life}")  # fmt: skip


@command.command(help="Why MEMBER has their tier, what counts, and what the next one takes.")
@member_argument
@click.option(
    "--lang",
    "language",
    type=click.Choice([language.value for language in Language]),
    default=Language.ZH_HANS.value,
    show_default=True,
    help="Language of the answer.",
)
@data_option
def explain(member: str, language: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def read(connection: "asyncpg.Connection[Any]") -> tuple[MemberOnRecord, TierStory]:
        found = await resolved(connection, member)
        return found, await Tiers(connection).explain(found.id)

    found, story = in_database(read)
    click.echo(named(found))
    for line in told(story, Language(language)):
        click.echo(line)


@command.command(
    help="Set what counts, and what is lost. In force from the next night; nobody is lowered before"
    " the end of a period."
)
@click.option("--measure", type=click.Choice(["points", "spend"]), required=True,
    help="Points of qualifying types, or fen spent.")  # fmt: skip
@click.option("--period", type=click.Choice(_PERIODS), required=True, help="In which it counts.")
@click.option("--months", type=click.IntRange(1, 1200), help="rolling: of how many.")
@click.option("--downgrade", type=click.Choice(list(_LOST)), required=True,
    help="When a period did not reach the tier.")  # fmt: skip
@click.option("--grace", type=click.IntRange(0, 89), default=0, show_default=True,
    help="Days after a period's end in which the tier is kept.")  # fmt: skip
@deed_options
def rules(
    measure: str, period: str, months: int | None, downgrade: str, grace: int, deed: Deed
) -> None:
    if (period == "rolling") != (months is not None):
        raise click.UsageError("--months goes with --period rolling, and only with it")
    new = TierRules(measure, period, downgrade, months, grace)

    async def work(connection: "asyncpg.Connection[Any]") -> TierRulesSet:
        before = await connection.fetchrow(_RULES)
        if before is not None and before["measure"] != measure:
            _must_count_nothing(await connection.fetch(_TIERS), before["measure"], measure)
        return await Tiers(connection).set_rules(rules=new, **deed.by())

    done(deed, work)
    click.echo(f"{deed.would}by {measure}, period {period}: {_LOST[downgrade]}")


@command.command(help="Set what TIER (its short name) takes; what is not named stays.")
@click.argument("tier")
@click.option("--reach", type=_THRESHOLD, help="Points or fen that reach it in a period.")
@click.option("--no-reach", is_flag=True, help="Nothing in a period reaches it.")
@click.option("--life", type=_THRESHOLD, help="The same over all time: never lost.")
@click.option("--no-life", is_flag=True, help="Nothing over all time reaches it.")
@deed_options
def threshold(
    tier: str, reach: int | None, life: int | None, *, no_reach: bool, no_life: bool, deed: Deed
) -> None:
    if (reach and no_reach) or (life and no_life):
        raise click.UsageError("a threshold is either set or deleted")
    if not (reach or no_reach or life or no_life):
        raise click.UsageError("say --reach, --no-reach, --life or --no-life")

    async def work(connection: "asyncpg.Connection[Any]") -> tuple[TierRulesSet, str]:
        ladder = await connection.fetch(_TIERS)
        had = ladder[_must_be(tier, ladder)]
        period = None if no_reach else reach or had["threshold"]
        ever = None if no_life else life or had["life_threshold"]
        _must_climb(tier, period, ever, ladder)
        rules_set = await Tiers(connection).set_threshold(
            tier=tier, threshold=period, life=ever, **deed.by()
        )
        return rules_set, _takes(period, ever)

    rules_set, takes = done(deed, work)
    version = rules_set.version
    click.echo(f"{deed.would}{tier} takes {takes}")
    if version is None:
        click.echo("there are no rules yet, so nobody reaches it: `central tier rules`", err=True)


@command.command(help="Give MEMBER the tier TIER (its short name), beside what they earn.")
@member_argument
@click.argument("tier")
@click.option("--until", type=DAY, help="Its last day.")
@click.option("--for-life", is_flag=True, help="Until it is withdrawn.")
@deed_options
def give(member: str, tier: str, until: date | None, *, for_life: bool, deed: Deed) -> None:
    if (until is None) != for_life:
        raise click.UsageError("say --until DAY, or --for-life")

    async def work(
        connection: "asyncpg.Connection[Any]",
    ) -> tuple[MemberOnRecord, TierGiven, ZoneInfo]:
        found = await resolved(connection, member)
        zone = ZoneInfo(await connection.fetchval("SELECT timezone FROM programme"))
        _must_be(tier, await connection.fetch(_TIERS))
        if until is not None and until < datetime.now(zone).date():
            raise click.ClickException(f"{until} is over: give a day from today on")
        given = await Tiers(connection).give(
            member=found.id, tier=tier, last_day=until, **deed.by()
        )
        return found, given, zone

    found, given, zone = done(deed, work)
    end = given.valid_to
    last = "for life" if end is None else f"through {end.astimezone(zone) - timedelta(days=1):%F}"
    click.echo(f"{deed.would}{named(found)}: {tier} {last}")
    if not given.raised:
        click.echo("they have this tier or a higher one: nothing changes for now", err=True)


@command.command(help="End what staff gave MEMBER; what they earned or bought stays.")
@member_argument
@deed_options
def withdraw(member: str, deed: Deed) -> None:
    async def work(
        connection: "asyncpg.Connection[Any]",
    ) -> tuple[MemberOnRecord, TierWithdrawn]:
        found = await resolved(connection, member)
        return found, await Tiers(connection).withdraw(member=found.id, **deed.by())

    found, left = done(deed, work)
    if not left.ended:
        raise click.ClickException(f"{named(found)} has nothing from staff that still holds")
    click.echo(f"{deed.would}{named(found)}: {left.tier}")


def _takes(reach: int | None, life: int | None) -> str:
    told_ = [f"{reach:,} in a period"] if reach else []
    told_ += [f"{life:,} for life"] if life else []
    return ", ".join(told_) or "nothing that can be earned"


def _must_count_nothing(ladder: list[Any], before: str, measure: str) -> None:
    """A threshold in points is none in fen: a hundred times too low, or too high."""
    for row in ladder:
        if row["threshold"] or row["life_threshold"]:
            unit = "points" if before == "points" else "fen"
            raise click.ClickException(
                f"{row['id']} takes {_takes(row['threshold'], row['life_threshold'])}, in {unit},"
                f" which is no {measure}: first `central tier threshold {row['id']} --no-reach"
                " --no-life` (nobody is lowered before the next night), then these rules, then"
                " the thresholds anew"
            )


def _must_be(tier: str, ladder: list[Any]) -> int:
    """Its place on the ladder."""
    names = [row["id"] for row in ladder]
    if tier not in names:
        raise click.ClickException(f"no tier {tier!r}; there are {', '.join(names)}")
    return names.index(tier)


def _must_climb(tier: str, reach: int | None, life: int | None, ladder: list[Any]) -> None:
    place = _must_be(tier, ladder)
    for column, value in (("threshold", reach), ("life_threshold", life)):
        for other, row in enumerate(ladder):
            least = row[column]
            if value is None or least is None or other == place:
                continue
            if (least >= value) if other < place else (least <= value):
                raise click.ClickException(
                    f"{tier} cannot take {value:,} while {row['id']} takes {least:,}:"
                    " a higher tier takes more"
                )
