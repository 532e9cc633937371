"""The face for language models: the Model Context Protocol, read-only.

Every tool is one question to the HTTP API, which this process asks of itself: what may be asked,
by whom, and how it is refused is decided there and nowhere else.
"""
