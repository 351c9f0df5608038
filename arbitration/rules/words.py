"""The kinds of trouble as people say them, for an agreement that is explained; translated where they are shown.

Pages have labels of their own, in ``templates/macros/``.
"""

from arbitration.rules.marking import N_

REASONS = {
    "not_delivered": N_("The goods never came"),
    "not_as_described": N_("The goods are not as described"),
    "invalid": N_("The key or login never worked"),
    "stopped_working": N_("The goods stopped working"),
    "reclaimed": N_("Taken back by an earlier owner"),
    "payment_not_credited": N_("Paid, but the payment was not credited"),
    "changed_mind": N_("I changed my mind"),
}
