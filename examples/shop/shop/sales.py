"""The shop's pages: goods, one's own orders, and the button for when something is wrong."""

import secrets
from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from shop import goods, handing_over, reporting, store
from shop.settings import Settings

blueprint = Blueprint("sales", __name__)


def refuse_other_sites() -> None:
    """A change that another site's page sends with our cookie is none of our people's."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403)


def settings() -> Settings:
    """What the shop was told."""
    told: Settings = current_app.config["SHOP"]
    return told


@blueprint.get("/")
def index() -> str:
    """What there is to buy, and what one has bought."""
    email = session.get("email")
    with store.transaction(settings().database) as act:
        orders = act.execute("SELECT * FROM orders WHERE buyer = ? ORDER BY paid_at DESC", (email,)).fetchall()
    return render_template("index.html", email=email, goods=goods.GOODS, currency=goods.CURRENCY, orders=orders)


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """A real shop asks for a password. This one believes everybody: it is an example."""
    email = request.form.get("email", "").strip()
    if "@" in email:
        session["email"] = email
    return redirect(url_for("sales.index"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Forget who it is."""
    session.clear()
    return redirect(url_for("sales.index"), 303)


@blueprint.post("/orders")
def buy() -> Response:
    """Sell, deliver at once, and tell Arbitration."""
    good = request.form.get("good", "")
    email = session.get("email")
    if good not in goods.GOODS or not email:
        abort(400)
    amount = goods.GOODS[good]["amount"]
    order = f"SHOP-{secrets.token_hex(6).upper()}"
    content = "-".join(secrets.token_hex(2).upper() for _ in range(4))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with store.transaction(settings().database) as act:
        row = (order, email, good, amount, goods.CURRENCY, content, now)
        act.execute(
            "INSERT INTO orders (id, buyer, good, amount, currency, content, paid_at) VALUES (?,?,?,?,?,?,?)", row
        )
    if trouble := reporting.report(settings()):
        flash(trouble)
    return redirect(url_for("sales.show", order_id=order), 303)


@blueprint.get("/orders/<order_id>")
def show(order_id: str) -> str:
    """One's own order, with what was bought."""
    order = _own(order_id)
    with store.transaction(settings().database) as act:
        refunds = act.execute("SELECT * FROM refunds WHERE order_id = ?", (order_id,)).fetchall()
    return render_template(
        "order.html", email=session["email"], order=order, good=goods.GOODS[order["good"]], refunds=refunds
    )


@blueprint.post("/orders/<order_id>/trouble")
def trouble(order_id: str) -> Response:
    """Hand the buyer over. What was not told yet is told first, since Arbitration has to know the purchase."""
    order = _own(order_id)
    if order["reported"] != "yes" and (said := reporting.report(settings())):
        flash(said)
        return redirect(url_for("sales.show", order_id=order_id), 303)
    return redirect(handing_over.address(settings(), order["buyer"], order_id), 303)


def _own(order_id: str) -> "store.sqlite3.Row":
    with store.transaction(settings().database) as act:
        order = act.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    if order is None or order["buyer"] != session.get("email"):
        abort(404)
    return order
