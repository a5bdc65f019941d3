"""Texts, mails and calls: what they say, when they may leave, what became of them."""
