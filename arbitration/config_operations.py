"""Settings of operations: who may ask for the metrics, and how logs are written."""

from arbitration.outside.addresses import networks_of

PREFIX = "ARBITRATION_"
SHORTEST_TOKEN = 16
LINES, JSON = "lines", "json"


def faults(token: str, allowed: str, log_format: str) -> list[str]:
    """What is wrong with these settings, a sentence each."""
    found = []
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token):
        found.append(f"{PREFIX}METRICS_TOKEN: is too weak; use {SHORTEST_TOKEN} random letters and digits or more")
    try:
        networks_of(allowed)
    except ValueError as error:
        found.append(f"{PREFIX}METRICS_NETWORKS: {error}; write for example 127.0.0.1, 10.0.0.0/8")
    if log_format not in (LINES, JSON):
        found.append(f"{PREFIX}LOG_FORMAT: must be {LINES} or {JSON}")
    return found
