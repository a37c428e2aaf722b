"""What an unchanged feed costs: the Fetcher beside a bare httpx loop with the same validators, in the same run.

    python docs/benchmarks/polling.py [--feeds 2000] [--hosts 500] [--rounds 10]

A small server in a process of its own listens on as many loopback addresses as there are hosts. Every round polls all feeds; after
the first, every answer is 304. The two take turns, so that what else the machine does falls on both. Printed: CPU per feed of each
and their ratio (the first round, which reads bodies and robots.txt, apart), and the process's memory after each round.
"""

import argparse
import asyncio
import ipaddress
import multiprocessing
import resource
import socket
import statistics
import time
from datetime import timedelta
from pathlib import Path

import httpx

from pipeline.fetch import Fetcher, NotModified, Settings
from pipeline.model import Drop, Page

BODY = b"<rss version='2.0'><channel><title>x</title></channel></rss>" * 100


def host(number: int) -> str:
    return f"127.30.{number // 250}.{number % 250 + 1}"


class Feeds(asyncio.Protocol):
    """Answers GETs: robots.txt with 404, the validator with 304, anything else with a feed."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data.startswith(b"GET /robots.txt"):
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        elif b'if-none-match: "1"' in data.lower():
            self.transport.write(
                b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nDate: Sun, 04 Jan 2026 10:00:00 GMT\r\n\r\n'
            )
        else:
            head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n'
            self.transport.write(head % len(BODY) + BODY)


def serve(hosts: int, port: int, ready) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in range(hosts):
            await loop.create_server(Feeds, host(number), port, backlog=128)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory() -> float:
    """Megabytes resident now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def bare(client: httpx.AsyncClient, urls: list[str], etags: dict[str, str], in_flight: int) -> int:
    gate = asyncio.Semaphore(in_flight)

    async def one(url: str) -> bool:
        async with gate:
            answer = await client.get(url, headers={"If-None-Match": etags[url]} if url in etags else {})
        if answer.status_code == 200:
            etags[url] = answer.headers["etag"]
        return answer.status_code == 304

    return sum(await asyncio.gather(*map(one, urls)))


async def polite(fetcher: Fetcher, urls: list[str], etags: dict[str, str]) -> int:
    async def one(url: str) -> bool:
        answer = await fetcher.get(url, etag=etags.get(url))
        if isinstance(answer, Page):
            etags[url] = answer.headers["etag"]
        elif isinstance(answer, Drop):
            raise RuntimeError(answer.reason)  # noqa: TRY004  a failed poll, not a wrong type
        return isinstance(answer, NotModified)

    return sum(await asyncio.gather(*map(one, urls)))


async def measure(urls: list[str], rounds: int, in_flight: int) -> None:
    settings = Settings(
        user_agent="marsad (benchmark)",
        in_flight=in_flight,
        delay=timedelta(0),
        allow_networks=(ipaddress.ip_network("127.30.0.0/16"),),
    )
    # With more kept, httpx looks at each of them for every request: 18 ms a feed with 500. This is the best it can do.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=in_flight)
    spent: dict[str, list[float]] = {"bare": [], "polite": []}
    wall: dict[str, list[float]] = {"bare": [], "polite": []}
    known: dict[str, dict[str, str]] = {"bare": {}, "polite": {}}
    async with httpx.AsyncClient(trust_env=False, limits=limits) as client, Fetcher(settings) as fetcher:
        for number in range(rounds):
            for who, times in spent.items():
                began, clock = cpu(), time.perf_counter()
                if who == "bare":
                    same = await bare(client, urls, known[who], in_flight)
                else:
                    same = await polite(fetcher, urls, known[who])
                times.append((cpu() - began) / len(urls) * 1000)
                wall[who].append(time.perf_counter() - clock)
                if same != (len(urls) if number else 0):
                    raise RuntimeError(f"{who}: {same} of {len(urls)} unchanged in round {number + 1}")
            print(
                f"round {number + 1:2}: bare {spent['bare'][-1]:.2f} ms CPU a feed ({wall['bare'][-1]:.1f} s), "
                f"polite {spent['polite'][-1]:.2f} ms ({wall['polite'][-1]:.1f} s), {memory():.1f} MB",
                flush=True,
            )
    usual = {who: statistics.median(times[1:]) for who, times in spent.items()}
    print(
        f"unchanged feed: {usual['polite']:.2f} ms CPU against {usual['bare']:.2f} ms = {usual['polite'] / usual['bare']:.2f}x; "
        f"first round, with robots.txt: {spent['polite'][0]:.2f} ms against {spent['bare'][0]:.2f} ms"
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--feeds", type=int, default=2000)
    words.add_argument("--hosts", type=int, default=500)
    words.add_argument("--rounds", type=int, default=10)
    words.add_argument("--in-flight", type=int, default=32)
    args = words.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(args.hosts, port, ready), daemon=True)
    server.start()
    ready.wait(60)
    urls = [f"http://{host(n % args.hosts)}:{port}/feed/{n}.xml" for n in range(args.feeds)]
    try:
        asyncio.run(measure(urls, args.rounds, args.in_flight))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
