"""Hours, slots, appointments, series, the calendar and the day board."""
