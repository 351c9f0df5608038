"""Room for those who come when many connections are open that nothing happens on."""

import logging
from time import time

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

log = logging.getLogger(__name__)
MOST = 500
"""Connections at which the server takes no more."""
CROWDED = 450
"""Connections from which on those that are idle are closed for others to come in."""
AT_ONCE = 50
QUIET = 10.0
"""Seconds without a byte after which half a request, or an answer that nobody reads, counts as idle too."""
TELL_EVERY = 60.0
"""Seconds after which the log says again that it is crowded."""


class Crowd:
    """Closes what has been idle for longest while a server has nearly as many connections as it may have.

    Left to itself it closes those that nothing has happened on for two minutes, and meanwhile whoever keeps as many
    open as it may have locks everybody out.
    """

    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server
        self._tell_at = 0.0

    def thin_out(self) -> None:
        """Close some that are idle, if there are too many. To be called where the server reads, between two looks."""
        channels = self._server.active_channels
        if len(channels) < CROWDED:
            return
        now = time()
        idle = sorted((each for each in list(channels.values()) if _is_idle(each, now)), key=_last_active)[:AT_ONCE]
        if idle and now >= self._tell_at:
            self._tell_at = now + TELL_EVERY
            log.warning("%d connections are open: the idle ones are closed for others to come in", len(channels))
        for channel in idle:
            channel.handle_close()


def _is_idle(channel: HTTPChannel, now: float) -> bool:
    """Whether no thread is at work for it, and it neither sends nor reads anything, or has not for a while."""
    if channel.requests:
        return False
    under_way = channel.request is not None or channel.total_outbufs_len
    return not under_way or now - channel.last_activity >= QUIET


def _last_active(channel: HTTPChannel) -> float:
    active: float = channel.last_activity
    return active
