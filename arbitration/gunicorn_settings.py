"""How gunicorn serves the application; what is said on its command line or in ``GUNICORN_CMD_ARGS`` counts instead.

``gunicorn -c python:arbitration.gunicorn_settings --bind unix:/run/arbitration/web.sock --workers 4``
"""

import gc
import os
import resource
import shutil
from pathlib import Path
from typing import Any

from arbitration import logs, tallies

MOST_MEMORY = 250 * 1024**2
"""Bytes after which a worker ends once it has answered, and another takes its place."""
LOOK_EVERY = 200
MEMORY = Path("/dev/shm")
SOON = ("layout.html", "macros/", "purchases/", "exhibits/_", "disputes/_", "icons/")
"""Templates of the pages that most people ask for: half a second to compile, in each worker unless before them all."""
_made = ""

wsgi_app = "arbitration.wsgi:app"
bind = ["127.0.0.1:8000"]
worker_class = "arbitration.gunicorn_worker.Worker"  # with threads, which take turns on SQLite
workers = 2
threads = 6  # more than may be looking at files at once (``media/examining.py``), so that the others answer
preload_app = True  # faults of the settings show at once, and workers share what was loaded
timeout = 60
graceful_timeout = 25
keepalive = 75  # longer than the proxy keeps idle connections
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
control_socket_disable = True
secure_scheme_headers: dict[str, str] = {}  # ARBITRATION_TRUSTED_PROXIES alone says what is believed
forwarded_allow_ips = ""
umask = 0o007  # of the socket: the proxy is of its group. Files are for this user alone, as everywhere

if tallies.FOLDER not in os.environ:
    os.environ[tallies.FOLDER] = _made = tallies.make_folder(worker_tmp_dir)


def when_ready(_server: Any) -> None:
    """What is loaded by now is shared by all workers, so load what each would load later, and leave it alone."""
    from arbitration import api, i18n
    from arbitration.services import sealing
    from arbitration.web import prose_parser  # noqa: F401 (with the first text of somebody's it would be loaded)
    from arbitration.wsgi import app

    api.load()
    i18n.load()
    sealing.load()
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(SOON)):
        app.jinja_env.get_template(name)
    gc.freeze()


def on_reload(_server: Any) -> None:
    """SIGHUP has gunicorn write its own lines again."""
    logs.of_gunicorn()


def post_fork(_server: Any, _worker: Any) -> None:
    """A connection to the database belongs to one process: each worker makes its own."""
    from arbitration.cli import memory
    from arbitration.db import db
    from arbitration.wsgi import app

    with app.app_context():
        db.engine.dispose(close=False)
    gc.set_threshold(*memory.SELDOM)


def post_request(worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
    """A worker gives back what it does not use; one that has grown too large ends when its answers are out."""
    if worker.nr % LOOK_EVERY:
        return
    from arbitration.cli import memory

    memory.give_back()
    if worker.alive and _memory() > MOST_MEMORY:
        worker.log.info("worker %s has grown to %d MB and ends", worker.pid, _memory() // 1024**2)
        worker.alive = False


def on_exit(_server: Any) -> None:
    """The numbers of this run go with it."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
