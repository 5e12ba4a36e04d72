"""Rolls, slips and the roll wizard in the journal: each step one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from kiosk.journal import rolls
from kiosk.journal.entry import By
from kiosk.journal.outbox import Payload
from kiosk.journal.paper_proof import LOADED, REMOVED, loaded_text, removed_text
from kiosk.journal.reading import Reading
from kiosk.journal.roll import PaperAccount, Proof, Roll, RollCall, RollTally, Use, UseKind
from kiosk.journal.row import PAPER, ROLL
from kiosk.paper.wizard_record import WizardRecord
from wire.api.devices import EventType
from wire.api.staff import RemovedRoll, RollChange

LOW = "paper_low"
"""Fact: 1 while the service knows that paper is low here, `_HALTED` that nothing is printed."""
_HALTED = 2
TEST, CUT, SENSOR = "TEST", "CUT", "SENSOR"
"""What rows about paper say where a redemption's say its state."""


class PaperBook(Reading):
    """What happens to paper besides vouchers: those take theirs with the arrows of `Book`."""

    # --- A roll change -------------------------------------------------------------------

    def wizard(self) -> WizardRecord | None:
        """The roll change that is not finished, if any."""
        row = self._db.execute("SELECT record FROM wizard").fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=WizardRecord)

    def wizard_at(self, record: WizardRecord) -> None:
        """It stands here now: on disk before the step is shown."""
        with self._transaction():
            self._keep(record)

    def wizard_interrupted(self) -> WizardRecord | None:
        """After a start: what is left of a change then has no time, and what is known is sent."""
        with self._transaction():
            record = self.wizard()
            if record is None or record.interrupted:
                return record
            record = replace(record, interrupted=True)
            self._keep(record)
            self._send(record.id, None)
            return record

    def roll_loaded(self, record: WizardRecord) -> WizardRecord:
        """The new roll is in, the one before is out and reconciled; the record, marked so.

        Its call waits for the end of the change (`wizard_ended`), which tells the seconds.
        Idempotent: a change that is in the ledger already changes nothing.
        """
        with self._transaction():
            if rolls.find(self._db, record.id) is None:
                self._load(record)
            loaded = replace(record, loaded=True)
            self._keep(loaded)
            if loaded.interrupted:
                self._send(loaded.id, None)
            return loaded

    def wizard_ended(self, seconds: int | None) -> None:
        """Done, or given up: the record is gone. A loaded roll is told to the service.

        Args:
            seconds: what the change took; None where that says nothing (interrupted, given up).
        """
        with self._transaction():
            record = self.wizard()
            if record is None:
                return
            self._db.execute("DELETE FROM wizard")
            if record.loaded:
                self._send(record.id, seconds)

    def _load(self, record: WizardRecord) -> None:
        by = By(record.staff_ref, record.login)
        before = rolls.loaded(self._db)
        removed = None if before is None else self._take_out(before, by)
        text = loaded_text(record.roll_serial, record.length_mm, by)
        seq = self._row(ROLL + str(record.id), LOADED, text)
        rolls.put_in(self._db, record.id, record.roll_serial, record.length_mm, seq, by)
        self._tell(
            EventType.ROLL_CHANGED,
            None,
            {
                "roll_id": str(record.id),
                "serial": record.roll_serial,
                "length_mm": record.length_mm,
                **by.payload,
            },
        )
        body = RollChange(
            id=record.id,
            staff_ref=by.staff_ref,
            login=by.login,
            offline=by.login is None,
            at=self._time.best(),
            roll_serial=record.roll_serial,
            length_mm=record.length_mm,
            removed=removed,
        )
        rolls.write_call(self._db, record.id, msgspec.json.encode(body))

    def _take_out(self, roll: Roll, by: By) -> RemovedRoll:
        """The end of a roll: printed is held beside issued, and a difference is named."""
        tally = rolls.tally(self._db, roll)
        text = removed_text(tally.mm_left, tally.printed, tally.issued, by)
        seq = self._row(ROLL + str(roll.id), REMOVED, text)
        rolls.take_out(self._db, roll.id, tally.mm_left, seq)
        self._tell(EventType.ROLL_RECONCILED, None, {**_reconciled(tally), **by.payload})
        return RemovedRoll(
            roll.serial, tally.mm_left, tally.printed, tally.issued, tally.unexplained
        )

    def _keep(self, record: WizardRecord) -> None:
        self._db.execute(
            "INSERT INTO wizard (one, record) VALUES (1, ?)"
            " ON CONFLICT (one) DO UPDATE SET record = excluded.record",
            (msgspec.json.encode(record),),
        )

    def _send(self, roll: UUID, seconds: int | None) -> None:
        """The call of a roll change is complete; one that was so before stays as it was."""
        body = rolls.body_of_call(self._db, roll)
        if body is None:
            return
        change = msgspec.json.decode(body, type=RollChange)
        told = msgspec.structs.replace(change, seconds=seconds)
        rolls.fix_call(self._db, roll, msgspec.json.encode(told), seconds)

    # --- Slips and test prints -----------------------------------------------------------

    def slip_begun(self, kind: UseKind, redemption: UUID | None, by: By | None) -> None:
        """The next thing that happens is the first byte of a VOID or TEST slip."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO slip_begun (one, kind, redemption, staff_ref, login)"
                " VALUES (1, ?, ?, ?, ?)",
                (
                    kind,
                    None if redemption is None else str(redemption),
                    None if by is None else by.staff_ref,
                    None if by is None or by.login is None else str(by.login),
                ),
            )

    def slip_ended(self, mm: int, proof: Proof = Proof.FENCE, why: str = "") -> None:
        """The slip that was begun is out, or as much of it as came.

        Args:
            mm: what it took of the roll; 0 where no byte was sent.
        """
        with self._transaction():
            begun = self._slip()
            if begun is not None:
                self._db.execute("DELETE FROM slip_begun")
                self._tell_slip(*begun, mm, proof, why)

    def slip_interrupted(self, estimates: Mapping[UseKind, int]) -> UseKind | None:
        """After a start: a slip that was begun and never ended took as much as one takes.

        What it was, if there was one: some of it may still be in the printer.
        """
        with self._transaction():
            begun = self._slip()
            if begun is not None:
                self._db.execute("DELETE FROM slip_begun")
                mm = self.estimate(begun[0], estimates[begun[0]])
                self._tell_slip(*begun, mm, Proof.ESTIMATE, "interrupted")
            return None if begun is None else begun[0]

    def cut(self, mm: int) -> None:
        """Paper was fed and cut off with nothing on it."""
        with self._transaction():
            self._paper_row(CUT, "printer cleared", Use(UseKind.CUT, mm, Proof.ESTIMATE), None)

    def _slip(self) -> tuple[UseKind, UUID | None, By | None] | None:
        row = self._db.execute(
            "SELECT kind, redemption, staff_ref, login FROM slip_begun"
        ).fetchone()
        if row is None:
            return None
        kind, redemption, staff_ref, login = row
        by = None if staff_ref is None else By(staff_ref, None if login is None else UUID(login))
        return UseKind(kind), None if redemption is None else UUID(redemption), by

    def _tell_slip(
        self,
        kind: UseKind,
        redemption: UUID | None,
        by: By | None,
        mm: int,
        proof: Proof,
        why: str,
    ) -> None:
        use = Use(kind, mm, proof)
        words = ", ".join(filter(None, [_SLIPS[kind][0], why, by.text if by else ""]))
        if redemption is not None:
            self._remark(redemption, self._entry(redemption).state, words, use)
        else:
            self._paper_row(TEST, words, use, by)
        payload: Payload = {"paper_mm": mm, "whole": proof is Proof.FENCE}
        self._tell(_SLIPS[kind][1], redemption, {**payload, **(by.payload if by else {})})

    def _paper_row(self, state: str, words: str, use: Use, by: By | None) -> None:
        """A row about paper and no redemption; without paper only the words."""
        if use.nothing:
            self._row(PAPER, state, words)
        else:
            seq = self._row(PAPER, state, f"{words}: {use.text}")
            self._take(seq, use, None, by)

    # --- How much is left ----------------------------------------------------------------

    def paper_account(self, window_from: datetime) -> PaperAccount:
        """What the gauge is reckoned from. `window_from` is in UTC."""
        return rolls.account(self._db, window_from)

    def estimate(self, kind: UseKind, at_least_mm: int) -> int:
        """What a page takes that was begun and may be on paper, mm."""
        return max(rolls.longest_mm(self._db, kind), at_least_mm)

    def near_end(self, mm_left: int) -> bool:
        """The sensor says that so much is left at most; whether our reckoning was too high."""
        with self._transaction():
            roll = rolls.loaded(self._db)
            too_much = 0 if roll is None else rolls.left_mm(self._db, roll) - mm_left
            if too_much <= 0:
                return False
            use = Use(UseKind.SENSOR, too_much)
            self._paper_row(SENSOR, f"near its end, {mm_left} mm left", use, None)
            return True

    def not_near_end(self) -> bool:
        """The sensor says that there is more: what it took before is given back, if it took any.

        Only of the roll that is in; what was printed counts all the same.
        """
        roll = rolls.loaded(self._db)
        taken_mm = 0 if roll is None else rolls.sensed_mm(self._db, roll)
        if taken_mm <= 0:
            return False
        with self._transaction():
            use = Use(UseKind.RESTORED, taken_mm)
            self._paper_row(SENSOR, "not near its end", use, None)
            return True

    def paper_low(self, payload: Payload, *, low: bool, halted: bool = False) -> bool:
        """Tell the service how paper stands; whether that was new.

        Args:
            halted: nothing is printed until somebody has finished a roll change.
        """
        level = _HALTED if halted else int(low)
        if (self._fact(LOW) or 0) == level:
            return False
        with self._transaction():
            self._set_fact(LOW, level)
            self._tell(EventType.PAPER_LOW if level else EventType.PAPER_OK, None, payload)
            return True

    def rolls(self) -> list[RollTally]:
        """Every roll and what became of it, oldest first."""
        return rolls.tallies(self._db)

    # --- The service hears of rolls ------------------------------------------------------

    def next_roll_call(self) -> RollCall | None:
        """The oldest roll change that the service must hear of, once it is complete."""
        return rolls.next_call(self._db)

    def roll_acknowledged(self, roll: UUID) -> None:
        with self._transaction():
            rolls.call_acknowledged(self._db, roll)

    def roll_refused(self, roll: UUID, code: str) -> None:
        """The service will never take this one: kept, and not sent again."""
        with self._transaction():
            rolls.call_refused(self._db, roll, code)


def _reconciled(tally: RollTally) -> Payload:
    return {
        "roll_id": str(tally.roll.id),
        "serial": tally.roll.serial,
        "printed": tally.printed,
        "issued": tally.issued,
        "difference": tally.difference,
        "waiting": tally.waiting,
        "returned": tally.returned,
        "unproven": tally.unproven,
        "reprints": tally.reprints,
        "torn": tally.torn,
        "voids": tally.voids,
        "tests": tally.tests,
        "used_mm": tally.used_mm,
        "mm_left": tally.mm_left,
    }


_SLIPS = {
    UseKind.VOID: ("void slip", EventType.VOID_PRINTED),
    UseKind.TEST: ("test print", EventType.TEST_PRINTED),
}
