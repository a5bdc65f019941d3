// The calendar: keys, drawing, and the card over a visit.
