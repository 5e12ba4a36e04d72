import pytest

from kiosk.flow.staff.idle import clerk_of
from kiosk.screens import sample
from kiosk.screens.theme import STAFF_TARGET_MM, TARGET_MM
from tests.ui.conftest import Glass
from tests.ui.layout_lint import findings
from wire.api.text import Language

pytestmark = pytest.mark.ui

STATES = dict(sample.every_screen())


@pytest.mark.parametrize("name", STATES)
def test_every_text_fits_and_every_target_can_be_touched(glass: Glass, name: str) -> None:
    wrong = []
    least_mm = STAFF_TARGET_MM if clerk_of(STATES[name]) is not None else TARGET_MM
    for language in Language:
        glass.app.show(sample.in_language(STATES[name], language))
        found = findings(glass.app.gallery, glass.stage, least_mm)
        wrong += [f"{language.value}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)
