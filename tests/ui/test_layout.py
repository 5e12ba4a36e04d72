import pytest

from kiosk.screens import sample
from tests.ui.conftest import Glass
from tests.ui.layout_lint import findings
from wire.api.text import Language

pytestmark = pytest.mark.ui

STATES = dict(sample.every_screen())


@pytest.mark.parametrize("name", STATES)
def test_every_text_fits_and_every_target_can_be_touched(glass: Glass, name: str) -> None:
    wrong = []
    for language in Language:
        glass.app.show(sample.in_language(STATES[name], language))
        wrong += [f"{language.value}: {what}" for what in findings(glass.app.gallery, glass.stage)]
    assert not wrong, "\n".join(wrong)
