"""``python confined.py CALLS SOCKETS PROGRAM ...``: become a program that may make these calls of the system alone.

``CALLS`` are names with commas; others fail with EPERM. ``SOCKETS`` are open files, handed over as systemd does it.
"""

import ctypes
import os
import sys

ALLOW, REFUSE_WITH_EPERM, NO_NEW_PRIVILEGES = 0x7FFF0000, 0x00050001, 38
FIRST_SOCKET = 3


def confine(calls: list[str]) -> None:
    """From here on, fail what is not named."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(REFUSE_WITH_EPERM)))
    for name in calls:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0 and library.seccomp_rule_add(rules, ctypes.c_uint32(ALLOW), number, 0) != 0:  # below: elsewhere
            raise SystemExit(f"no rule could be made for {name}")
    if ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0 or library.seccomp_load(rules) != 0:
        raise SystemExit("the filter could not be loaded")


def hand_over(sockets: list[int]) -> None:
    """Put open sockets where systemd puts them, and say so as it does."""
    for place, number in enumerate(sockets, FIRST_SOCKET):
        os.dup2(number, place)
    os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(sockets))}


if __name__ == "__main__":
    _, calls, sockets, *command = sys.argv
    hand_over([int(number) for number in sockets.split(",") if number])
    confine(calls.split(","))
    os.execv(command[0], command)
