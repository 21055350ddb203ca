"""Steps that call a method: the intent is in the ledger before each call; without an answer none is repeated blindly.

What a killed run, or a lost answer, left open is settled by `where`: records that no longer match have had the step,
those that still match once the call can no longer land have not. Without `where` nobody can tell: a person is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.spec import CallStep
from odoo_etl.state import CallEntry, step_kind
from odoo_etl.sync.after.answers import Wizards, shown_action, wizard_error
from odoo_etl.sync.after.progress import StepProgress
from odoo_etl.sync.after.standing import Subject
from odoo_etl.sync.outcome import RuleRefused
from odoo_etl.sync.writing import CallSize, Recorder, RefusalRate, Settler, isolate

RefusedOne = Callable[[Subject, Refused], object]


class NobodyKnows(Refused):
    """A step may have been done for a record, or not; it is not repeated."""


def nobody_knows(step: CallStep, *, earlier: bool = False) -> NobodyKnows:
    """The error of a call without an answer, of this run or an earlier one."""
    when = "in an earlier run" if earlier else "now"
    return NobodyKnows(
        f"{step.name} got no answer {when}, and without `where` nobody knows whether it was done: it is not repeated."
        " Look at the record in Odoo; where it was not done, `odoo-etl retry` does it; where it was, leave this row out"
    )


@dataclass(frozen=True, slots=True)
class Sends:
    """The means by which calls are sent.

    Attributes:
        attempts: how often records whose call got no answer, and certainly did not land, are sent again.
        call_time_s: what a call should take at most.
    """

    recorder: Recorder
    settler: Settler
    attempts: int
    call_time_s: float


class MethodCalls:
    """Sends one step that calls a method; may be used from several lanes."""

    def __init__(self, step: CallStep, progress: StepProgress, sends: Sends) -> None:
        self._step, self._progress, self._target = step, progress, progress.target
        self._recorder, self._settler, self._attempts = sends.recorder, sends.settler, sends.attempts
        self._rate = RefusalRate(CallSize(step.size, sends.call_time_s))
        self._wizards = Wizards(progress.target.client)

    def apply(self, subjects: Sequence[Subject], chunk: int, refused: RefusedOne) -> None:
        """Call the method on records; those for which Odoo refuses it, or nobody knows, go to `refused`."""

        def landed(some: Sequence[Subject], error: NobodyKnows | None) -> None:
            if error is not None:
                for one in some:
                    refused(one, error)

        isolate(subjects, partial(self._send, chunk), self._rate, landed, refused)

    def settle(self, call: CallEntry) -> None:
        """Find out what became of a call of a run that died; the caller has the job's lock."""
        noted = self._progress.page.states(call.ids)
        ids = [each for each in call.ids if noted.get(each) != "done"]
        left = self._left(ids, self._progress.page.sent_s_ago(call)) if self._shows else set(ids)
        if not self._shows or (left and self._progress.page.any_done()):
            self._progress.page.note(left, "open")
        self._recorder.settled(call.id, [each for each in call.ids if each not in left])

    @property
    def _shows(self) -> bool:
        """Whether what the step does can be seen afterwards."""
        return bool(self._step.where)

    def _send(self, chunk: int, subjects: Sequence[Subject]) -> NobodyKnows | None:
        """Call the method in one transaction; again on those for which it certainly did not land."""
        ids = self._progress.without_through(one.id for one in subjects)
        for _ in range(self._attempts):
            if not ids:
                return None
            call = self._recorder.begin(chunk, step_kind(self._step.identity, self._step.name), ids=ids)
            try:
                answer = self._recorder.send(call, partial(self._call, ids))
            except UnknownOutcome as error:
                left = self._left(ids, error.sent_s_ago) if self._shows else set(ids)
                self._recorder.settled(call, [each for each in ids if each not in left])
                if not self._shows:
                    return self._give_up(ids)
                self._progress.done([each for each in ids if each not in left])
                ids = [each for each in ids if each in left]
            except RuleRefused as error:  # of whatever the method touches, so nothing follows from the right to write
                raise Refused(str(error.__cause__), name=error.name) from None
            else:
                self._answered(call, ids, answer)
                return None
        raise UnknownOutcome(f"{self._step.name} got no answer, {self._attempts} times in a row")

    def _call(self, ids: Sequence[int], *, fence: Callable[[], object]) -> Any:
        step, target = self._step, self._target
        return target.client.execute(
            target.model, step.call, *step.args, ids=ids, context=target.writing, fence=fence, **step.kwargs
        )

    def _answered(self, call: int, ids: Sequence[int], answer: Any) -> None:
        """Note for which records a call that landed did its work; on disk before the call counts as done.

        Raises:
            OpensWizard: it did not for some.
        """
        opens = self._wizards.opens(answer)
        left = self._progress.matching(ids) if self._shows else set(ids)
        if opens:
            done = [each for each in ids if each not in left]
        else:
            done = list(ids)
            self._progress.told_action(shown_action(answer))
            if self._shows and left:
                self._progress.still_matching(left)
            elif not self._shows:
                self._progress.page.note(ids, "done")
        self._recorder.done(call, ids)
        self._progress.done(done)
        if opens and left:
            raise wizard_error(self._step.name, answer)

    def _left(self, ids: Sequence[int], sent_s_ago: float) -> set[int]:
        """The records for which a call did not land, once that is certain."""
        self._settler.wait(lambda: not self._progress.matching(ids), sent_s_ago)
        return self._progress.matching(ids)

    def _give_up(self, ids: Sequence[int]) -> NobodyKnows:
        self._progress.unknown(ids)
        return nobody_knows(self._step)
