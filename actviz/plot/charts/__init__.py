"""Charts of fields: numbers as colours over two axes, in panels that share them.

The one room that imports seaborn, and only when a chart is drawn: it takes three times as long as
matplotlib.
"""
