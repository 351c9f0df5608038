"""The domain says no. A refusal tells a person what to do next; the door turns it into a status and a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from arbitration.rules.marking import N_


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its path as the sender wrote it, and a sentence (a msgid with its values)."""

    path: str
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


class RefusalError(Exception):
    """A no, with its reason as a msgid and the values that belong into it."""

    code = "refused"
    msgid = N_("That can't be done.")

    def __init__(self, msgid: str | None = None, /, faults: Sequence[FieldFault] = (), **values: object) -> None:
        self.msgid = msgid or self.msgid
        self.values = values
        self.faults = tuple(faults)
        super().__init__(self.msgid % values if values else self.msgid)


class NotFoundError(RefusalError):
    """It is not there, or not yours: nobody is told which."""

    code = "not-found"
    msgid = N_("There is nothing here that you can see. Check the address, or look for it in your purchases.")


class ForbiddenError(RefusalError):
    """You may see it, but not do this to it."""

    code = "forbidden"
    msgid = N_("You can see this, but you can't do that here.")


class ConflictError(RefusalError):
    """Too late, or somebody else was first."""

    code = "conflict"
    msgid = N_("This has changed in the meantime. Look at it again, then decide.")


class InvalidError(RefusalError):
    """Fields are wrong; ``faults`` says which and how to mend them."""

    code = "invalid"
    msgid = N_("Some of what you sent needs another look.")


class Faults:
    """Gathers what is wrong with the fields of one form, so that its author is told all of it at once.

    Each check stands in a ``with faults:`` of its own, which notes what it finds and goes on behind it; in the end
    ``refuse`` raises it all. Of several faults of a field the first is told. Other refusals are raised as ever.
    """

    def __init__(self) -> None:
        self._found: dict[str, FieldFault] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, InvalidError) or not error.faults:
            return False
        for fault in error.faults:
            self._found.setdefault(fault.path, fault)
        return True

    def refuse(self) -> None:
        """Raises InvalidError with all that was found, in the order of the checks; does nothing where that is none."""
        if self._found:
            raise self.refusal()

    def refusal(self) -> InvalidError:
        """All that was found, to be raised."""
        return InvalidError(faults=tuple(self._found.values()))


class TooOftenError(RefusalError):
    """Tried too often; ``seconds`` says when it may be tried again."""

    code = "too-often"
    msgid = N_("That was tried too often. Wait a little, then try again.")

    def __init__(self, seconds: int, msgid: str | None = None) -> None:
        super().__init__(msgid)
        self.seconds = seconds
