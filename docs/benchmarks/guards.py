"""Switch every guard off, one after the other, and see that a named test fails: a test that cannot fail proves nothing.

    python docs/benchmarks/guards.py [--only WORD] [--jobs N]      --table prints the rows as Markdown

For each row a copy of the source is made, one line of it is changed as below, and the named tests run against the copy. A row is
good when they fail with the change and pass without it. Prints a line a guard; exits 1 when a guard can be taken away unnoticed.
The table of docs/reliability.md is made of these rows; a test of the suite holds the two together.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FETCH, STORE = "tests/fetch/test_fetch_client.py", "tests/store/test_store.py"
HANGS = 90
"""Seconds after which tests that wait for ever without their guard count as failed."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`old` stands once in `file` and is replaced by `new`; then the test, or one of its cases, must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


def _off(name: str, file: str, old: str, new: str, test: str) -> Guard:
    return Guard(name, f"pipeline/{file}", old, new, test)


GUARDS = (
    # ---- fetching: time and size
    _off("one deadline for a whole answer", "fetch/client.py",
         "async with asyncio.timeout(question.left):", "async with asyncio.timeout(None):",
         f"{FETCH}::test_the_whole_answer_has_one_deadline"),
    _off("redirects share the deadline", "fetch/client.py",
         "question.left -= clock() - began", "question.left -= 0 * began",
         f"{FETCH}::test_redirects_share_one_deadline"),
    _off("a cap on the bytes of an answer", "fetch/coding.py",
         "if self._wire > self._cap and not self._cut:", "if False:",
         f"{FETCH}::test_what_does_not_end_is_ended"),
    _off("decompression in bounded steps", "fetch/coding.py",
         "self._stream.decompress(data, self._cap + 1 - len(self._out))", "self._stream.decompress(data)",
         f"{FETCH}::test_a_bomb_of_a_gigabyte_raises_no_memory"),
    _off("no coding that was not asked for", "fetch/coding.py",
         "if len(names) > 1 or (names and names[0]", "if (names and names[0]",
         "tests/fetch/test_fetch_coding.py::test_a_coding_that_was_not_asked_for_is_refused"),
    _off("a compressed answer must be whole", "fetch/coding.py",
         "if begun and not self.full:", "if False:",
         "tests/fetch/test_fetch_coding.py::test_every_proper_beginning_of_a_compressed_answer_is_truncated"),
    _off("heads end", "fetch/wire.py",
         "max_incomplete_event_size=MOST_HEAD", "max_incomplete_event_size=MOST_HEAD * 1000",
         f"{FETCH}::test_what_does_not_end_is_ended"),
    _off("redirects end", "fetch/client.py",
         "if question.hop > MOST_REDIRECTS:", "if False:",
         f"{FETCH}::test_loops_and_long_chains_end"),
    # ---- fetching: where a request may go
    _off("private addresses are refused", "fetch/guard.py",
         'if getattr(address, "scope_id", None) is not None or not public(address):', "if False:",
         f"{FETCH}::test_a_redirect_to_what_may_not_be_asked_is_blocked_before_a_packet_leaves"),
    _off("every address of a name is checked", "fetch/guard.py",
         "        for address in found:\n            check(address, target.port, self._allowed)\n", "",
         "tests/fetch/test_fetch_guard.py::test_one_private_address_among_public_ones_refuses_the_name"),
    _off("the address that was checked is dialled", "fetch/wire.py",
         "addresses = (await self._guard.addresses(target))[:MOST_TRIED]",
         "addresses = (await self._guard.addresses(target), await self._guard.addresses(target))[1][:MOST_TRIED]",
         f"{FETCH}::test_the_address_that_was_checked_is_the_one_that_is_dialled"),
    _off("addresses on the way are checked before a turn", "fetch/client.py",
         "            self._guard.check(target)\n            if target.url in seen:", "            if target.url in seen:",
         f"{FETCH}::test_a_forbidden_address_is_refused_without_waiting_for_a_turn"),
    _off("odd spellings of addresses are refused", "fetch/guard.py",
         "        if host != text:\n", "        if False:\n",
         "tests/fetch/test_fetch_guard.py::test_an_odd_way_to_write_an_address_is_refused_even_if_all_is_allowed"),
    _off("only the ports of the web", "fetch/guard.py",
         "    if port not in PORTS:\n", "    if False:\n",
         "tests/fetch/test_fetch_guard.py::test_the_public_web_is_asked_on_its_usual_ports"),
    _off("only http and https", "fetch/guard.py",
         'if kind not in ("http", "https"):', "if False:",
         "tests/fetch/test_fetch_guard.py::test_what_is_not_a_plain_http_address_is_refused"),
    _off("passwords go to their own origin only", "fetch/client.py",
         "if target.origin == question.origin:", "if True:",
         f"{FETCH}::test_credentials_of_the_operator_reach_their_own_origin_only"),
    _off("certificates are checked", "fetch/wire.py",
         "self._tls = httpx.create_ssl_context(trust_env=False)", "self._tls = httpx.create_ssl_context(verify=False)",
         f"{FETCH}::test_certificates_are_checked_where_nobody_says_whom_to_trust"),
    _off("bytes after an answer spoil its connection", "fetch/wire.py",
         "if not done or self.ended or self._bytes or self.http.trailing_data[0]:", "if not done or self.ended:",
         f"{FETCH}::test_bytes_after_an_answer_never_answer_the_next_question"),
    # ---- fetching: politeness
    _off("one request at a time to a host", "fetch/pace.py",
         "if self.running < most and not self.waiting:", "if True:",
         "tests/fetch/test_fetch_pace.py::test_a_host_has_no_more_requests_at_once_than_allowed"),
    _off("the pause between two requests", "fetch/pace.py",
         "pause = max(self._delay, min(pause, LONGEST_PAUSE))", "pause = 0.0",
         "tests/fetch/test_fetch_pace.py::test_with_one_at_a_time_the_pause_begins_when_the_request_ends"),
    _off("Retry-After is obeyed", "fetch/client.py",
         "self._pace.rest(host, later.total_seconds())", "pass",
         f"{FETCH}::test_a_host_that_says_later_is_not_asked_again_before"),
    _off("robots.txt is obeyed", "fetch/client.py",
         "if not given and not rules.allows(target.url):", "if False:",
         f"{FETCH}::test_robots_txt_is_asked_first_once_and_obeyed"),
    _off("no robots.txt for now, no page for now", "fetch/robots.py",
         'return Failure("robots", about, retry_after=failure.retry_after).drop()', "return Rules(self._agent)",
         "tests/fetch/test_fetch_robots.py::test_a_robots_txt_that_could_not_be_asked_forbids_for_now"),
    # ---- parsing
    _off("entity declarations are refused", "parse/document.py",
         '    if found["entity"]:\n', "    if False:\n",
         "tests/test_parse.py::test_entity_declarations_are_refused_in_every_encoding"),
    _off("a document that ends too early is known", "parse/document.py",
         "truncated=not closed,", "truncated=False,",
         "tests/test_parse.py::test_a_truncated_document_keeps_every_complete_item_and_never_the_half_one"),
    _off("so many items of a document", "parse/document.py",
         "MOST = 1_000\n", "MOST = 1_000_000\n",
         "tests/test_cli.py::test_feeds_check_tells_what_is_odd_about_a_feed"),
    _off("tags of a hundred thousand attributes", "parse/document.py",
         'if len(rest) > LONGEST_TAG or rest.count("=") > MOST_ATTRIBUTES:', "if False:",
         "tests/test_parse.py::test_hostile_items_take_little_time_and_cost_no_other_item"),
    _off("gzip files are unpacked to a limit", "parse/__init__.py",
         "plain = stream.decompress(body, MOST_UNPACKED + 1)\n", "plain = stream.decompress(body)[:MOST_UNPACKED]\n",
         "tests/test_parse.py::test_a_sitemap_may_come_as_a_gzip_file"),
    # ---- workers
    _off("a worker's time is limited", "engine.py",
         "args=(function, args), timeout=seconds)", "args=(function, args))",
         "tests/test_engine.py::test_a_worker_that_hangs_is_killed_and_the_others_go_on"),
    _off("a worker's memory is limited", "engine.py",
         "    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))\n", "",
         "tests/test_engine.py::test_the_memory_of_a_worker_is_limited"),
    _off("a worker dies with its parent", "engine.py",
         "    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)\n    try:\n        os.kill(parent, 0)",
         "    try:\n        os.kill(os.getpid(), 0)",
         "tests/test_engine.py::test_no_worker_outlives_a_parent_that_was_killed"),
    _off("a worker's death costs one item", "engine.py",
         "            except pebble.ProcessExpired as error:\n"
         '                return Drop(reason="killed", detail=f"the worker died: {error}")\n',
         "",
         "tests/test_engine.py::test_a_worker_that_dies_costs_one_item"),
    _off("documents in memory are bounded", "collect/collector.py",
         "            self._room.clear()\n", "            pass\n",
         "tests/collect/test_collector.py::test_pages_in_memory_are_bounded_however_slow_the_workers_are"),
    # ---- nothing lost, nothing doubled
    _off("a cut document leaves no validators", "collect/collector.py",
         "        if parsed.truncated:\n", "        if False:\n",
         "tests/collect/test_collector.py::test_a_document_that_was_cut_off_keeps_its_items_and_no_validators"),
    _off("validators are not believed for ever", "collect/rhythm.py",
         "    return now - state.last_full < doubted\n", "    return True\n",
         "tests/collect/test_rhythm.py::test_validators_are_trusted_for_as_long_as_silence_is_likely"),
    _off("validators and entries in one transaction", "store/__init__.py",
         "            return queue.save_feed(c, state, entries, now)\n",
         "            queue.save_feed(c, state, (), now)\n"
         "        with self._write() as c:\n            return queue.save_feed(c, state, entries, now)\n",
         f"{STORE}::test_validators_are_never_kept_without_the_entries_they_vouch_for"),
    _off("an article and its entry in one transaction", "store/__init__.py",
         "                sheets.add(c, article.id, sheet)\n            queue.done(c, pending, article.id)\n",
         "                sheets.add(c, article.id, sheet)\n"
         "        with self._write() as c:\n            queue.done(c, pending, article.id)\n",
         "tests/store/test_store_queue.py"),
    _off("an address in hand is fetched once", "collect/collector.py",
         "            if key in self._twins:\n", "            if False:\n",
         "tests/collect/test_collector.py::test_one_page_of_two_feeds_is_fetched_once_and_filed_once"),
    _off("a redirect moves a feed the second time only", "collect/rhythm.py",
         "    if state.moving != moved_to:\n", "    if False:\n",
         "tests/collect/test_rhythm.py::test_a_redirect_that_was_not_repeated_moves_nothing"),
    _off("writers take turns from their first read on", "store/database.py",
         '"BEGIN IMMEDIATE" if writes else "BEGIN"', '"BEGIN"',
         f"{STORE}::test_a_writer_that_has_read_keeps_the_others_waiting"),
    _off("one instance", "store/lock.py",
         "            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "            pass\n",
         f"{STORE}::test_a_second_instance_is_told_who_holds_the_archive_and_since_when"),
    _off("a newer version's archive is refused", "store/database.py",
         "if found is not None and found > HEAD:", "if False:",
         f"{STORE}::test_an_archive_of_a_newer_version_is_refused_undamaged"),
    _off("text that no database can write", "store/schema.py",
         'return text.replace("\\0", "\\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")',
         "return text",
         f"{STORE}::test_text_that_no_database_can_write_is_written_with_a_mark_in_its_place"),
    _off("files whole or not at all", "publish.py",
         'partial = path.with_name(f".{path.name}.partial")', "partial = path",
         "tests/test_publish.py::test_a_disk_that_fills_in_the_middle_leaves_no_half_file_and_is_made_up_for"),
    # ---- nothing a feed says is executed
    _off("text from outside is escaped in HTML", "digest/render.py",
         '{display.direction(told)}">{escape(told)}</bdi>', '{display.direction(told)}">{told}</bdi>',
         "tests/digest/test_render.py::test_a_page_runs_nothing_loads_nothing_and_links_to_the_web_alone"),
    _off("Markdown is escaped", "digest/markdown.py",
         "def escaped(text: str) -> str:\n", "def escaped(text: str) -> str:\n    return text\n\n\ndef _escaped(text: str) -> str:\n",
         "tests/digest/test_markdown.py::test_whatever_a_title_holds_it_is_shown_and_does_nothing"),
    _off("control characters stay out of the log", "cli/log.py",
         'event[key] = _UNPRINTABLE.sub(" ", value)', "event[key] = value",
         "tests/test_cli_log.py::test_the_log_holds_one_line_an_event_whatever_the_event_holds"),
    _off("passwords stay out of log and archive", "text/urls.py",
         'return _USERINFO.sub(r"\\1", url, count=1)', "return url",
         "tests/collect/test_collector.py::test_no_password_of_a_feeds_address_is_written_anywhere"),
)  # fmt: skip


def table() -> str:
    """The rows as they stand in docs/reliability.md."""
    rows = ["| guard | lives in | the test that misses it |", "|---|---|---|"]
    for guard in GUARDS:
        path, _, test = guard.test.partition("::")
        shown = f"`{path.removeprefix('tests/')}`" + (
            f" {test.removeprefix('test_').replace('_', ' ')}" if test else ""
        )
        rows.append(f"| {guard.name} | `{guard.file.removeprefix('pipeline/')}` | {shown} |")
    return "\n".join(rows)


def prove(guard: Guard) -> tuple[str, float]:
    """What became of the tests without the guard: `fails` is good."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("pipeline", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        for name in ("pyproject.toml", "marsad"):
            shutil.copy(ROOT / name, copy / name)
        path = copy / guard.file
        text = path.read_text(encoding="utf-8")
        if text.count(guard.old) != 1:
            return f"its line stands {text.count(guard.old)} times in {guard.file}", 0.0
        passes = _run(copy, guard.test)
        path.write_text(text.replace(guard.old, guard.new), encoding="utf-8")
        fails = _run(copy, guard.test)
    if passes != "passes":
        return f"the test {passes} with the guard in place", time.monotonic() - begun
    return ("fails" if fails in ("fails", "hangs") else f"the test {fails} without it"), time.monotonic() - begun


def _run(copy: Path, test: str) -> str:
    """`passes`, `fails`, `hangs`, or `is not there`."""
    words = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not postgres", test]
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *words]
    with subprocess.Popen(
        command, cwd=copy, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as run:
        try:
            code = run.wait(HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, 9)
            return "hangs"
    return {0: "passes", 1: "fails", 4: "is not there", 5: "is not there"}.get(code, f"ends with {code}")


def main() -> int:
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--only", default="", help="guards whose name holds this")
    words.add_argument("--table", action="store_true")
    words.add_argument("--jobs", type=int, default=2)
    asked = words.parse_args()
    if asked.table:
        print(table())
        return 0
    chosen = [g for g in GUARDS if asked.only in g.name]
    good = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        for guard, (said, seconds) in zip(chosen, pool.map(prove, chosen), strict=True):
            good += said == "fails"
            print(f"{'ok   ' if said == 'fails' else 'WRONG'} {guard.name}: {said} ({seconds:.0f} s)", flush=True)
    print(f"guards: {good} of {len(chosen)} are missed by a test when they are off")
    return 0 if good == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
