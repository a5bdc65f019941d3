"""Pages of the messaging floor."""
