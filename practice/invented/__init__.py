"""Invented people: a believable population in which nobody is real.

Pure: nothing here touches the database, and the same `Random` makes the same
people. Every telephone number and mail address belongs to nobody.
"""
