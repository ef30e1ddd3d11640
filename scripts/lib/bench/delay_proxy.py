"""A TCP proxy on loopback that holds all bytes back for a while, each way: a long line, for kernels
that cannot make one. Order and rate stay as they are.

usage: delay_proxy.py TARGET_PORT ONE_WAY_MILLISECONDS

Prints the port that it listens on, and works until it is ended.
"""
import asyncio
import sys

MOST_HELD = 64 << 20  # bytes each way, before the sender has to wait


class Direction(asyncio.Protocol):
    """What comes in here goes out there, later."""

    def __init__(self, delay):
        self.delay = delay
        self.loop = asyncio.get_running_loop()
        self.out = self.own = None
        self.held = 0
        self.waiting = []  # before the other side is there

    def connection_made(self, transport):
        self.own = transport

    def data_received(self, data):
        self.held += len(data)
        if self.held > MOST_HELD:
            self.own.pause_reading()
        self.loop.call_later(self.delay, self._pass_on, data)

    def connection_lost(self, _):
        self.loop.call_later(self.delay, self._close)

    def _pass_on(self, data):
        self.held -= len(data)
        if not self.own.is_closing():
            self.own.resume_reading()
        if self.out is None:
            self.waiting.append(data)
        elif not self.out.is_closing():
            self.out.write(data)

    def _close(self):
        if self.out is not None:
            self.out.close()

    def send_to(self, transport):
        self.out = transport
        transport.writelines(self.waiting)
        self.waiting = []


async def serve(port, delay):
    loop = asyncio.get_running_loop()

    class Client(Direction):
        def connection_made(self, transport):
            super().connection_made(transport)
            self.other_side = loop.create_task(self._connect())

        async def _connect(self):
            transport, back = await loop.create_connection(lambda: Direction(delay), '127.0.0.1', port)
            back.send_to(self.own)
            self.send_to(transport)

    server = await loop.create_server(lambda: Client(delay), '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == '__main__':
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
