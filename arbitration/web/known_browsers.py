"""The cookie of a browser in which somebody who works here has signed in before, one for each address."""

from flask import current_app, g, request
from werkzeug.wrappers import Response

from arbitration.domain import known_browsers as rules
from arbitration.domain.sign_in import canonical_address
from arbitration.web import sessions


def number_for(address: str) -> str | None:
    """The number of this browser, if the person with the (canonical) address has signed in here before."""
    key = current_app.config["SECRET_KEY"]
    mark = request.cookies.get(sessions.cookie_name(rules.name_for(key, address)), "")
    return rules.number_in(key, address, mark, g.now) if mark else None


def remember(response: Response, address: str) -> None:
    """Know this browser from now on as one of the person with the address, who has just given both factors."""
    key, address = current_app.config["SECRET_KEY"], canonical_address(address)
    mark = rules.mark_for(key, address, g.now)
    sessions.set_cookie(response, rules.name_for(key, address), mark, rules.LASTS.total_seconds())
