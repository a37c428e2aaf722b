"""The product: one edition of a digest.

    edition.py   filed articles of a window → one selection, a JSON-able dict: everything that any format shows
    excerpt.py   which sentences of an article are quoted, never cut inside a word, a quotation or a bracket
    figures.py   figures with what they count, so that an update can say «from 6 to 9 killed»
    words.py     what the digest itself says, in Arabic and English: phrases, plurals, dates
    display.py   text from outside made fit to be shown: invisible characters, direction, length, links
    render.py    selection → HTML, Markdown, JSON; index page and Atom feed of all editions

A format never chooses: two formats of one edition differ in form alone, and a rebuild needs nothing but the stored selection.
"""
