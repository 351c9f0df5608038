"""Files that strangers send: received, looked at in a process of its own, and made fit for the other side to see.

Nothing in here knows the database or the web. ``receiving`` and ``examining`` run in the server; what opens a file
(``child`` and the modules it names) runs in ``python -m arbitration.media``, with limits and without a network.
"""

from arbitration.media.examining import BusyError, examine
from arbitration.media.receiving import Incoming, discard

__all__ = ["BusyError", "Incoming", "discard", "examine"]
