"""The addresses where the OpenAPI document is served and can be browsed."""

from flask import Blueprint, current_app, jsonify, render_template, request
from werkzeug.wrappers import Response

from arbitration.api import problems

pages = Blueprint("api_document", __name__, url_prefix="/api")
problems.handle_within(pages)


@pages.get("/openapi.json")
def openapi_json() -> Response:
    """The document itself."""
    from arbitration.api import document

    response = jsonify(document.written(current_app))
    response.add_etag()
    return response.make_conditional(request)


@pages.get("/docs")
def browse() -> str:
    """The document to browse, with what each type of problem means."""
    return render_template("api/docs.html", problems=problems.KINDS)


@pages.get("/reference")
def read() -> str:
    """The document as a plain page: without scripts, by keyboard, and for whoever listens to it."""
    from arbitration.api import reference

    return render_template("api/reference.html", reference=reference.of(current_app))
