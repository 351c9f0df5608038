"""What a check of the docket can find, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from arbitration.rules.marking import N_

INSTALLATION = "installation"
"""How a finding calls the installation's own chain."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the docket says: ``where`` names the chain or row, ``since`` the entry concerned."""

    where: str
    since: int | None
    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """One line in English."""
        place = self.where if self.since is None else f"{self.where}, entry {self.since}"
        return f"{place}: {self.msgid % self.values if self.values else self.msgid}"


OF_LINKS = {
    "gap": N_("An entry before this one is missing, or this one is out of its order."),
    "hash": N_("This entry does not fit its hash: it was changed, or what stands before it was."),
    "body": N_("This entry can't be read."),
    "columns": N_("The columns of this entry say something else than its body."),
}
NO_HEAD = N_("The record of where this chain ends is missing.")
NO_ENTRIES = N_("All entries of this chain are missing; it had %(length)d.")
CUT = N_("The chain ends here, but it had %(length)d entries.")
ADDED = N_("The chain goes on beyond its end, which is entry %(length)d.")
OTHER_END = N_("The chain does not end in the hash that is on record for its end.")
BROKEN_SEAL = N_("The seal on the chain's end is broken: it was written without this installation's secret.")
NO_PURCHASE = N_("There is a chain, but no purchase that it belongs to: the purchase was taken away.")
NO_CHAIN = N_("There is a purchase, but no chain of entries that tells of it.")
NOT_IMPORTED = N_("The chain of a purchase must begin with its import.")
OTHER_VALUE = N_("The purchase's %(field)s is not what this entry says.")
OTHER_LISTING = N_("The listing's text is not the one that was frozen. Purchases: %(purchases)s.")
OTHER_POLICY = N_("The policy's text does not fit its SHA-256.")
UNKNOWN_POLICY = N_("No entry tells of the installation of this text.")
NO_POLICY = N_("Version %(version)d of the policy “%(name)s” was installed here, but is missing.")
NO_MESSAGE = N_("Message %(position)d is missing.")
UNKNOWN_MESSAGE = N_("No entry tells of message %(position)d.")
OTHER_MESSAGE = N_("The %(field)s of message %(position)d is not what this entry says.")
OTHER_UNREAD = N_(
    "The %(side)s's number of unread messages is kept as %(kept)d, but is %(counted)d. "
    "Nothing rests on it but marks in lists; it is counted anew when either side is next shown a new message."
)
NO_TEXT = N_("The text of message %(position)d, version %(version)d, is missing.")
OTHER_TEXT = N_("The text of message %(position)d, version %(version)d, is not the one that was written.")
UNKNOWN_TEXT = N_("No entry tells of version %(version)d of message %(position)d.")
MISSING_FROM_BATCH = N_("%(created)d purchases came with this part of an import; %(found)d of them are left.")
OTHER_BATCH = N_("The purchases that came with this part of an import are not those that are there now.")
UNKNOWN_BATCH = N_("No entry tells of the part of an import that this purchase came with.")
UNKNOWN_READINGS = N_("No entry tells of the reading of some listings.")
OTHER_READINGS = N_("What was read in the listings of this batch is not what is on record now.")
UNKNOWN_OBJECTION = N_("No entry tells of an objection to how the listing was read.")
OTHER_OBJECTION = N_("An objection to how the listing was read is not what this entry says.")
NO_OBJECTION = N_("An objection to how the listing was read is missing.")
UNKNOWN_NOTE = N_("No entry tells of a note that stands here.")
OTHER_NOTE = N_("A note is not what this entry says.")
NO_NOTE = N_("A note is missing.")
UNKNOWN_EXHIBIT = N_("No entry tells of exhibit %(number)s.")
OTHER_EXHIBIT = N_("Exhibit %(number)s is not what this entry says.")
NO_EXHIBIT = N_("Exhibit %(number)s is missing.")
NO_FILE = N_("The file %(file)s of exhibit %(number)s is missing, or can't be read.")
OTHER_FILE = N_("The file %(file)s of exhibit %(number)s is not the one that was filed.")
OTHER_VIEW = N_("Who was shown exhibit %(number)s is not what the entries say.")
UNKNOWN_REMEDY = N_("No entry tells of a remedy that stands here.")
OTHER_REMEDY = N_("The %(field)s of a remedy is not what this entry says, or what came after it.")
NO_REMEDY = N_("A remedy is missing.")
UNKNOWN_BOOKING = N_("No entry tells of “%(key)s” in the books.")
OTHER_BOOKING = N_("What stands in the books under “%(key)s” is not what this entry says.")
NO_BOOKING = N_("“%(key)s” is missing in the books.")
UNKNOWN_DISPUTE = N_("No entry tells of a dispute that stands here.")
OTHER_DISPUTE = N_("The %(field)s of a dispute is not what this entry says, or what came after it.")
NO_DISPUTE = N_("A dispute is missing.")
UNKNOWN_RULING = N_("No entry tells of a ruling.")
OTHER_RULING = N_("The %(field)s of a ruling is not what this entry says.")
NO_RULING = N_("A ruling is missing.")
UNKNOWN_DEADLINE = N_("No entry tells of the act from which a deadline (%(kind)s) is counted.")
OTHER_DEADLINE = N_("The %(field)s of a deadline (%(kind)s) is not what the entries and the agreement come to.")
NO_DEADLINE = N_("The deadline (%(kind)s) that began with this entry is missing.")
