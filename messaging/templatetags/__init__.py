"""Tags of the messaging floor."""
