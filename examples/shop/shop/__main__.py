"""`python -m shop`: serve the shop on this machine."""

import argparse
import logging

from werkzeug.serving import make_server

from shop import create_app, settings


def main() -> None:
    """Serve until interrupted. Prints the address once it is up."""
    parser = argparse.ArgumentParser(description="A small shop that sends its trouble to Arbitration.")
    parser.add_argument("--port", type=int, default=5001, help="0 takes any free port")
    port = parser.parse_args().port
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", port, create_app(settings.load()), threaded=True)
    print(f"The shop is open at http://127.0.0.1:{server.server_port}. Ctrl-C closes it.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
