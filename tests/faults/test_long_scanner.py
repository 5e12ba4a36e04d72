"""Long runs against the scanner process: hostile codes by the thousand, deaths by the dozen."""

import random

from tests.kiosk.devices import conftest as scanner_fixtures
from tests.kiosk.devices.scanner.hostile_film import judge, watch
from tests.kiosk.devices.scanner.scanner_deaths import HOW, away

drawing = scanner_fixtures.drawing
put_picture = scanner_fixtures.put_picture


async def test_2_000_hostile_codes_none_passes(
    tmp_path, put_picture, drawing, capfd, chance: random.Random, times
) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    seed = chance.randrange(10**9)
    seen, forged = await watch(folder, put_picture, drawing, times(2_000), seed)
    logged = capfd.readouterr().err
    print(logged.splitlines()[-1])
    judge(seen, forged, logged)
    assert seen.kinds["structured append"] >= sum(seen.kinds.values()) // 4


async def test_30_deaths_at_random_moments(
    tmp_path, put_picture, drawing, chance: random.Random, times
) -> None:
    deaths = []
    for number in range(times(30)):
        folder = tmp_path / str(number)
        folder.mkdir()
        how = list(HOW)[number % len(HOW)]
        deaths.append(await away(how, chance.uniform(0, 1.5), folder, put_picture, drawing))
    for death in deaths:
        print(death.told())
    assert [death.told() for death in deaths if not death.in_time] == []
