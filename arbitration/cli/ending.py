"""How a server ends: what was begun is answered, and nobody's connection keeps it from ending."""

import socket
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask


class _Task(WSGITask):  # type: ignore[misc] # waitress tells no types
    """An answer that tells a client, once the server ends, that it is the last one on its connection."""

    def build_response_header(self) -> bytes:
        """The head of the answer."""
        channel = self.channel
        if channel.ends.begun and len(channel.requests) == 1 and channel.request is None:
            self.request.headers["CONNECTION"] = "close"  # as if the client had asked for it
        head: bytes = super().build_response_header()
        return head


class Ending:
    """The end of a server. Make it before anybody is let in; ``begin`` it once, then ``let_go`` again and again."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self.begun = False
        self._server = server
        server.channel_class = type("Channel", (HTTPChannel,), {"task_class": _Task, "ends": self})

    def begin(self) -> None:
        """From now on each answer closes its connection, unless more was asked on that already."""
        self.begun = True

    def let_go(self) -> None:
        """Close the connections that nothing is asked on."""
        for channel in list(self._server.active_channels.values()):
            if _is_idle(channel):
                channel.handle_close()


def _is_idle(channel: Any) -> bool:
    """Whether nothing was read that isn't answered yet, and nothing waits to be read."""
    if channel.requests or channel.request is not None or channel.total_outbufs_len:
        return False
    try:
        return not channel.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return True
