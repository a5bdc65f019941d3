"""No test may talk to another machine."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# An address that is kept for examples: nothing answers there.
ELSEWHERE = ("192.0.2.1", 80)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_another_machine_cannot_be_reached():
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(ELSEWHERE, timeout=1)


def test_this_machine_can_be_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1) as client,
    ):
        assert client.getpeername() == server.getsockname()
