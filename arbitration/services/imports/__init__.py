"""Taking in what a marketplace tells of its purchases."""

from arbitration.services.imports.batch import LARGEST_BATCH, known_in_act, name_of, read_row, take_in
from arbitration.services.imports.known import Known
from arbitration.services.imports.results import RowResult

__all__ = ["LARGEST_BATCH", "Known", "RowResult", "known_in_act", "name_of", "read_row", "take_in"]
