"""What acts leave in the correspondence."""

from arbitration.domain.events import EVENTS, KIND_OF_ENTRY
from arbitration.models import Message


def test_every_kind_of_event_fits_its_column_and_has_an_entry_of_its_own() -> None:
    longest = Message.__table__.c.kind.type.length
    assert [kind for kind in EVENTS if len(kind) > longest] == []
    assert len(KIND_OF_ENTRY) == len(EVENTS)
