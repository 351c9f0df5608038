"""What the shop sells, as Arbitration is told of it: a listing is frozen into a purchase when it is first told."""

SELLER = {
    "external_id": "corner",
    "name": "Corner of Keys",
    "email": "keys@corner.example",
    "language": "en",
    "time_zone": "Europe/Warsaw",
    "working_hours": None,
}
CURRENCY = "USD"
GOODS = {
    "harbour": {
        "external_id": "harbour",
        "title": "Winter Harbour, key",
        "description": "A key for the game, worldwide.\nWarranty: 30 days from delivery. Money back.",
        "language": "en",
        "kind": "key",
        "terms": {"warranty": {"kind": "period", "duration": "P30D", "starts": "delivery"}},
        "amount": 1250,
    },
    "lighthouse": {
        "external_id": "lighthouse",
        "title": "Lighthouse Online, account at level 60",
        "description": "An account with its e-mail address.\nNo warranty once you have changed the password.",
        "language": "en",
        "kind": "account",
        "terms": {},
        "amount": 8900,
    },
    "ferry": {
        "external_id": "ferry",
        "title": "Ferry Radio, code for three months",
        "description": "A code for three months. Record the activation on video, or we can't help you.",
        "language": "en",
        "kind": "activation_code",
        "terms": {},
        "amount": 1499,
    },
}


def listing(good: str) -> dict[str, object]:
    """A good as the listing of a purchase."""
    return {name: value for name, value in GOODS[good].items() if name != "amount"}
