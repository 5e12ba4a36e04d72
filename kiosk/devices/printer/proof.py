"""When a page that was sent counts as printed (docs/adr/0016)."""

from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.line import Monotonic
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.refusal import Refused, faulty, refused

_NOT_CONFIRMED = "the printer did not confirm the cut in time"
_STATUS_S = 2.0
_POLL_S = 0.3
"""While the fence is awaited the status is asked this often: paper end ends the waiting."""
_KNOCKS = 8
"""So often a model whose answers are one byte each is asked again when its page is out: noise
that is there and not there half of the time passes with 0.25 ** 8, all else less often.
"""
_SILENT_S, _PROMPT_S = 0.02, 0.1


class Proof:
    """Fences: one that the buffer is empty, two with a status between them that a page is out."""

    def __init__(
        self, talk: Conversation, profile: PrinterProfile, monotonic: Monotonic, settle_s: float
    ) -> None:
        self._talk = talk
        self._overtakes = bool(profile.dle_eot)
        self._monotonic = monotonic
        self._settle_s = settle_s

    def await_printed(self, deadline: float) -> None:
        """Return when fence, ready, fence came back in this order and nothing else with them.

        A fence answer is a single byte with few fixed bits. Asked for twice, with a full
        status in between, it is not mistaken for noise on the line.

        Raises:
            Refused, LineError
        """
        talk = self._talk
        while self._monotonic() < deadline:
            talk.drain()
            talk.forget()
            garbage = talk.garbage
            first = self.fence(deadline, _NOT_CONFIRMED)
            status = talk.status(min(deadline, self._monotonic() + _STATUS_S))
            if faulty(status):
                raise refused(status)
            second = self.fence(deadline, _NOT_CONFIRMED)
            alone = not talk.drain() and not talk.fences and not talk.owed
            well = status.ready and alone and first == second and talk.garbage == garbage
            if well and (self._overtakes or self._knocked(first, deadline)):
                return
            talk.quiet(self._settle_s, deadline)
            talk.owed = 0
        raise Refused(_NOT_CONFIRMED)

    def _knocked(self, answer: int, deadline: float) -> bool:
        """Whether the printer, idle now, says it at once each time, and nothing in between.

        Such a model's whole status is that one byte, so that a line which makes it by itself
        could pass for an answer, however long is waited for it.
        """
        garbage = self._talk.garbage
        knocks = (self._talk.knock(_SILENT_S, _PROMPT_S, deadline) for _ in range(_KNOCKS))
        return all(told == answer for told in knocks) and self._talk.garbage == garbage

    def fence(self, deadline: float, words: str) -> int:
        """The answer to a new fence; the status is asked while it does not come.

        Args:
            deadline: until when.
            words: what it means when it does not come, and no fault is told either.

        Raises:
            Refused, LineError
        """
        talk = self._talk
        talk.ask_fence(deadline)
        while True:
            until = self._monotonic() + _POLL_S if self._overtakes else deadline
            answer = talk.await_fence(min(deadline, until))
            if answer is not None:
                if talk.fence.says_paper_end(answer):
                    raise Refused("the paper ended", no_paper=True)
                return answer
            if self._monotonic() >= deadline:
                raise refused(talk.alarm) if talk.alarm else Refused(words)
            if self._overtakes:
                status = talk.status(min(deadline, self._monotonic() + _POLL_S))
                if faulty(status):
                    raise refused(status)
