"""The same code again, because it is still being held there."""

QUIET_S = 3.0


class Repeats:
    """A code is news when it was not told within the last three seconds; another one always is."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._told_s: dict[int, float] = {}

    def is_news(self, text: str, mono_s: float) -> bool:
        """Whether to tell it now (and then it counts as told)."""
        self._told_s = {
            told: at_s for told, at_s in self._told_s.items() if mono_s - at_s < self._quiet_s
        }
        told = hash(text)  # the text itself is not kept
        if told in self._told_s:
            return False
        self._told_s[told] = mono_s
        return True
