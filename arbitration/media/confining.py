"""What the process that opens strangers' files is held to: memory, time, files, no network."""

import ctypes
import os
import resource
import signal
from contextlib import suppress

MEBI = 1024 * 1024
MEMORY = 1536 * MEBI
SECONDS = 60
LESS_URGENT = 5  # than answering
LARGEST_OUTPUT = 160 * MEBI
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
NO_NEW_PRIVILEGES, NOT_DUMPABLE, DIES_WITH_PARENT = 38, 4, 1


def confine() -> bool:
    """Give up what is not needed, before anything is opened. True if the process has no network any more."""
    os.umask(0o077)
    with suppress(OSError):  # where a filter forbids it, files are looked at all the same
        os.nice(LESS_URGENT)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    return _leave_network()


def _leave_network() -> bool:
    """Move into a network namespace of its own, where the system lets us; it holds no way out."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        alone = libc.unshare(NEW_USER | NEW_NETWORK) == 0 or libc.unshare(NEW_NETWORK) == 0
        libc.prctl(DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)  # forgotten by unshare, so not before
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(NOT_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        return False
    return bool(alone)
