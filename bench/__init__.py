"""Measurements: `python -m bench.NAME` says what it did and ends with a ratio.

The ratio is the figure divided by its bar, so at most 1 is good. Floors are
measured in the same run, because machines differ and are noisy.
"""
