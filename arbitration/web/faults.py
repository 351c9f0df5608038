"""What is wrong with the fields of a form, in the reader's language."""

from arbitration.domain.refusals import InvalidError
from arbitration.door.reader import current_reader


def faults_of(refusal: InvalidError) -> dict[str, str]:
    """A sentence for each field that needs another look."""
    reader = current_reader()
    return {fault.path: reader.say(fault.msgid, **fault.values) for fault in refusal.faults}
