"""Files that people write: every mistake with its place, and nothing that falls over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import yamlfile
from pipeline.errors import ConfigError, Problem
from pipeline.yamlfile import Section, kinds


class Inner(Section):
    name: Annotated[str, kinds.text(20)]
    many: Annotated[int, kinds.whole(1, 64)] = 1


class Outer(Section):
    id: Annotated[str, kinds.ident]
    workers: Annotated[int, kinds.whole(1, 64)] = 2
    weight: Annotated[float, kinds.number(0, 10, above=True)] = 1
    wait: Annotated[timedelta, kinds.span("250ms", "2h")] = timedelta(seconds=1)
    most: Annotated[int, kinds.size("1kB", "10MB")] = 1000
    on: Annotated[bool, kinds.yes_no] = False
    site: Annotated[str | None, kinds.address] = None
    mode: Annotated[str, kinds.choice("word", "name", "exact")] = "word"
    inner: tuple[Inner, ...] = ()
    one: Inner | None = None


def problems(text: str | bytes, env: dict[str, str] | None = None) -> list[Problem]:
    try:
        return yamlfile.check(yamlfile.parse(text, "f.yaml", env or {}), Outer)[1]
    except ConfigError as error:
        return list(error.problems)


def said(text: str | bytes, env: dict[str, str] | None = None) -> list[str]:
    return [str(p) for p in problems(text, env)]


def value(text: str | bytes, env: dict[str, str] | None = None) -> Outer:
    made, mistakes = yamlfile.check(yamlfile.parse(text, "f.yaml", env or {}), Outer)
    assert made is not None, mistakes
    assert not mistakes, mistakes
    return made


# ---------------------------------------------------------------- places and words
MISTAKES = [
    ("id: a\nworkres: 2\n", "f.yaml:2:1: unknown key 'workres'; did you mean 'workers'?"),
    ("id: a\nWorkers: 2\n", "f.yaml:2:1: unknown key 'Workers'; did you mean 'workers'?"),
    ("id: a\nworkers: many\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not 'many'"),
    ("id: a\nworkers: 65\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not '65'"),
    ("id: a\nworkers: 1.5\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not '1.5'"),
    ("id: a\nworkers: true\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not 'true'"),
    ("id: a\nworkers: [2]\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not a list"),
    ("id: a\nworkers:\n", "f.yaml:2:1: a whole number from 1 to 64 was expected, not nothing"),
    ("id: a\nworkers: 99999999999999999999999\n", "f.yaml:2:10: a whole number from 1 to 64 was expected, not"),
    ("id: a\nweight: 0\n", "f.yaml:2:9: a number above 0 and up to 10 was expected, not '0'"),
    ("id: a\nweight: .nan\n", "f.yaml:2:9: a number above 0 and up to 10 was expected, not '.nan'"),
    ("id: a\nweight: 1e999\n", "f.yaml:2:9: a number above 0 and up to 10 was expected, not '1e999'"),
    (
        "id: a\nwait: 10\n",
        "f.yaml:2:7: a duration from 250ms to 2h, with its unit, was expected, not '10'; for seconds write 10s",
    ),
    (
        "id: a\nwait: 10 minutes\n",
        "f.yaml:2:7: a duration from 250ms to 2h was expected, not '10 minutes'; write it as",
    ),
    ("id: a\nwait: 3h\n", "f.yaml:2:7: a duration from 250ms to 2h was expected, not '3h'"),
    (
        "id: a\nmost: 10\n",
        "f.yaml:2:7: a size from 1kB to 10MB was expected, not '10'; write it with its unit, as 10MB",
    ),
    ("id: a\non: yes\n", "f.yaml:2:5: true or false was expected, not 'yes'"),
    ("id: a\nmode: nmae\n", "f.yaml:2:7: word or name or exact was expected, not 'nmae'; did you mean 'name'?"),
    (
        "id: Not_An_Id\n",
        "f.yaml:1:5: an id of the letters a-z, digits and hyphens was expected, not 'Not_An_Id'; write it as not-an-id",
    ),
    (
        "id: ../../etc\n",
        "f.yaml:1:5: an id of the letters a-z, digits and hyphens was expected, not '../../etc'; write it as etc",
    ),
    ("id: عنب\n", "f.yaml:1:5: an id of the letters a-z, digits and hyphens was expected, not 'عنب'; for example"),
    ("id: con\n", "f.yaml:1:5: 'con' is a reserved name; choose another id"),
    (f"id: {'a' * 65}\n", "f.yaml:1:5: an id of the letters a-z, digits and hyphens, 64 at most, was expected"),
    ("workers: 2\n", "f.yaml:1:1: the key 'id' is missing; add `id: …`"),
    ("id: a\ninner:\n  - name: x\n  - nam: y\n", "f.yaml:4:5: unknown key 'nam'; did you mean 'name'?"),
    ("id: a\ninner:\n  - name: x\n  - many: 3\n", "f.yaml:4:5: the key 'name' is missing; add `name: …`"),
    ("id: a\ninner:\n  - name: x\n    many: 0\n", "f.yaml:4:11: a whole number from 1 to 64 was expected, not '0'"),
    (
        "id: a\ninner: [{name: x}, {name: y, many: 0}]\n",
        "f.yaml:2:36: a whole number from 1 to 64 was expected, not '0'",
    ),
    ("id: a\ninner: x\n", "f.yaml:2:8: a list was expected, not 'x'; write it as [one, two], or one `- item` a line"),
    ("id: a\ninner:\n", "f.yaml:2:1: a list was expected, nothing stands here; write it, or take the key away"),
    ("id: a\ninner: [x]\n", "f.yaml:2:9: keys with their values were expected, not 'x'"),
    ("id: a\none: {name: 24}\n", "f.yaml:2:13: text was expected, not '24'; put it in quotes"),
    ("id: a\none: {name: ''}\n", "f.yaml:2:13: text was expected, nothing stands here"),
    (
        "id: a\none: {name: 'a long name that has no end'}\n",
        "f.yaml:2:13: text of at most 20 characters was expected, here are 27",
    ),
    ("- id: a\n", "f.yaml:1:1: keys with their values were expected, not a list"),
    ("id: a\nid: b\n", "f.yaml:2:1: the key 'id' stands twice, first in line 1 column 1; keep one of them"),
    (
        "id: a\none:\n  name: x\n  many: 2\n  name: z\n",
        "f.yaml:5:3: the key 'name' stands twice, first in line 3 column 3",
    ),
    ("id: &x a\n", "f.yaml:1:5: anchors (&) and aliases (*) are not used here"),
    ("id: a\none: *x\n", "f.yaml:2:6: anchors (&) and aliases (*) are not used here"),
    (
        "id: !!python/object:os.system a\n",
        "f.yaml:1:5: the tag 'tag:yaml.org,2002:python/object:os.syste' is not used here",
    ),
    ("id: a\n---\nid: b\n", "f.yaml:2:1: a second document begins here; take the line --- away"),
    ("%YAML 1.1\n---\nid: a\n", "f.yaml:2:1: a % directive stands above"),
    ("id: a\n? [x]\n: y\n", "f.yaml:2:3: a key was expected here"),
    ("id: a\n\tworkers: 2\n", "f.yaml:2:1: a tab cannot indent YAML; use spaces"),
    ("id: [a\nworkers: 2\n", "f.yaml:1:5: this [ is never closed, or a comma is missing in it; close it with ]"),
    ("id: a\none: {name: x\n", "f.yaml:2:6: this { is never closed, or a comma is missing in it; close it with }"),
    ("id: 'a\nworkers: 2\n", "f.yaml:1:5: this quotation mark is never closed; close it"),
    ("id: a\none: a: b\n", "f.yaml:2:7: a colon followed by a space stands inside a value; put the value in quotes"),
    ("id: a\nworkers 2\n", "f.yaml:2:1: this line is neither a key with its colon nor a list item"),
    ('id: "\\q"\n', "f.yaml:1:7: a wrong escape after a backslash"),
    ("id: @a\n", "f.yaml:1:5: a value cannot begin with this character; put the value in quotes"),
    ("id: a\nworkers: *\n", "f.yaml:2:11: & and * have a meaning of their own; put the value in quotes"),
    ("id: a\x00b\n", "f.yaml:1:6: an unprintable character, U+0000; take it out"),
    ("id: a\nmode: word\n - name\n", "f.yaml:3:2: this list item is indented too far"),
    ("", "f.yaml: is empty; it needs id:"),
    ("# only a comment\n", "f.yaml: is empty; it needs id:"),
    ("\ufeff\r\n", "f.yaml: is empty; it needs id:"),
    (
        "id: a\nsite: ${NO_SUCH}\n",
        "f.yaml:2:7: the environment has no NO_SUCH; set it before the start: export NO_SUCH=…",
    ),
    ("id: a\nsite: ${bad-name}\n", "f.yaml:2:7: ${ begins the name of a variable of the environment; write ${NAME}"),
    ("id: a\nsite: ${OPEN\n", "f.yaml:2:7: ${ begins the name of a variable of the environment; write ${NAME}"),
]


@pytest.mark.parametrize(("text", "wanted"), MISTAKES, ids=[w[:60] for _, w in MISTAKES])
def test_a_mistake_is_told_in_plain_words_with_its_place(text, wanted):
    found = said(text)
    assert len(found) == 1, found
    assert found[0].startswith(wanted), found[0]


def test_all_mistakes_of_a_file_are_told_together_in_order_of_place():
    text = "id: A\nworkers: x\nworkers: y\ninner:\n  - nam: x\n  - name: y\n    many: z\nwait: &a 5\n"
    assert [(p.line, p.column) for p in sorted(problems(text))] == [(1, 5), (2, 10), (3, 1), (5, 5), (7, 11), (8, 7)]


def test_no_word_of_pydantic_or_of_the_parser_reaches_a_person():
    for text, _ in MISTAKES:
        for line in said(text):
            for jargon in ("Input", "input_", "validat", "type=", "block mapping", "flow", "scalar", "token", "None"):
                assert jargon not in line, line


# ---------------------------------------------------------------- encodings and line ends
PLAIN = "id: a\none:\n  name: عنب بلدي\nworkers: 3\n"


@pytest.mark.parametrize(
    "form",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\u2028"),
        PLAIN.replace("\n", "\u2028\n"),
        PLAIN.replace("عنب بلدي", "عنب\u2028بلدي"),
        PLAIN.replace("عنب بلدي", "\u200fعنب بلدي\u200e"),
        PLAIN.replace("عنب بلدي", "عنب\u00a0بلدي"),
        PLAIN.replace("a\n", "\u200ba\u200f\n", 1),
        PLAIN.replace("3", "\u200f3\u200f"),
        PLAIN.replace("3", "٣"),
        PLAIN.replace("3", "'3'"),
        PLAIN.replace("workers:", "\u200fworkers:"),
        PLAIN.rstrip("\n"),
        '{"id": "a", "one": {"name": "عنب بلدي"}, "workers": 3}',
        "---\n" + PLAIN + "...\n",
    ],
)
def test_the_same_text_in_another_dress_means_the_same(form):
    assert value(form) == value(PLAIN)
    assert value(form.encode()) == value(PLAIN)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_wide_encoding_is_named(encoding):
    (line,) = said(PLAIN.encode(encoding))
    assert line.startswith("f.yaml:1:1: is written in UTF-")
    assert "UTF-8 was expected; save it as UTF-8" in line


def test_windows_1256_is_named_at_its_first_letter():
    assert said(PLAIN.encode("cp1256")) == [
        "f.yaml:3:9: is written in windows-1256, UTF-8 was expected; save it as UTF-8"
    ]


def test_a_broken_byte_is_told_with_its_line():
    assert said(b"id: a\nmode: \xc3\x28\n") == ["f.yaml:2:7: the byte 0xC3 is not UTF-8; save it as UTF-8"]


def test_what_yaml_1_1_would_twist_stays_as_written():
    tree = yamlfile.parse("a: no\nb: 06:30\nc: 012\nd: 2024-05-01\ne: 1_000\nf: on\ng: 0x1F\n", "f", {})
    assert tree.value["a"] == "no"
    assert tree.value["b"] == "06:30"
    assert tree.value["c"].raw == "012"
    assert [tree.value[k] for k in "defg"] == ["2024-05-01", "1_000", "on", "0x1F"]


# ---------------------------------------------------------------- files
def test_a_missing_file_a_folder_and_a_closed_file_are_one_line_each(tmp_path: Path):
    with pytest.raises(ConfigError) as missing:
        yamlfile.read(tmp_path / "no.yaml")
    assert missing.value.lines() == [
        f"{tmp_path}/no.yaml: there is no such file; create it, or name another folder with --config"
    ]
    with pytest.raises(ConfigError) as folder:
        yamlfile.read(tmp_path)
    assert folder.value.lines() == [f"{tmp_path}: is a folder, a file was expected; name the file itself"]
    (tmp_path / "f").write_text("x")
    with pytest.raises(ConfigError) as under_a_file:
        yamlfile.read(tmp_path / "f" / "g.yaml")
    assert len(under_a_file.value.lines()) == 1


def test_a_file_beyond_the_cap_is_refused_unread(tmp_path: Path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * 9_000_000)
    with pytest.raises(ConfigError, match="is larger than 8 MB"):
        yamlfile.read(path)


# ---------------------------------------------------------------- secrets
def test_a_secret_comes_from_the_environment_and_is_never_printed():
    env = {"SITE": "https://example.org/", "TOKEN": "hunter2"}
    assert value("id: a\nsite: ${SITE}feed\n", env).site == "https://example.org/feed"
    for key in ("id", "workers", "wait", "most", "mode", "on", "site", "weight", "inner", "one"):
        for form in ("${TOKEN}", "'${TOKEN}'", "x${TOKEN}y"):
            text = f"id: a\n{key}: {form}\n" if key != "id" else "id: ${TOKEN}_\n"
            lines = said(text, env)
            assert lines, text
            assert "hunter2" not in " ".join(lines), lines


def test_a_dollar_before_a_brace_can_be_written():
    assert value("id: a\none: {name: '$${A} $B'}\n").one == Inner(name="${A} $B")


def test_a_number_may_come_from_the_environment():
    assert value("id: a\nworkers: ${N}\n", {"N": "7"}).workers == 7


# ---------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("htp://example.org/", "did you mean http://?"),
        ("htps://example.org/", "did you mean https://?"),
        ("https//example.org/", "did you mean https://?"),
        ("https:/example.org/", "did you mean https://?"),
        ("http:example.org", "a web address that begins with"),
        ("feed://example.org/rss", "did you mean https://?"),
        ("www.example.org/rss", "put https:// before it"),
        ("example.org/rss", "put https:// before it"),
        ("//example.org/rss", "put https:// before it"),
        ("ftp://example.org/", "a web address that begins with"),
        ("file:///etc/passwd", "a web address that begins with"),
        ("javascript:alert(1)", "a web address that begins with"),
        ("https://", "the host is missing"),
        ("https:///feed", "the host is missing"),
        ("https://.org/", "the host is missing"),
        ("https://a..org/", "the host is missing"),
        ("https://-a.org/", "the host is missing"),
        ("https://u:p@example.org/", "name and password"),
        ("https://example.org:99999/", "cannot be read"),
        ("https://example.org:port/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://example.org\\@evil.org/", "no spaces, backslashes"),
        ("https://example.org/a b", "no spaces, backslashes"),
        ("https://example.org/" + "a" * 2000, "too long"),
    ],
)
def test_an_address_that_is_none_is_told_with_what_was_meant(written, wanted):
    (line,) = said(f"id: a\nsite: '{written}'\n")
    assert wanted in line


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("https://example.org/feed", "https://example.org/feed"),
        ("HTTPS://Example.org/Feed?x=1&y=[2]", "https://Example.org/Feed?x=1&y=[2]"),
        ("\u200fhttps://example.org/\u200bfeed\ufeff ", "https://example.org/feed"),
        ("https://موقع.العربية/خلاصة", "https://موقع.العربية/خلاصة"),
        ("http://127.0.0.1:8080/feed.xml", "http://127.0.0.1:8080/feed.xml"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_an_address_is_kept_as_written_but_for_what_was_pasted_with_it(written, wanted):
    assert value(f"id: a\nsite: '{written}'\n").site == wanted


# ---------------------------------------------------------------- durations and sizes
@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("250ms", 0.25),
        ("1s", 1),
        ("1.5s", 1.5),
        ("10m", 600),
        ("2h", 7200),
        ("400d", 34_560_000),
        ("١٠m", 600),
        ("10 m", 600),
        ("0s", 0),
    ],
)
def test_durations_are_read(written, seconds):
    assert yamlfile.duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "10", "m", "-1s", "1w", "1M", "1S", "1e3s", "9" * 40 + "d", "1s2", "inf s"])
def test_what_is_no_duration_raises_value_error(written):
    with pytest.raises(ValueError, match="duration"):
        yamlfile.duration(written)


@given(st.integers(0, 10**6), st.sampled_from(["ms", "s", "m", "h"]))
def test_a_duration_shown_reads_as_itself(n, unit):
    span = yamlfile.duration(f"{n}{unit}")
    assert yamlfile.duration(kinds.show(span)) == span


def test_sizes_are_read():
    assert [yamlfile.parse_size(s) for s in ("1B", "1kB", "1KB", "1.5MB", "1GB")] == [1, 1000, 1000, 1_500_000, 10**9]


# ---------------------------------------------------------------- places inside a text
INSIDE = [
    ("q: abc DEF\n", "DEF", (1, 8)),
    ("q: 'it''s DEF'\n", "DEF", (1, 11)),
    ('q: "a\\u0062\\"c DEF"\n', "DEF", (1, 16)),
    ('q: "a\\tb\\n DEF"\n', "DEF", (1, 12)),
    ("q: |\n  abc\n  x DEF\n", "DEF", (3, 5)),
    ("q: |-\n\n    abc\n      x DEF\n", "DEF", (4, 9)),
    ("q: >-\n  abc\n  def\n\n  x DEF\n", "DEF", (5, 5)),
    ("q: >- # note\n  abc DEF\n", "DEF", (2, 7)),
    ("q: abc\n  def DEF\n", "DEF", (2, 7)),
    ("q: 'abc\n  def DEF'\n", "DEF", (2, 7)),
    ('q: "abc\\\n  def DEF"\n', "DEF", (2, 7)),
    ("a: 1\nq:   'مكافحة DEF'\n", "DEF", (2, 14)),
    ('{"a": 1, "q": "x DEF"}', "DEF", (1, 18)),
    ("l:\n- q: 'x DEF'\n", "DEF", (2, 9)),
]


@pytest.mark.parametrize(("text", "word", "place"), INSIDE)
def test_a_character_inside_a_text_has_its_place_in_the_file(text, word, place):
    tree = yamlfile.parse(text, "f", {})
    steps = next(s for s in tree.values if s and s[-1] == "q")
    assert tree.inside(steps, tree.get(steps).index(word)) == place


def test_the_end_of_a_text_is_right_behind_its_last_letter():
    assert yamlfile.parse("q: 'abc def'\n", "f", {}).inside(("q",), 7) == (1, 12)
    assert yamlfile.parse("q: abc\n", "f", {}).inside(("q",), 3) == (1, 7)
    assert yamlfile.parse("q: |\n  abc\n", "f", {}).inside(("q",), 4) == (2, 6)


@given(st.text("aب '\"\\:#", min_size=1, max_size=12).filter(lambda s: s.strip()), st.sampled_from("'\""))
@settings(max_examples=150, deadline=None)
def test_every_visible_character_of_a_quoted_text_is_found_again(text, quote):
    written = text.replace("'", "''") if quote == "'" else text.replace("\\", "\\\\").replace('"', '\\"')
    source = f"q: {quote}{written}{quote}\n"
    tree = yamlfile.parse(source, "f", {})
    assert tree.get(("q",)) == text
    for n, character in enumerate(text):
        if not character.isspace():
            _, column = tree.inside(("q",), n)
            assert source[column - 1 :].lstrip("\\").startswith(character) or source[column - 1] == character


# ---------------------------------------------------------------- hostile
@given(st.text(st.sampled_from("abc:-[]{},'\"|>&*!#%@`?\n \t$\\ \u200f٣"), max_size=60) | st.binary(max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_values_or_problems_and_nothing_else(text):
    for line in said(text):
        assert line.startswith("f.yaml")
        assert "\n" not in line


@pytest.mark.parametrize(
    "text",
    [
        "id: " + "[" * 100_000,
        "[" * 100_000,
        "- " * 100_000,
        "{a: " * 50_000,
        "? " * 50_000,
        "a: " * 2_000,
        "id: '" + "''" * 500_000,
        "id: " + "x" * 2_000_000,
        "\u2028" * 300_000,
        "\u2028" + " " * 500_000 + "x",
        "${" * 200_000,
        "&a " * 1000,
        "#" * 2_000_000,
        "id: |\n" + " x\n" * 100_000,
        "!" * 100_000,
        'id: "\\U' + "F" * 8 + '"',
    ],
    ids=range(16),
)
@pytest.mark.timeout(20)
def test_hostile_files_end_soon_in_a_problem(text):
    assert said(text)


def test_aliases_are_never_followed():
    bomb = "a: &a [x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    tree = yamlfile.parse(bomb, "f", {})
    assert len(tree.problems) == 9 + 24
    assert tree.value["i"] == [None, None, None]


def test_the_nearest_name_is_the_likely_one():
    assert yamlfile.nearest("timeuot", ["timeout", "delay", "robots"]) == "timeout"
    assert yamlfile.nearest("TIMEOUT", ["timeout"]) == "timeout"
    assert yamlfile.nearest("zzz", ["timeout", "delay"]) is None
