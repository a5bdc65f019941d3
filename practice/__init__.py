"""The ground floor: the practice, its people, access, time, trail, and the site."""
