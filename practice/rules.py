"""What every act that a rule forbids has in common."""


class NotPossible(ValueError):
    """A rule forbids this; the message is a sentence for the person who tried.

    `field` names the form field the sentence belongs beside, if one does.
    """

    field = ""
