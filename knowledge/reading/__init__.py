"""Reading: from the bytes of a file to its text, and from a text to what it says. ``parse.parse`` is the way in.

``formats`` make text of bytes, ``page`` makes lines of text, ``head`` tells who says it, ``cited`` what it refers to,
``due`` what is to be done and by when.
"""
