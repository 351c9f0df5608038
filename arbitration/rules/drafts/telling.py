"""The sentences of the doubts about a draft listing, for its seller."""

from arbitration.rules.drafts.doubts import Doubt
from arbitration.rules.durations import Duration
from arbitration.rules.marking import N_
from arbitration.rules.telling import Teller

SENTENCES = {
    "review_removal": N_("A replacement or a refund may not depend on the removal of a review. Leave this out."),
    "outside_reports": N_(
        "Buyers report problems in the purchase's correspondence. A report made elsewhere does not count, and you may "
        "not ask for one. Leave this out."
    ),
    "remedy_denied": N_(
        "For goods that are bad or not as described the buyer chooses between a replacement and a refund. The listing "
        "can't take that choice away. Leave this out."
    ),
    "late_video": N_(
        "By the agreement the video runs from the start of payment, not from the first use. A buyer who goes by this "
        "sentence lacks the beginning."
    ),
    "video_span": N_(
        "The listing does not say what the video must show. By the agreement it runs from the start of payment to the "
        "end of the check, in one piece."
    ),
    "below_floor": N_("The agreement grants at least %(duration)s, whatever the listing states."),
    "handover_stays": N_(
        "Without a warranty you still answer for goods that are not right when they are handed over. The table below "
        "shows for how long that can be reported."
    ),
    "no_period": N_(
        "The listing states no period, so its warranty is unlimited in time. If you mean a period, state it."
    ),
    "own_period": N_("The listing states no period, so the agreement's own counts. If you mean another one, state it."),
    "range": N_("Of a range, the longest counts: %(duration)s. State one period."),
    "vague": N_("This can be understood in several ways. It is read as %(duration)s. State exactly one period."),
    "working_days": N_("Every day counts, not only working days: this is read as %(duration)s."),
    "first_use": N_("Nobody can see the first use from outside. It is counted from the delivery: %(duration)s."),
    "start_unsaid": N_("The listing does not say from when its period (%(duration)s) runs. It runs from the delivery."),
    "calendar_months": N_(
        "A month is a calendar month, with 28 to 31 days. Whoever means a number of days should state days."
    ),
    "no_unit": N_("A number without a unit is no period. State hours, days, months or years."),
    "two_statements": N_(
        "This contradicts another statement. The one that is kinder to the buyer counts. Keep only one."
    ),
    "hesitated": N_("It is not clear whether this is a warranty, so it counts as none being stated. Say it plainly."),
}


def tell(doubt: Doubt, teller: Teller) -> str:
    """The sentence of a doubt in the teller's language."""
    text = teller.gettext(SENTENCES[doubt.code])
    if not doubt.values:
        return text
    return text % {
        name: teller.duration(value) if isinstance(value, Duration) else value for name, value in doubt.values.items()
    }
