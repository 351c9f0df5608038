"""Which permission each route asks for. A route without a line here is closed to everybody; a test walks the URL map.

Operations of the API are named after their permission, so only the pages need lines of their own.
"""

from collections.abc import Mapping

PAGES: Mapping[str, str] = {
    "static": "seeAssets",
    "home.show": "seeHome",
    "health.live": "seeHealth",
    "sign_in.ask": "signIn",
    "sign_in.sent": "signIn",
    "sign_in.arrive": "signIn",
    "sign_in.confirm": "signIn",
    "sign_in.out": "signOut",
    "staff_sign_in.ask": "signInToWork",
    "staff_sign_in.code": "signInToWork",
    "staff_set_up.arrive": "signInToWork",
    "staff_set_up.password": "signInToWork",
    "staff_set_up.code": "signInToWork",
    "staff_account.show": "changeCredentials",
    "staff_account.change_password": "changeCredentials",
    "staff_account.renew_recovery_codes": "changeCredentials",
    "staff_ties.show": "declareTie",
    "staff_ties.declare": "declareTie",
    "staff_ties.end": "declareTie",
    "settings.choose_language": "chooseLanguage",
    "settings.show": "changeSettings",
    "settings.end_session": "endSession",
    "purchases.index": "listPurchases",
    "purchases.show": "getPurchase",
    "messages.post": "postMessage",
    "messages.fragment": "listMessages",
    "messages.versions": "listMessages",
    "messages.edit": "editMessage",
    "messages.delete": "deleteMessage",
    "exhibits.file": "uploadExhibit",
    "exhibits.show": "getExhibit",
    "exhibits.content": "getExhibitContent",
    "objections.make": "objectToReading",
    "objections.withdraw": "withdrawObjection",
    "listing_check.show": "checkListing",
    "api_document.openapi_json": "seeApiDocument",
    "api_document.browse": "seeApiDocument",
}


def action_of(endpoint: str) -> str | None:
    """The permission that an endpoint asks for, or None if nobody gave it one."""
    blueprint, _, name = endpoint.rpartition(".")
    return name if blueprint == "api" else PAGES.get(endpoint)
