"""The life of a dispute, an act each: opening, offers, arbitration, rulings, remedies, and what the clock does."""
