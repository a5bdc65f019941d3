"""Forms of the messaging floor."""
