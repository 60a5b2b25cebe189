"""The things that the product keeps, as plain records, with what handlers may read of them and change in them.

One room for each kind of thing. Each room holds frozen records, a ``…Reads`` protocol (the questions that a handler may
ask of the store) and effects (what a handler wants changed). ``bot.storage`` has a room of the same name that
answers and applies them.
"""
