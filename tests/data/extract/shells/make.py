"""Pages of many designs around the articles of `texts`: what content systems, broadcasters, agencies and hand-made sites put around a text.

`shells()` gives each page with what an editor would take from it. Every design is written for this, after no page in particular; lines that
editors disagree about (facts in a box, an embedded post) are `neutral`: they count neither for nor against.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from texts import (
    BAKERY,
    BOOK,
    BRIDGE,
    DOCTOR,
    ENGLISH,
    FLOOD,
    FOOTBALL,
    HEADLINES,
    METRO,
    MUSIC,
    PERSIAN,
    PERSIAN_RAIL,
    PORT,
    SCHOOL,
    SOLAR,
    SORANI,
    TURKISH,
    URDU,
    WATER,
    WHEAT,
    Text,
)


@dataclass(kw_only=True)
class Shell:
    """A page and what is right about it."""

    name: str
    html: bytes
    title: str = ""
    body: list[str] = field(default_factory=list)
    author: str | None = None
    date: str | None = None
    neutral: list[str] = field(default_factory=list)
    note: str | None = None
    dropped: str | None = None
    url: str = ""
    kind: str = "text/html; charset=utf-8"
    outlet: str = ""
    entry: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    feed_language: str | None = None


# ---------------------------------------------------------------- parts
def ps(text: Text, start: int = 0, tag: str = "p", **more: str) -> str:
    attributes = "".join(f' {k.rstrip("_")}="{v}"' for k, v in more.items())
    return "\n".join(f"<{tag}{attributes}>{p}</{tag}>" for p in text.body[start:])


def links(n: int, start: int = 0, tag: str = "li") -> str:
    named = islice(cycle(HEADLINES), start, start + n)
    return "".join(f'<{tag}><a href="/n/{start + k}">{h}</a></{tag}>' for k, h in enumerate(named))


def cards(n: int, start: int = 0) -> str:
    """Headlines with a picture and an hour, as lists of latest news have them."""
    named = islice(cycle(HEADLINES), start, start + n)
    return "".join(
        f'<div class="card"><a href="/n/{start + k}"><img src="/i/{k}.jpg" alt="{h}"></a>'
        f'<h3><a href="/n/{start + k}">{h}</a></h3><span class="when">منذ {k + 2} ساعات</span></div>'
        for k, h in enumerate(named)
    )


MENU = "<ul>" + "".join(
    f'<li><a href="/c/{k}">{name}</a></li>'
    for k, name in enumerate(("الرئيسية", "سياسة", "اقتصاد", "محليات", "رياضة", "ثقافة", "صحة", "علوم", "رأي", "اتصل بنا"))
) + "</ul>"  # fmt: skip
FOOT = '<p>جميع الحقوق محفوظة © 2026</p><ul><li><a href="/about">من نحن</a></li><li><a href="/privacy">سياسة الخصوصية</a></li></ul>'


def document(title: str, head: str, body: str, lang: str = "ar", charset: str = '<meta charset="utf-8">') -> bytes:
    side = "ltr" if lang in {"en", "tr"} else "rtl"
    return (
        f'<!DOCTYPE html><html lang="{lang}" dir="{side}"><head>{charset}<title>{title}</title>{head}</head><body>{body}</body></html>'
    ).encode()


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **fields}, ensure_ascii=False)}</script>'


def shells() -> Iterator[Shell]:
    """All of them, in the order of their making."""
    for maker in MAKERS:
        shell = maker()
        shell.url = shell.url or f"https://{shell.name}.example.net/story/{len(shell.html)}"
        yield shell


def of(text: Text, name: str, html: bytes, **more: object) -> Shell:
    """A shell around the whole of `text`."""
    fields: dict[str, object] = {"title": text.title, "body": list(text.body), "language": text.lang, **more}
    return Shell(name=name, html=html, **fields)  # type: ignore[arg-type]


# ---------------------------------------------------------------- content systems
def wordpress_newspaper() -> Shell:
    t, site = BRIDGE, "جريدة الشراع"
    body = f"""<div id="page"><header class="td-header-wrap"><div class="td-logo"><a href="/">{site}</a></div><div class="td-menu">{MENU}</div></header>
<div class="td-post-header"><ul class="td-category"><li><a href="/c/local">محليات</a></li></ul><h1 class="entry-title">{t.title}</h1>
<div class="td-module-meta-info"><div class="td-post-author-name"><div class="td-author-by">بواسطة</div> <a href="/author/1">{t.author}</a><div class="td-author-line"> -</div></div>
<span class="td-post-date"><time class="entry-date updated td-module-date" datetime="2025-03-11T09:30:00+03:00">11 مارس، 2025</time></span>
<div class="td-post-views"><i></i><span class="td-nr-views-77">1452</span></div><div class="td-post-comments"><a href="#c">0</a></div></div></div>
<div class="td-post-sharing-top"><span>شارك</span><a href="#">Facebook</a><a href="#">Twitter</a></div>
<div class="td-post-content"><div class="td-post-featured-image"><img src="/a.jpg" alt="الجسر بعد الترميم"></div>{ps(t)}
<div class="td-a-rec"><span class="td-adspot-title">- إعلان -</span></div></div>
<footer><div class="td-post-source-tags"><ul class="td-tags"><li><span>الوسوم</span></li><li><a href="/t/1">ترميم</a></li><li><a href="/t/2">آثار</a></li></ul></div>
<div class="td-post-next-prev"><div class="td-block-span6"><span>المقال السابق</span><a href="/n/1">{HEADLINES[0]}</a></div><div><span>المقال التالي</span><a href="/n/2">{HEADLINES[1]}</a></div></div>
<div class="author-box-wrap"><a href="/author/1"><img></a><div class="desc"><div class="td-author-name">{t.author}</div><div class="td-author-description">صحفية من المدينة تكتب عن العمارة والذاكرة منذ سنوات.</div></div></div></footer>
<div class="td_block_related_posts"><h4>مقالات ذات صلة</h4>{cards(3, 2)}</div>
<div class="comments"><h3>اترك رداً</h3><form><textarea></textarea></form></div></div><div class="td-sub-footer">{FOOT}</div>"""
    head = f'<meta property="og:title" content="{t.title} - {site}"><meta property="og:site_name" content="{site}">'
    return of(t, "shira", document(f"{t.title} | {site}", head, body), author=t.author, date="2025-03-11", outlet=site)


def wordpress_blocks() -> Shell:
    t, site = SCHOOL, "أوراق الريف"
    inner = "\n\n".join(f"<!-- wp:paragraph --><p>{p}</p><!-- /wp:paragraph -->" for p in t.body)
    body = f"""<div class="wp-site-blocks"><header class="wp-block-template-part"><p class="wp-block-site-title"><a href="/">{site}</a></p>
<nav class="wp-block-navigation">{MENU}</nav></header><main class="wp-block-group"><h1 class="wp-block-post-title">{t.title}</h1>
<div class="wp-block-group is-meta"><div class="wp-block-post-date"><time datetime="2024-10-02T08:00:00+00:00">أكتوبر 2, 2024</time></div><div class="wp-block-post-author-name">{t.author}</div></div>
<div class="entry-content wp-block-post-content">{inner}<figure class="wp-block-image"><img src="x"><figcaption class="wp-element-caption">أحواض على سطح المدرسة</figcaption></figure></div>
<div class="taxonomy-post_tag wp-block-post-terms"><a href="/t">تعليم</a><span>, </span><a href="/t">بيئة</a></div>
<div class="wp-block-query"><h2>قد يعجبك أيضًا</h2><ul>{links(4, 3)}</ul></div></main><footer>{FOOT}</footer></div>"""
    return of(t, "awraq", document(f"{t.title} – {site}", "", body), author=t.author, date="2024-10-02", outlet=site)


def drupal_fields() -> Shell:
    t, site = WHEAT, "وكالة السنابل"
    items = "".join(f"<p>{p}</p>" for p in t.body)
    body = f"""<div class="layout-container"><div class="region region-header">{MENU}</div><div class="region region-content">
<div class="block block-system block-system-breadcrumb-block"><ol><li><a href="/">الرئيسية</a></li><li><a href="/e">اقتصاد</a></li></ol></div>
<article class="node node--type-article node--view-mode-full"><div class="field field--name-field-kicker">اقتصاد وزراعة</div><h1><span class="field field--name-title">{t.title}</span></h1>
<div class="field field--name-field-date field__item">الأحد, 2 حزيران/يونيو 2024 - 14:05</div>
<div class="node__content"><div class="field field--name-field-image"><img alt="حقول القمح قبيل الحصاد" src="w.jpg"></div>
<div class="clearfix text-formatted field field--name-body field__item">{items}</div>
<div class="field field--name-field-tags field--label-above"><div class="field__label">كلمات مفتاحية</div><div class="field__items"><div class="field__item"><a href="/t/1">قمح</a></div><div class="field__item"><a href="/t/2">فلاحون</a></div></div></div>
<ul class="links inline"><li class="statistics-counter">421 قراءة</li><li><a href="/login">سجل الدخول لإضافة تعليق</a></li></ul></div></article>
<div class="views-element-container block"><h2>أخبار من القسم</h2><div class="view-content">{cards(5)}</div></div></div>
<div class="region region-footer">{FOOT}</div></div>"""
    return of(t, "sanabel", document(f"{t.title} | {site}", "", body), date="2024-06-02", outlet=site)


def joomla_print() -> Shell:
    t, site = PORT, "صحيفة الأرصفة"
    body = f"""<table width="990" align="center"><tr><td>{MENU}</td></tr></table><div class="moduletable"><h3>عاجل</h3><div>{HEADLINES[7]}</div></div>
<div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header"><h2 itemprop="headline"> {t.title} </h2></div>
<div class="icons"><ul class="dropdown-menu"><li class="print-icon"><a href="?print=1">طباعة</a></li><li class="email-icon"><a href="#">البريد الإلكتروني</a></li></ul></div>
<dl class="article-info muted"><dt class="article-info-term">التفاصيل</dt><dd class="createdby">كتب بواسطة: <span itemprop="name">{t.author}</span></dd>
<dd class="category-name">المجموعة: <a href="/e">اقتصاد</a></dd><dd class="published">نشر بتاريخ: 18 كانون2/يناير 2023</dd><dd class="hits">الزيارات: 377</dd></dl>
<div itemprop="articleBody">{ps(t)}</div><ul class="pager pagenav"><li class="previous"><a href="/n/5">&lt; السابق</a></li><li class="next"><a href="/n/6">التالي &gt;</a></li></ul></div>
<div class="moduletable"><h3>الأكثر قراءة</h3><ul class="mostread">{links(6, 4)}</ul></div><div class="custom">{FOOT}</div>"""
    return of(
        t,
        "arsifa",
        document(f"{t.title}", f'<meta name="author" content="{t.author}">', body),
        author=t.author,
        date="2023-01-18",
        outlet=site,
    )


def div_soup() -> Shell:
    t, site = METRO, "المدار الإخباري"
    inner = "".join(f'<div class="x8 q{k}"><div class="r"><span>{p}</span></div></div>' for k, p in enumerate(t.body))
    body = f"""<div class="a1"><div class="a2"><div class="a3"><a href="/">{site}</a></div><div class="a4">{MENU}</div></div>
<div class="b1"><div class="b2"><div class="b3">{t.title}</div><div class="b4"><div>الثلاثاء 14 مايو 2024 - 11:20 ص</div><div>كتب / {t.author}</div></div>
<div class="b5"><div class="b6">تابعنا على</div><div class="b7"><a href="#">تلغرام</a><a href="#">واتساب</a></div></div><div class="b8">{inner}</div>
<div class="b9"><div>اقرأ أيضاً</div><div><a href="/n/9">{HEADLINES[9]}</a></div><div><a href="/n/10">{HEADLINES[10]}</a></div></div></div>
<div class="c1"><div class="c2">الأكثر مشاهدة</div>{cards(6, 6)}</div></div><div class="d1">{FOOT}</div></div>"""
    return of(t, "madar", document(f"{t.title} :: {site}", "", body), author=t.author, date="2024-05-14", outlet=site)


def tables_of_old() -> Shell:
    t, site = WATER, "صفحات من التراث"
    inner = "<br><br>".join(t.body)
    body = f"""<table border=0 width=780 align=center cellpadding=0><tr><td colspan=3 bgcolor=#003366><font color=white size=5>{site}</font></td></tr>
<tr><td width=140 valign=top><table width=100%><tr><td>{"</td></tr><tr><td>".join(f'<a href="n{k}.htm">{h}</a>' for k, h in enumerate(HEADLINES[:9]))}</td></tr></table></td>
<td width=500 valign=top><font face="Arabic Transparent" size=5 color=red><b>{t.title}</b></font><br><font size=2>2009-04-17</font><p align=justify><font size=4>{inner}</font></p>
<p align=center><a href="javascript:print()">طباعة</a> | <a href="javascript:send()">أرسل لصديق</a></p></td>
<td width=140 valign=top><b>استفتاء</b><form><input type=radio> نعم <input type=radio> لا</form></td></tr><tr><td colspan=3 align=center><font size=1>جميع الحقوق محفوظة</font></td></tr></table>"""
    html = f'<html dir=rtl><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>{site} - {t.title}</title></head><body>{body}</body></html>'
    return of(t, "turath", html.encode("cp1256"), date="2009-04-17", outlet=site, kind="text/html")


def undeclared_1256() -> Shell:
    t, site = FLOOD, "شبكة الجنوب"
    body = f"<div id=top>{MENU}</div><h1>{t.title}</h1><div class=date>السبت 21 كانون الأول 2019 - 08:45</div><div class=story>{ps(t)}</div><div class=more><b>مواضيع ذات صلة:</b><ul>{links(4)}</ul></div>"
    html = f"<html><head><title>{t.title}</title></head><body>{body}</body></html>"
    return of(
        t,
        "janub",
        html.encode("cp1256", "xmlcharrefreplace"),
        date="2019-12-21",
        outlet=site,
        kind="text/html; charset=utf-8",
    )


def amp_page() -> Shell:
    t, site = SOLAR, "نافذة الجبل"
    head = f'<script async src="https://cdn.ampproject.example/v0.js"></script><link rel="canonical" href="https://nafitha.example.net/story/77">{ld(**{"@type": "NewsArticle", "headline": t.title, "datePublished": "2025-07-30T16:10:00Z", "author": {"@type": "Person", "name": t.author}, "publisher": {"@type": "Organization", "name": site}})}'
    body = f"""<amp-sidebar id="s">{MENU}</amp-sidebar><header><a href="/">{site}</a></header><article><h1>{t.title}</h1><div class="amp-meta"><span>{t.author}</span> • <time>30 يوليو 2025</time></div>
<amp-img src="a" alt="ألواح شمسية فوق سطح المستوصف"></amp-img><div class="the-content">{ps(t)}<amp-ad></amp-ad></div></article>
<amp-list><div class="related-title">قد يهمك أيضًا</div>{links(3, 2, "div")}</amp-list><amp-social-share></amp-social-share><footer>{FOOT}</footer>"""
    return of(
        t,
        "nafitha",
        document(f"{t.title} | {site}", head, body),
        author=t.author,
        date="2025-07-30",
        outlet=site,
        url="https://nafitha.example.net/story/77/amp",
    )


def aspnet_form() -> Shell:
    t, site = PORT, "وكالة المرفأ للأنباء"
    body = f"""<form method="post" action="./news.aspx" id="form1"><input type="hidden" name="__VIEWSTATE" value="{"A" * 900}"><div class="hdr">{MENU}</div>
<div id="ctl00_cph_pnl"><span id="ctl00_cph_lblTitle" class="newsTitle">{t.title}</span><br><span id="ctl00_cph_lblDate">09/07/2024 [ 10:15 ]</span>
<div id="ctl00_cph_divBody" class="newsBody"><p>المرفأ الجنوبي - وكالة المرفأ - {t.body[0]}</p>{ps(t, 1)}<p>ع.س/ن.ك</p></div></div>
<div id="ctl00_cph_rel"><span>أخبار مشابهة</span><table><tr><td><a href="?id=3">{HEADLINES[3]}</a></td></tr><tr><td><a href="?id=4">{HEADLINES[4]}</a></td></tr></table></div><div>{FOOT}</div></form>"""
    shell = of(t, "marfa", document(f"{site} | {t.title}", "", body), date="2024-07-09", outlet=site)
    shell.body = [f"المرفأ الجنوبي - وكالة المرفأ - {t.body[0]}", *t.body[1:]]
    shell.neutral = ["ع.س/ن.ك"]
    return shell


def blogger() -> Shell:
    t, site = BAKERY, "دفتر الحارة"
    inner = "<br /><br />".join(t.body)
    body = f"""<div class='header'><h1 class='title'><a href='/'>{site}</a></h1><p class='description'><span>حكايات من حارة النحاسين وما جاورها</span></p></div>
<div class='date-outer'><h2 class='date-header'><span>الخميس، 6 فبراير 2020</span></h2><div class='post hentry'><h3 class='post-title entry-title'>{t.title}</h3>
<div class='post-body entry-content'><div dir="rtl" style="text-align: right;" trbidi="on">{inner}</div></div>
<div class='post-footer'><span class='post-author vcard'>مرسلة بواسطة <span class='fn'>{t.author}</span></span> <span class='post-timestamp'>في <abbr title='2020-02-06T20:11:00+02:00'>8:11 م</abbr></span>
<span class='post-labels'>التسميات: <a href='/l'>حكايات</a></span></div></div></div><div class='blog-pager'><a href='/n'>رسالة أحدث</a><a href='/o'>رسالة أقدم</a></div>
<div class='sidebar'><h2>أرشيف المدونة</h2><ul><li><a>فبراير 2020 (4)</a></li><li><a>يناير 2020 (9)</a></li></ul></div>"""
    return of(t, "daftar", document(f"{site}: {t.title}", "", body), author=t.author, date="2020-02-06", outlet=site)


def react_hydrated() -> Shell:
    t, site = MUSIC, "صوت الموج"
    state = json.dumps({"props": {"title": t.title, "body": list(t.body)}}, ensure_ascii=False)
    inner = "".join(f'<p class="css-1a2b{k}">{p}</p>' for k, p in enumerate(t.body))
    body = f"""<div id="__next"><div class="css-9xy"><header class="css-h1">{MENU}</header><main class="css-m"><div class="css-k1"><a href="/c">ثقافة</a></div><h1 class="css-t1">{t.title}</h1>
<p class="css-by">بقلم <a href="/a">{t.author}</a></p><p class="css-dt">نُشر في 19 سبتمبر 2025، آخر تحديث 20 سبتمبر 2025</p><div class="css-bd">{inner}</div>
<section class="css-nl"><h2>نشرتنا الأسبوعية</h2><p>أهم ما نشرناه في رسالة واحدة كل يوم جمعة.</p><button>اشترك</button></section>
<section class="css-rl"><h2>المزيد من ثقافة</h2>{cards(4, 1)}</section></main></div></div><script id="__NEXT_DATA__" type="application/json">{state}</script>"""
    return of(
        t,
        "mawj",
        document(t.title, f'<meta property="og:title" content="{t.title}">', body),
        author=t.author,
        date="2025-09-19",
        outlet=site,
    )


# ---------------------------------------------------------------- kinds of pages
def live_blog() -> Shell:
    t, site = FLOOD, "قناة الأفق"
    times = ("22:10", "21:40", "20:55", "20:15")
    posts = "".join(
        f'<div class="live-post" id="p{k}"><time datetime="2025-01-04T{h}:00+03:00">{h}</time><div class="live-text"><p>{p}</p></div><div class="share"><a href="#">مشاركة</a></div></div>'
        for k, (h, p) in enumerate(zip(times, t.body, strict=True))
    )
    body = f"""<header>{MENU}</header><main><h1>{t.title}.. لحظة بلحظة</h1><div class="live-meta"><span class="live-badge">مباشر</span><time datetime="2025-01-04T19:00:00+03:00">4 يناير 2025</time></div>
<div class="live-feed">{posts}</div><button>تحميل المزيد</button></main><aside>{links(5)}</aside><footer>{FOOT}</footer>"""
    shell = of(
        t,
        "ufuq",
        document(f"{t.title}.. لحظة بلحظة | {site}", "", body),
        date="2025-01-04",
        outlet=site,
        neutral=list(times),
    )
    shell.title = f"{t.title}.. لحظة بلحظة"
    return shell


def multi_page() -> Shell:
    t, site = WATER, "مجلة الأثر"
    head = '<link rel="next" href="?page=2">'
    body = f"""<div class="wrap">{MENU}<div class="content"><h1>{t.title}</h1><span class="d">2022/11/08</span><div class="txt">{ps(t)}</div>
<div class="pages">الصفحات: <a>1</a> <a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">التالي</a></div></div></div>"""
    return of(
        t,
        "athar",
        document(f"{t.title} - {site}", head, body),
        date="2022-11-08",
        outlet=site,
        neutral=["الصفحات: 1 2 3 التالي"],
    )


def gallery() -> Shell:
    site = "عدسة المدينة"
    title = "بالصور: أبواب الحارات القديمة في ضوء الصباح"
    lead = "جولة مصورة بين أبواب خشبية نقشت عليها أسماء أصحابها قبل قرن، ولا يزال بعضها يفتح بمفتاح من حديد."
    slides = "".join(
        f'<li class="slide"><img src="{k}.jpg"><div class="slide-no">{k}/6</div></li>' for k in range(1, 7)
    )
    head = (
        ld(**{"@type": "ImageGallery", "name": title, "datePublished": "2025-05-02"})
        + f'<meta property="og:description" content="{lead}">'
    )
    body = f"<header>{MENU}</header><h1>{title}</h1><p class='intro'>{lead}</p><ul class='slides'>{slides}</ul><h4>ألبومات أخرى</h4>{cards(4)}<footer>{FOOT}</footer>"
    return Shell(
        name="adasa",
        html=document(title, head, body),
        title=title,
        body=[lead],
        note="gallery",
        date="2025-05-02",
        outlet=site,
        neutral=[f"{k}/6" for k in range(1, 7)],
    )


def video_page() -> Shell:
    site, title = "تلفزيون الضفة", "شاهد: لحظة إطلاق أول قارب شمسي في البحيرة"
    text = (
        "أطلق طلاب معهد الهندسة قاربا يعمل بالطاقة الشمسية في البحيرة أمام مئات المتفرجين، وقطع دورة كاملة من دون محرك."
    )
    head = f'<meta property="og:type" content="video.other"><meta property="og:description" content="{text}">'
    body = f"""<nav>{MENU}</nav><div class="player"><video src="v.mp4"></video></div><h1>{title}</h1><div class="info"><span>3,210 مشاهدة</span><span>12 نيسان 2025</span></div>
<div class="desc"><p>{text}</p></div><div class="next"><h2>فيديوهات مقترحة</h2>{cards(6)}</div>"""
    return Shell(
        name="daffa",
        html=document(f"{title} | {site}", head, body),
        title=title,
        body=[text],
        note="video",
        date="2025-04-12",
        outlet=site,
    )


def paywall_stub() -> Shell:
    t, site = BOOK, "مجلة الرصيف"
    body = f"""<header>{MENU}</header><article><h1>{t.title}</h1><div class="by">{t.author}</div><time datetime="2025-02-20">20 فبراير 2025</time><div class="c">{"".join(f"<p>{p}</p>" for p in t.body[:2])}</div>
<div class="wall"><h2>هذا المحتوى للمشتركين</h2><p>اشترك الآن واحصل على شهر مجاني</p><a href="/login">لديك حساب؟ سجل الدخول</a></div></article><footer>{FOOT}</footer>"""
    return of(
        t,
        "rasif",
        document(f"{t.title} - {site}", "", body),
        body=list(t.body[:2]),
        note="paywall",
        date="2025-02-20",
        outlet=site,
        neutral=[t.author],
    )


def cookie_wall() -> Shell:
    body = "<div class='consent-page'><h1>خصوصيتك تهمنا</h1><p>نستخدم نحن وشركاؤنا ملفات تعريف الارتباط لتخزين المعلومات على جهازك والوصول إليها، ومعالجة البيانات الشخصية.</p><button>أوافق</button><button>إدارة الخيارات</button></div>"
    return Shell(
        name="consent", html=document("قبل أن تتابع", "", body), dropped="cookie-wall", entry={"title": BRIDGE.title}
    )


def soft_404() -> Shell:
    body = f"<header>{MENU}</header><div class='msg'><h2>نأسف، الصفحة المطلوبة غير متوفرة</h2><p>ربما نقل الخبر أو حذف. يمكنك العودة إلى الصفحة الرئيسية أو استخدام البحث.</p></div><div>{cards(6)}</div><footer>{FOOT}</footer>"
    return Shell(
        name="lost",
        html=document("الصفحة المطلوبة غير متوفرة - جريدة الشراع", "", body),
        dropped="soft-404",
        entry={"title": WHEAT.title},
    )


def soft_404_fa() -> Shell:
    body = f"<header>{MENU}</header><h1>خطای ۴۰۴</h1><p>متأسفانه صفحه‌ای که به دنبال آن هستید پیدا نشد.</p>{cards(5)}"
    return Shell(
        name="gomshode",
        html=document("خطای ۴۰۴ | روزنامه چنار", "", body, "fa"),
        dropped="soft-404",
        entry={"title": PERSIAN.title},
    )


def listing_page() -> Shell:
    teasers = "".join(
        f'<div class="teaser"><h2><a href="/n/{k}">{h}</a></h2><p>{h}، وتفاصيل أخرى في الداخل.</p></div>'
        for k, h in enumerate(HEADLINES)
    )
    return Shell(
        name="qism",
        html=document(
            "أخبار محلية - جريدة الشراع",
            "",
            f"<header>{MENU}</header><h1>أخبار محلية</h1>{teasers}<div class='pagination'>1 2 3</div><footer>{FOOT}</footer>",
        ),
        dropped="listing",
        url="https://qism.example.net/category/local",
        entry={"title": "سرقة لوحة نادرة من متحف الساحل"},
    )


def other_language() -> Shell:
    t = ENGLISH
    body = f"<header>{MENU}</header><article><h1>{t.title}</h1><p class='byline'>By {t.author}</p>{ps(t)}</article><footer>{FOOT}</footer>"
    return of(
        t,
        "harbour",
        document(t.title, '<meta property="article:published_time" content="2025-06-01T10:00:00Z">', body, "en"),
        author=t.author,
        date="2025-06-01",
        note="other-language",
        feed_language="ar",
    )


def pull_quotes() -> Shell:
    t, site = BOOK, "ملحق السرد"
    quotes = (t.body[3].split("، وقالت")[0], t.body[4].split(" مهما")[0])
    inner = f"<p>{t.body[0]}</p><p>{t.body[1]}</p><aside class='pullquote'><blockquote>{quotes[0]}</blockquote></aside><p>{t.body[2]}</p><p>{t.body[3]}</p><div class='quote-box pull-left'><q>{quotes[1]}</q></div><p>{t.body[4]}</p>"
    body = f"<header>{MENU}</header><main><p class='section'>كتب</p><h1>{t.title}</h1><p class='author'>{t.author}</p><p class='date'>السبت ٢٣ تشرين الثاني ٢٠٢٤</p><div class='text'>{inner}</div></main><footer>{FOOT}</footer>"
    return of(
        t,
        "sard",
        document(f"{t.title} | {site}", "", body),
        author=t.author,
        date="2024-11-23",
        outlet=site,
        neutral=list(quotes[1:]),
    )


def interview() -> Shell:
    site, title = "حوارات الضفة", "المهندسة سلمى الجابي: المدن التي لا ظل فيها تطرد أهلها"
    lead = "في مكتبها المطل على الحديقة تتحدث المهندسة سلمى الجابي عن الظل والماء وعن شوارع صممت للسيارات لا للناس."
    pairs = (
        (
            "كيف بدأ اهتمامك بالظل؟",
            "بدأ من طريق المدرسة، كنا نعد الأشجار التي تفصل بيتنا عن الصف، ولما قطعت صرنا نصل متعبين.",
        ),
        ("هل يكفي الشجر وحده؟", "لا يكفي، فالشجر يحتاج عشرين سنة، أما السقائف والأروقة فيمكن بناؤها في شهر واحد."),
        ("وما أكثر ما يعوق ذلك؟", "أكثر ما يعوقه أن الميزانيات توضع لما يرى في الافتتاح، والظل لا يرى إلا حين يغيب."),
        ("ماذا تقولين لرئيس بلدية جديد؟", "أقول له امش مدينتك ظهرا في آب، ثم اكتب خطتك في المساء."),
    )
    inner = "".join(f"<p><strong>• {q}</strong></p><p>{a}</p>" for q, a in pairs)
    body = f"<header>{MENU}</header><article><h1>{title}</h1><div class='meta'>حاورتها: نورا السبع | 3 آب 2025</div><p class='lead'><b>{lead}</b></p>{inner}</article><aside><h3>من الأرشيف</h3><ul>{links(4)}</ul></aside><footer>{FOOT}</footer>"
    gold = [lead, *(line for q, a in pairs for line in (f"• {q}", a))]
    return Shell(
        name="hiwarat",
        html=document(f"{title} - {site}", "", body),
        title=title,
        body=gold,
        author="نورا السبع",
        date="2025-08-03",
        outlet=site,
    )


def poem() -> Shell:
    site, title = "ديوان الضفاف", "قصيدة: أغنية للجسر"
    verses = (
        "على الجسر مر الذين أحب",
        "ولم يتركوا غير صوت الخطى",
        "حجر نائم فوق ماء قديم",
        "ويحلم أن يستعيد الصدى",
        "أيا جسر كم حملتك الرياح",
        "وكم عبرتك وجوه السنين",
        "وما زلت تفتح للعابرين",
        "ذراعين من لهفة وحنين",
    )
    inner = "<br>".join(verses[:4]) + "<br><br>" + "<br>".join(verses[4:])
    body = f"<header>{MENU}</header><h1>{title}</h1><div class='poet'>شعر: ياسر الأمين</div><div class='poem'><p style='text-align:center'>{inner}</p></div><div class='share-row'>شارك القصيدة</div><footer>{FOOT}</footer>"
    return Shell(
        name="diwan",
        html=document(f"{title} | {site}", "", body),
        title=title,
        body=list(verses),
        outlet=site,
        neutral=["شعر: ياسر الأمين"],
    )


def statistics_table() -> Shell:
    t, site = PORT, "أرقام الاقتصاد"
    rows = (
        ("الشهر", "السفن", "الحاويات"),
        ("كانون الثاني", "101", "18,420"),
        ("شباط", "97", "17,905"),
        ("آذار", "112", "19,330"),
        ("نيسان", "108", "19,012"),
        ("أيار", "115", "20,447"),
        ("حزيران", "109", "19,871"),
    )
    table = (
        "<table class='data'>"
        + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in rows)
        + "</table>"
    )
    body = f"<header>{MENU}</header><main><article><h1>{t.title}</h1><div class='info'><span>{t.author}</span><span>2 تموز 2025</span></div><p>{t.body[0]}</p><p>{t.body[1]}</p>{table}<p>{t.body[2]}</p><p>{t.body[3]}</p></article></main><footer>{FOOT}</footer>"
    cells = [c for r in rows for c in r]
    return of(
        t,
        "arqam",
        document(f"{t.title} - {site}", "", body),
        body=[*t.body[:2], *cells, *t.body[2:]],
        date="2025-07-02",
        outlet=site,
    )


def list_article() -> Shell:
    site, title = "دليل البيت", "سبع نصائح لحفظ زيت الزيتون من التزنخ"
    lead = "يفقد زيت الزيتون نكهته إذا أسيء حفظه، وهذه نصائح جمعناها من أصحاب المعاصر في الجبل."
    tips = (
        ("اختر زجاجا داكنا", "الضوء أول ما يفسد الزيت، فاحفظه في قوارير معتمة أو في تنك محكم."),
        ("أبعده عن الموقد", "الحرارة تسرع الأكسدة، والخزانة السفلى البعيدة عن الفرن أفضل مكان له."),
        ("لا تملأ القارورة من جديد قبل غسلها", "بقايا الزيت القديم تنقل التزنخ إلى الجديد مهما كان جيدا."),
        ("اشتر ما يكفيك سنة", "الزيت لا يعتق كالعطر، وما زاد على سنة ونصف يصلح للصابون."),
    )
    inner = (
        "".join(f"<h2>{k}. {h}</h2><p>{p}</p>" for k, (h, p) in enumerate(tips, 1))
        + "<ul><li>الحموضة أقل من 0.8</li><li>العصرة الأولى على البارد</li><li>تاريخ القطاف مكتوب</li></ul>"
    )
    gold = [
        lead,
        *(line for k, (h, p) in enumerate(tips, 1) for line in (f"{k}. {h}", p)),
        "الحموضة أقل من 0.8",
        "العصرة الأولى على البارد",
        "تاريخ القطاف مكتوب",
    ]
    body = f"<div class='top'>{MENU}</div><div class='main-col'><h1>{title}</h1><div class='small'>قسم التحرير – 10/10/2023</div><p>{lead}</p>{inner}<div class='rel-box'><h3>قد يهمك</h3><ul>{links(3)}</ul></div></div><div>{FOOT}</div>"
    return Shell(
        name="dalil",
        html=document(f"{title} | {site}", "", body),
        title=title,
        body=gold,
        date="2023-10-10",
        outlet=site,
    )


def embedded_posts() -> Shell:
    t, site = METRO, "نبض العاصمة"
    tweet = "وصلت إلى الجامعة في 14 دقيقة لأول مرة في حياتي"
    quote = f'<blockquote class="twitter-tweet" data-lang="ar"><p lang="ar" dir="rtl">{tweet}</p>&mdash; ركاب الضاحية (@rukkab) <a href="https://twitter.com/rukkab/status/1">May 12, 2024</a></blockquote>'
    body = f"<header>{MENU}</header><article><h1>{t.title}</h1><div class='meta'><span class='author'>{t.author}</span> <span class='date'>12/05/2024 - 19:02</span></div><div class='article-content'>{''.join(f'<p>{p}</p>' for p in t.body[:3])}{quote}<script async src='w.js'></script>{''.join(f'<p>{p}</p>' for p in t.body[3:])}</div></article><footer>{FOOT}</footer>"
    return of(
        t,
        "nabd",
        document(f"{t.title} | {site}", "", body),
        author=t.author,
        date="2024-05-12",
        outlet=site,
        neutral=[tweet, "— ركاب الضاحية (@rukkab) May 12, 2024", "— ركاب الضاحية (@rukkab)", "May 12, 2024"],
    )


def infobox() -> Shell:
    t, site = WATER, "سجل المدينة"
    facts = ("طول القناة: 2.3 كم", "العمق: 4 أمتار", "الاكتشاف: 2025")
    box = f"<div class='fact-box'><h4>معلومات سريعة</h4><ul>{''.join(f'<li>{f}</li>' for f in facts)}</ul></div>"
    body = f"<header>{MENU}</header><div class='row'><div class='col-8'><h1>{t.title}</h1><p class='text-muted'>{t.author} / 29 أيار 2025</p><div class='body'><p>{t.body[0]}</p>{box}{ps(t, 1)}</div></div><div class='col-4'><h3>آخر الأخبار</h3>{cards(5)}</div></div><footer>{FOOT}</footer>"
    return of(
        t,
        "sijill",
        document(f"{t.title} - {site}", "", body),
        date="2025-05-29",
        outlet=site,
        neutral=["معلومات سريعة", *facts],
    )


def transcript() -> Shell:
    site, title = "إذاعة المرج", "نص الحلقة: كيف عاد القطار إلى القرى؟"
    says = (
        ("المذيعة", "أهلا بكم في حلقة جديدة من برنامجنا، ومعنا اليوم من محطة عين الورد سائق القطار أبو خالد."),
        ("أبو خالد", "أهلا بكم، أنا على هذا الخط منذ ثلاثين سنة، وكنت آخر من قاد قطارا قبل التوقف."),
        ("المذيعة", "صف لنا اللحظة التي أدرت فيها المحرك من جديد."),
        ("أبو خالد", "خفت أن يكون الصدأ قد أكل كل شيء، لكنه دار من أول مرة وبكى معي مساعدي."),
        ("المذيعة", "وماذا قال لك الركاب في أول رحلة؟"),
        ("أبو خالد", "قالت لي امرأة عجوز إنها كانت تضبط ساعتها على صفيرنا، وإن ساعتها كانت واقفة طوال تلك السنين."),
    )
    inner = "".join(f"<p><b>{w}:</b> {s}</p>" for w, s in says)
    body = f"<header>{MENU}</header><h1>{title}</h1><div class='audio-player'><audio src='a.mp3'></audio><span>استمع للحلقة</span></div><div class='ep-date'>تاريخ البث: 16/9/2024</div><section class='transcript'>{inner}</section><section><h2>حلقات سابقة</h2>{cards(4)}</section><footer>{FOOT}</footer>"
    return Shell(
        name="marj",
        html=document(f"{title} | {site}", "", body),
        title=title,
        body=[f"{w}: {s}" for w, s in says],
        date="2024-09-16",
        outlet=site,
    )


def press_release() -> Shell:
    t, site = SOLAR, "غرفة الصحافة"
    contact = ("للتواصل الإعلامي:", "مكتب العلاقات العامة", "هاتف: 555-0142", "press@kafrallawz.example")
    body = f"<header>{MENU}</header><h1>{t.title}</h1><p>كفر اللوز، 7 أيلول 2024 – {t.body[0]}</p>{ps(t, 1)}<p>-انتهى-</p><div class='contact'>{''.join(f'<p>{c}</p>' for c in contact)}</div><footer>{FOOT}</footer>"
    return of(
        t,
        "press",
        document(f"{t.title} | {site}", "", body),
        body=[f"كفر اللوز، 7 أيلول 2024 – {t.body[0]}", *t.body[1:]],
        outlet=site,
        neutral=["-انتهى-", *contact],
        date="2024-09-07",
    )


def obituary() -> Shell:
    t, site = DOCTOR, "سيرة وطن"
    body = f"<div id='header'>{MENU}</div><div class='obit'><div class='obit-years'>1943 – 2024</div><h1>{t.title}</h1><div class='obit-by'>بقلم: {t.author}</div><div class='obit-date'>الاثنين 9 كانون الأول 2024</div>{ps(t)}</div><div class='bottom'><h3>تابع أيضًا</h3><ul>{links(3, 8)}</ul></div><div id='footer'>{FOOT}</div>"
    return of(t, "sira", document(f"{site} | {t.title}", "", body), author=t.author, date="2024-12-09", outlet=site)


def opinion_column() -> Shell:
    t, site = BAKERY, "منبر الرأي"
    body = f"""<header>{MENU}</header><div class="opinion"><div class="writer"><img src="w.jpg" alt="{t.author}"><a href="/writers/3">{t.author}</a><span>كاتب وصحفي</span></div><h1>{t.title}</h1><span class="op-date">١٥ رمضان ١٤٤٥ هـ - ٢٥ مارس ٢٠٢٤ م</span>
<div class="op-text">{ps(t)}</div><div class="op-note">الآراء الواردة في المقال لا تعبر بالضرورة عن رأي المنبر</div><div class="op-more"><h3>مقالات الكاتب</h3><ul>{links(4, 5)}</ul></div></div><footer>{FOOT}</footer>"""
    return of(t, "minbar", document(f"{t.title} - {site}", "", body), author=t.author, date="2024-03-25", outlet=site)


def sports_report() -> Shell:
    t, site = FOOTBALL, "الملعب"
    body = f"""<header>{MENU}</header><div class="score-strip"><span>النجم الساحلي</span><b>2 - 2</b><span>الاتحاد</span><span>2-1-2024 / الجولة 14</span></div><article class="story"><h1>{t.title}</h1><div class="post-meta"><span>{t.author}</span> | <span>منذ ساعتين</span></div>
{ps(t)}<p>المباراة المقبلة: الاتحاد × الفجر، الجمعة 20:30</p></article><aside><h3>ترتيب الفرق</h3><table><tr><td>1</td><td>النجم</td><td>30</td></tr><tr><td>2</td><td>الاتحاد</td><td>29</td></tr></table></aside><footer>{FOOT}</footer>"""
    return of(
        t,
        "malab",
        document(f"{t.title} | {site}", "", body),
        outlet=site,
        neutral=["المباراة المقبلة: الاتحاد × الفجر، الجمعة 20:30"],
    )


def breaking_line() -> Shell:
    site, line = (
        "عاجل الآن",
        "الدفاع المدني: انقاذ 12 شخصا حاصرتهم السيول قرب مثلث الرمثا ونقل ثلاثة منهم إلى المستشفى.",
    )
    title = "إنقاذ 12 شخصا حاصرتهم السيول"
    body = f"<header>{MENU}</header><main><h1>{title}</h1><div>2025-01-04 23:15</div><div class='details'><p>{line}</p></div><div class='latest'><h3>آخر الأخبار</h3><ul>{links(10)}</ul></div></main><footer>{FOOT}</footer>"
    return Shell(
        name="ajel",
        html=document(f"{title} - {site}", "", body),
        title=title,
        body=[line],
        date="2025-01-04",
        outlet=site,
    )


def inline_related() -> Shell:
    t, site = WHEAT, "بوابة السهل"
    related = f'<p><strong>اقرأ أيضًا: <a href="/n/3">{HEADLINES[3]}</a></strong></p>'
    box = f'<div class="in-article"><span>طالع أيضا</span><a href="/n/6"><img src="6.jpg">{HEADLINES[6]}</a></div>'
    inner = f"<p>{t.body[0]}</p>{related}<p>{t.body[1]}</p>{box}<p>{t.body[2]}</p><p><a href='/n/8'>{HEADLINES[8]}</a></p><p>{t.body[3]}</p><p>{t.body[4]}</p><p>لمتابعة آخر الأخبار انضم إلى قناتنا على <a href='#'>تلغرام</a></p>"
    body = f"<div class='nav'>{MENU}</div><div class='single'><h1>{t.title}</h1><ul class='meta'><li>{t.author}</li><li>الأربعاء 05/يونيو/2024 - 03:41 م</li></ul><div class='paragraph-list'>{inner}</div></div><div>{FOOT}</div>"
    return of(t, "sahl", document(f"{t.title} | {site}", "", body), date="2024-06-05", outlet=site)


def audio_widget() -> Shell:
    t, site = SCHOOL, "تربية اليوم"
    tools = "<div class='tools'><span>حجم الخط</span><button>+</button><button>-</button><span>استمع إلى المقال</span><span>مدة القراءة 3 دقائق</span></div>"
    body = f"<header>{MENU}</header><main><div class='crumbs'><a href='/'>الرئيسية</a> / <a href='/c'>تعليم</a> / {t.title}</div><h1>{t.title}</h1><div class='pub'>تم النشر في: 12 ديسمبر ,2023: 05:30 م GST</div>{tools}<div class='art'>{ps(t)}</div><div class='tagsline'>الكلمات الدالة: <a href='/t'>مدرسة</a>، <a href='/t'>زراعة</a></div><div id='comments'><h3>التعليقات</h3><p>ليت كل المدارس تفعل مثلهم والله فكرة جميلة جدا وتستحق الدعم من الجميع بلا استثناء</p></div></main><footer>{FOOT}</footer>"
    return of(t, "tarbiya", document(f"{t.title} | {site}", "", body), date="2023-12-12", outlet=site)


def comments_below() -> Shell:
    t, site = SOLAR, "ساحة القرية"
    said = "".join(
        f"<div class='cm-{k}'><b>{n}</b><span>قبل {k + 1} أيام</span><div>{c}</div></div>"
        for k, (n, c) in enumerate(
            (
                ("أبو محمود", "بارك الله بأهلنا هناك، نريد مثل هذا المشروع في قريتنا التي لا تبعد عنهم سوى ساعة."),
                ("سعاد", "كم كلفت المحطة؟ وهل يمكن أن نتواصل مع من ركبها لأننا نفكر بالأمر نفسه منذ مدة؟"),
                ("زائر", "كلام جميل لكن من سيصلحها بعد سنتين حين تتعطل البطاريات كما حدث عندنا؟"),
            )
        )
    )
    body = f"<div>{MENU}</div><div class='post'><h1>{t.title}</h1><small>{t.author} - 1 تشرين الأول 2023</small>{ps(t)}<h3>التعليقات (3)</h3><div class='list'>{said}</div><h3>أضف تعليقك</h3><form><input></form></div><div>{FOOT}</div>"
    return of(t, "saha", document(f"{t.title} - {site}", "", body), date="2023-10-01", outlet=site, neutral=[t.author])


def infinite_scroll() -> Shell:
    t, u, site = BRIDGE, MUSIC, "يوميات الميناء"
    body = f"<header>{MENU}</header><div id='stream'><section class='story' data-id='1'><h1>{t.title}</h1><p class='st-date'>11 آذار 2025</p>{ps(t)}</section><section class='story' data-id='2'><h1>{u.title}</h1><p class='st-date'>10 آذار 2025</p>{ps(u)}</section></div><footer>{FOOT}</footer>"
    return of(
        t,
        "yawmiyat",
        document(f"{t.title} | {site}", f'<meta property="og:title" content="{t.title}">', body),
        date="2025-03-11",
        outlet=site,
    )


def agency_photo_caption() -> Shell:
    t, site = FLOOD, "وكالة الرافد"
    caption = "آليات الدفاع المدني تزيل الطمي عن الطريق الصحراوي (وكالة الرافد)"
    body = f"<header>{MENU}</header><div class='n'><h1>{t.title}</h1><div class='image-holder'><img src='x.jpg' alt='{caption}'><p class='img-desc'>{caption}</p></div><div class='n-date'>الأحد 05-01-2025 | 09:10 بتوقيت عمّان</div><div class='n-text'><p>مثلث الرمثا (الرافد) — {t.body[0]}</p>{ps(t, 1)}</div><p>المصدر: وكالة الرافد</p></div><footer>{FOOT}</footer>"
    return of(
        t,
        "rafid",
        document(f"{t.title} - {site}", "", body),
        body=[f"مثلث الرمثا (الرافد) — {t.body[0]}", *t.body[1:]],
        date="2025-01-05",
        outlet=site,
        neutral=["المصدر: وكالة الرافد"],
    )


def lead_in_h2() -> Shell:
    t, site = METRO, "صباح المدينة"
    body = f"<header>{MENU}</header><main><span class='kicker'>نقل عام</span><h1>{t.title}</h1><h2 class='standfirst'>{t.body[0]}</h2><div class='credits'>كتب: {t.author}<br>١٣ مايو ٢٠٢٤</div><div class='story-body'>{ps(t, 1)}</div></main><section class='more-stories'><h2>المزيد</h2>{cards(4)}</section><footer>{FOOT}</footer>"
    return of(
        t,
        "sabah",
        document(f"{t.title} - {site}", f'<meta name="description" content="{t.body[0]}">', body),
        author=t.author,
        date="2024-05-13",
        outlet=site,
    )


def lead_only_in_meta_paragraphs_in_spans() -> Shell:
    t, site = MUSIC, "مجلة الشط"
    inner = "".join(f'<span style="display:block" class="ln">{p}</span>' for p in t.body)
    body = f"<div class='bar'>{MENU}</div><div class='w'><div class='hd'><h1>{t.title}</h1></div><div class='bd'>{inner}</div><div class='ft'>نشرت في العدد 88 بتاريخ 1 يونيو 2021</div></div>"
    return of(
        t,
        "shatt",
        document(f"{site} - {t.title}", f'<meta name="description" content="{t.body[0][:80]}...">', body),
        date="2021-06-01",
        outlet=site,
    )


def many_sections() -> Shell:
    t, site = DOCTOR, "ذاكرة المكان"
    heads = ("الطفولة", "العيادة", "الناس")
    inner = (
        f"<section><p>{t.body[0]}</p></section>"
        + "".join(f"<section><h2>{h}</h2><p>{p}</p></section>" for h, p in zip(heads, t.body[1:4], strict=True))
        + f"<section><p>{t.body[4]}</p></section>"
    )
    gold = [t.body[0], *(x for h, p in zip(heads, t.body[1:4], strict=True) for x in (h, p)), t.body[4]]
    body = f"<header>{MENU}</header><article><h1>{t.title}</h1><address class='author'>{t.author}</address><time datetime='2024-12-10T07:00:00Z'></time>{inner}</article><footer>{FOOT}</footer>"
    return of(
        t,
        "dhakira",
        document(f"{t.title} | {site}", "", body),
        body=gold,
        author=t.author,
        date="2024-12-10",
        outlet=site,
    )


def rtl_marks_and_nbsp() -> Shell:
    t, site = BRIDGE, "بلدة اليوم"
    inner = "".join(f"<p>\u200f{p.replace(' ', '&nbsp;', 3)}\u200f</p><p>&nbsp;</p>" for p in t.body)
    body = f"<header>{MENU}</header><h1>\u202b{t.title}\u202c</h1><div class='date'>\u200f11/3/2025\u200f</div><div class='content'>{inner}</div><footer>{FOOT}</footer>"
    return of(t, "balda", document(f"{t.title} | {site}", "", body), date="2025-03-11", outlet=site)


def app_banner_and_ticker() -> Shell:
    t, site = WHEAT, "عين الحقيقة"
    ticker = "".join(f"<span class='t'><a href='/n/{k}'>{h}</a></span>" for k, h in enumerate(HEADLINES[:8]))
    body = f"<div class='app'>حمل تطبيق عين الحقيقة وتابع الخبر أولا بأول</div><div class='tick'><b>شريط الأخبار</b>{ticker}</div>{MENU}<div class='pg'><div class='cat'>اقتصاد</div><h1>{t.title}</h1><div class='tm'>06-06-2024 | 17:20</div><div class='con'>{ps(t)}<p>تابعوا آخر أخبار عين الحقيقة عبر Google News</p></div></div><div>{FOOT}</div>"
    return of(t, "ayn", document(f"{t.title} - {site}", "", body), date="2024-06-06", outlet=site)


# ---------------------------------------------------------------- other languages that are written from the right, and Turkish
def persian_agency() -> Shell:
    t, site = PERSIAN, "خبرگزاری چنار"
    body = f"""<header>{MENU}</header><div class="news"><div class="news-head"><span>کد خبر: ۸۸۱۲۳۴</span><span>۱۴ آذر ۱۴۰۳ - ۱۰:۲۵</span></div><h2 class="rutitr">گزارش</h2><h1>{t.title}</h1><p class="lead">{t.body[0]}</p>
<div class="item-text">{ps(t, 1)}</div><div class="tags">برچسب‌ها: <a href="/t">کتابخانه</a> <a href="/t">روستا</a></div><div class="short">لینک کوتاه: https://chenar.example/x1</div></div>
<div class="side"><h3>پربازدیدترین‌ها</h3><ul><li><a href="/1">باران پاییزی در راه است</a></li><li><a href="/2">نمایشگاه گل گشایش یافت</a></li></ul></div><footer>تمامی حقوق محفوظ است</footer>"""
    return of(t, "chenar", document(f"{t.title} - {site}", "", body, "fa"), date="2024-12-04", outlet=site)


def persian_newspaper() -> Shell:
    t, site = PERSIAN_RAIL, "روزنامه ریل"
    body = f"<div class='menu'>{MENU}</div><article><h1>{t.title}</h1><div class='meta'><span class='author'>{t.author}</span><time datetime='2025-05-20T06:00:00+03:30'>سه‌شنبه ۳۰ اردیبهشت ۱۴۰۴</time></div>{ps(t)}<p><strong>بیشتر بخوانید:</strong></p><ul><li><a href='/3'>پل تازه‌ای بر رودخانه ساخته می‌شود</a></li></ul></article><div class='comments-area'><h3>نظرات</h3><p>خیلی خوب است، کاش زودتر انجام می‌شد و مردم این همه سختی نمی‌کشیدند.</p></div>"
    return of(
        t, "rail", document(f"{t.title} | {site}", "", body, "fa"), author=t.author, date="2025-05-20", outlet=site
    )


def urdu_daily() -> Shell:
    t, site = URDU, "روزنامہ وادی"
    body = f"<header>{MENU}</header><div class='story-detail'><h1>{t.title}</h1><div class='story-meta'><span class='author-name'>{t.author}</span> <span class='date'>15 اپریل 2025</span></div><div class='detail'>{ps(t)}</div><div class='also'><h3>یہ بھی پڑھیں</h3><ul><li><a href='/1'>بارشوں کا نیا سلسلہ شروع ہونے کا امکان</a></li><li><a href='/2'>شہر میں کتاب میلہ سج گیا</a></li></ul></div></div><footer>جملہ حقوق محفوظ ہیں</footer>"
    return of(
        t, "wadi", document(f"{t.title} | {site}", "", body, "ur"), author=t.author, date="2025-04-15", outlet=site
    )


def turkish_site() -> Shell:
    t, site = TURKISH, "Kıyı Postası"
    body = f"<header><ul><li><a href='/g'>Gündem</a></li><li><a href='/s'>Spor</a></li></ul></header><article><h1>{t.title}</h1><div class='info'><span class='author'>{t.author}</span><span>Yayınlanma: 8 Ağustos 2024 - 13:45</span><span>Güncelleme: 9 Ağustos 2024 - 08:10</span></div><h2 class='spot'>{t.body[0]}</h2>{ps(t, 1)}<div class='rel'><h4>İlgili Haberler</h4><ul><li><a href='/1'>Belediye sahil yolunu yeniliyor</a></li></ul></div></article><footer>Tüm hakları saklıdır © 2026</footer>"
    return of(
        t, "kiyi", document(f"{t.title} - {site}", "", body, "tr"), author=t.author, date="2024-08-08", outlet=site
    )


def sorani_site() -> Shell:
    t, site = SORANI, "ڕۆژنامەی چیا"
    body = f"<header>{MENU}</header><main><h1>{t.title}</h1><div class='d'>2025-04-02</div><div class='txt'>{ps(t)}</div></main><footer>{FOOT}</footer>"
    return of(t, "chiya", document(f"{t.title} | {site}", "", body, "ckb"), date="2025-04-02", outlet=site)


# ---------------------------------------------------------------- what goes wrong
def broken_markup() -> Shell:
    t, site = PORT, "خبر المرسى"
    inner = "".join(f"<p><b>{p[:20]}</i>{p[20:]}" for p in t.body)
    html = f"<html><head><title>{t.title}</title><body><div class=top>{MENU}<div class=main><h1>{t.title}</h2><div class=date>4 تموز 2025<div class=txt>{inner}</div></td></tr><div class=foot>{FOOT}"
    return of(t, "marsa", html.encode(), date="2025-07-04", outlet=site)


def body_in_json_ld_only() -> Shell:
    t, site = BOOK, "رواق السرد"
    head = ld(
        **{
            "@graph": [
                {"@type": "WebSite", "name": site},
                {
                    "@type": "NewsArticle",
                    "headline": t.title,
                    "articleBody": "\n\n".join(t.body),
                    "datePublished": "2025-02-21T09:00:00+03:00",
                    "author": [{"@type": "Person", "name": t.author}],
                },
            ]
        }
    )
    body = f"<header>{MENU}</header><div id='app'><div class='spinner'>جاري التحميل</div></div><footer>{FOOT}</footer>"
    return of(t, "riwaq", document(f"{t.title} | {site}", head, body), author=t.author, date="2025-02-21", outlet=site)


def title_with_section_and_site() -> Shell:
    t, site = WATER, "مرايا"
    head = f'<meta property="og:title" content="{t.title}"><meta property="og:site_name" content="{site}"><meta property="article:published_time" content="2025-05-29T05:30:00+00:00">'
    body = f"<div>{MENU}</div><div class='logo'><h1><a href='/'>{site}</a></h1></div><div class='post'><h2>{t.title}</h2>{ps(t)}</div><div>{FOOT}</div>"
    return of(t, "maraya", document(f"آثار | {t.title} | {site}", head, body), date="2025-05-29", outlet=site)


def site_as_author() -> Shell:
    t, site = FOOTBALL, "كورة الساحل"
    head = ld(
        **{
            "@type": "NewsArticle",
            "headline": t.title,
            "author": {"@type": "Organization", "name": site},
            "publisher": {"@type": "Organization", "name": site},
            "datePublished": "2024-01-02T21:00:00+02:00",
        }
    )
    body = f"<header>{MENU}</header><article><h1>{t.title}</h1><div class='by'>بواسطة {site}</div><p>{t.body[0]}</p>{ps(t, 1)}</article><section><h3>أخبار ذات صلة</h3>{cards(4)}</section><footer>{FOOT}</footer>"
    return of(t, "koora", document(f"{t.title} | {site}", head, body), date="2024-01-02", outlet=site)


def other_site_canonical() -> Shell:
    t, site = BAKERY, "صدى الحارة"
    head = '<link rel="canonical" href="https://elsewhere.example.com/">'
    body = f"<header>{MENU}</header><main><h1>{t.title}</h1><div class='since'>منذ 3 أيام</div>{ps(t)}<p>© 2025 صدى الحارة. جميع الحقوق محفوظة.</p></main>"
    return of(t, "sada", document(f"{t.title} - {site}", head, body), outlet=site, date=None)


def long_sidebar_texts() -> Shell:
    """Teasers beside the article that read like paragraphs."""
    t, site = SOLAR, "خيمة الأخبار"
    side = "".join(
        f"<div class='teaser'><h4><a href='/n/{k}'>{x.title}</a></h4><p>{x.body[0]}</p></div>"
        for k, x in enumerate((BRIDGE, WHEAT, METRO, PORT, DOCTOR, BOOK))
    )
    body = f"<header>{MENU}</header><div class='grid'><div class='main'><h1>{t.title}</h1><div class='d'>30 تموز 2025</div>{ps(t)}</div><div class='col'>{side}</div></div><footer>{FOOT}</footer>"
    return of(t, "khayma", document(f"{t.title} | {site}", "", body), date="2025-07-30", outlet=site)


def teasers_below_in_same_box() -> Shell:
    t, site = MUSIC, "شاطئ الكلام"
    more = "".join(
        f"<div class='item'><a href='/n/{k}'><h3>{x.title}</h3><p>{x.body[0][:110]}...</p></a></div>"
        for k, x in enumerate((BRIDGE, WHEAT, METRO))
    )
    body = f"<header>{MENU}</header><div class='content'><h1>{t.title}</h1><span class='pd'>2 حزيران 2021</span>{ps(t)}<h3>موضوعات قد تهمك</h3>{more}</div><footer>{FOOT}</footer>"
    return of(t, "shati", document(f"{t.title} | {site}", "", body), date="2021-06-02", outlet=site)


MAKERS = [
    wordpress_newspaper, wordpress_blocks, drupal_fields, joomla_print, div_soup, tables_of_old, undeclared_1256, amp_page, aspnet_form, blogger,
    react_hydrated, live_blog, multi_page, gallery, video_page, paywall_stub, cookie_wall, soft_404, soft_404_fa, listing_page, other_language,
    pull_quotes, interview, poem, statistics_table, list_article, embedded_posts, infobox, transcript, press_release, obituary, opinion_column,
    sports_report, breaking_line, inline_related, audio_widget, comments_below, infinite_scroll, agency_photo_caption, lead_in_h2,
    lead_only_in_meta_paragraphs_in_spans, many_sections, rtl_marks_and_nbsp, app_banner_and_ticker, persian_agency, persian_newspaper, urdu_daily,
    turkish_site, sorani_site, broken_markup, body_in_json_ld_only, title_with_section_and_site, site_as_author, other_site_canonical,
    long_sidebar_texts, teasers_below_in_same_box,
]  # fmt: skip
