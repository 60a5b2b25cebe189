"""Files made from the store when they are sent: a spreadsheet, a table, a chart, the official report.

What draws and typesets runs as a process of its own (``child``) and knows nothing of the store.
"""
