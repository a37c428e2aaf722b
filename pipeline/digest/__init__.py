"""The product: one edition of a digest.

    edition/     the window's tagged articles → one selection, a JSON-able dict: everything that any format shows
    excerpt.py   which sentences of an article are quoted, never cut inside a word, a quotation or a bracket
    figures.py   figures with what they count, so that an update can say «from 6 to 9 killed»
    words.py     what the digest itself says, in Arabic and English: plurals, dates; its phrases in phrases.py, months in calendar.py
    display.py   text from outside made fit to be shown: invisible characters, direction, length, links
    isolates.py  two directions in one line of plain text
    render.py    selection → HTML, JSON; the page of all editions. Beside it markdown.py, plain.py, and mail.py for a letter's three parts
    atom.py      feeds of a digest's editions and of each watchlist's stories

A format never chooses: two formats of one edition differ in form alone, and a rebuild needs nothing but the stored selection.
"""
