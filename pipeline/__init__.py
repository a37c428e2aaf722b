"""Marsad (مرصد): watches the news of many outlets for a team, in Arabic first.

The map of the house, from the ground up. Imports go down these levels, never up, and never sideways except inside a folder
(`tests/test_layers.py` holds it):

    L0  model, errors                    the nouns, and what can go wrong
    L1  text/, yamlfile, query           Arabic, dates and addresses as text; YAML with places; the query language
    L2  sources parse extract watchlist tag dedupe digest/ fetch/ store/ deliver engine
                                         stages (values in, values out) and doors (network, database, mail, processes)
    L3  collect publish distribute backtest health lint search maintain
                                         the order of work, told once, every item counted exactly once
    L4  config                           the files of the user → checked settings
    L5  application schedule web/        settings → the assembled application; clocks; the page
    L6  cli filters __main__ demo/       the command

A word has one meaning everywhere; the glossary is docs/glossary.md.
"""

__version__ = "0.1.0"
