"""Work carried by hand: the stick, the relay and the enrolment bundle."""
