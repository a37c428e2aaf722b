from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import encoding

LONG = "أعلنت وزارة الزراعة اليوم بدء موسم الحصاد في المحافظات الشرقية، وقال مدير الإنتاج النباتي إن الكميات «جيدة جدا» هذا العام."
HEADLINE = "افتتاح سوق المزارعين في حمص"
SHORT = "بيان عاجل"
LABELS = [
    None,
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "us-ascii",
    "iso-8859-6",
    "windows-1256",
    "x-mac-banana",
    "utf-7",
    "rot13",
]


def document(text, codec, label=None, mark=b""):
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    return mark + f"{declaration}<rss><title>{text}</title></rss>".encode(codec, "xmlcharrefreplace")


@pytest.mark.parametrize("text", [LONG, HEADLINE, SHORT])
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("header", ["", "text/xml; charset=utf-8", "text/xml; charset=iso-8859-1"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "iso8859-6"])
def test_arabic_is_read_right_whatever_header_and_declaration_say(codec, header, label, text):
    decoded = encoding.decode(document(text, codec, label), header, kind="xml")
    assert text.encode(codec, "xmlcharrefreplace").decode(codec) in decoded.text
    assert decoded.encoding == codec
    assert not decoded.repaired


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("label", [None, "utf-8", "utf-16"])
def test_wide_encodings_are_read_with_and_without_a_mark(label, mark, codec):
    bom = "\ufeff".encode(codec) if mark else b""
    decoded = encoding.decode(document(LONG, codec, label, bom), kind="xml")
    assert decoded.text.startswith("<?xml")
    assert LONG in decoded.text


def test_a_mark_of_utf_8_is_no_text_however_often_it_stands_there():
    body = b"\xef\xbb\xbf" * 3 + LONG.encode()
    assert encoding.decode(body, kind="html") == (LONG, "utf-8", False)


def test_one_bad_byte_costs_one_character():
    body = LONG.encode()
    at = body.index("وزارة".encode())
    decoded = encoding.decode(body[:at] + b"\xff" + body[at:], "text/html; charset=windows-1256", kind="html")
    assert decoded == (LONG.replace("وزارة", "\ufffdوزارة"), "utf-8", True)


def test_text_cut_inside_a_character_loses_that_character_alone():
    assert encoding.decode(LONG.encode() + "م".encode()[:1], kind="html") == (LONG, "utf-8", True)


def test_a_broken_headline_that_is_declared_utf_8_stays_utf_8():
    body = b"\xff\xc3(\xed\xa0\x80 " + SHORT.encode()
    assert SHORT in encoding.decode(body, "text/xml; charset=utf-8", kind="xml").text


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("Le président a déclaré à l'Assemblée que l'été fut chaud.", "cp1252", None),
        ("Le président a déclaré à l'Assemblée que l'été fut chaud.", "cp1252", "iso-8859-1"),
        ("Um balão não é um avião, disse a mãe à irmã.", "cp1252", "iso-8859-1"),
        ("Türkiye'de değişiklik görüşüldü ve şölen yapıldı.", "cp1254", "iso-8859-9"),
        ("Президент заявил, что экономика растёт быстро.", "cp1251", "windows-1251"),
        ("Президент заявил, что экономика растёт быстро.", "koi8-r", "koi8-r"),
        ("经济增长很快，总统说。", "gb18030", "gb2312"),
        ("הנשיא אמר כי הכלכלה צומחת במהירות.", "cp1255", "windows-1255"),
        ("Ο πρόεδρος δήλωσε ότι η οικονομία μεγαλώνει.", "cp1253", "windows-1253"),
    ],
)
def test_other_languages_are_believed_when_they_declare_themselves(text, codec, label):
    assert text in encoding.decode(document(text, codec, label), kind="xml").text


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1256">',
        "<META http-equiv=Content-Type content='text/html; charset=windows-1256'>",
        "<script>" + "/* pad */" * 2000 + '</script><meta charset="windows-1256">',
        '<meta charset="utf-8">',
        "",
    ],
)
def test_a_page_in_the_arabic_code_page_is_read_wherever_it_says_so(head):
    body = f"<html><head>{head}<title>{SHORT}</title>".encode("cp1256")
    assert SHORT in encoding.decode(body, "text/html", kind="html").text


def test_the_header_and_then_the_document_are_asked_and_dangerous_labels_never():
    body = b'<?xml version="1.0" encoding="windows-1256"?>'
    assert encoding.declared(body, 'text/xml; charset="utf-8"', kind="xml") == ("utf-8", "cp1256")
    assert encoding.declared(b"<meta charset=utf-7>", "text/html; charset=punycode", kind="html") == ()
    assert encoding.declared(body, "", kind="json") == ()


def test_text_that_was_spoilt_before_it_was_sent_is_left_alone():
    spoilt = SHORT.encode().decode("cp1252", "replace")
    assert encoding.decode(spoilt.encode(), kind="xml") == (spoilt, "utf-8", False)


def test_nul_bytes_are_no_text():
    assert encoding.decode(b"\0" * 10_000 + document(LONG, "utf-8"), kind="xml").text.startswith("<?xml")
    assert encoding.decode(("خبر\0عاجل").encode("cp1256"), kind="html").text == "خبرعاجل"


@given(
    st.one_of(
        st.binary(max_size=600),
        st.lists(st.sampled_from([b"\xff\xfe", b"\0", "خبر".encode(), b"\xe1", b"<", b"a"])).map(b"".join),
    ),
    st.sampled_from(["", "text/html; charset=utf-16", "x; charset=base64", "text/xml; charset=hex", ";;;"]),
    st.sampled_from(["xml", "html", "json"]),
)
@settings(max_examples=800, deadline=None)
def test_any_bytes_give_text_that_can_be_stored(body, header, kind):
    decoded = encoding.decode(body, header, kind=kind)
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=9))
@settings(max_examples=300, deadline=None)
def test_valid_utf_8_is_never_changed(text):
    assert encoding.decode(text.encode(), "text/html; charset=windows-1256", kind="html") == (text, "utf-8", False)


@pytest.mark.parametrize(
    "body", [b"\xff", b"\xd9", "خبر ".encode("cp1256"), b"<meta ", b'<?xml encoding="', b"\0a", LONG.encode()]
)
def test_megabytes_take_little_time(body):
    began = time.process_time()
    encoding.decode(body * (5_000_000 // len(body)) + b"\xff", kind="html")
    assert time.process_time() - began < 1
