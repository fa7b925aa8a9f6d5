-- Wat dit bedrijf koos. `fairlead status` noemt elke instelling die er is.
set("tempo", "3 weken")
set("first_response", "15 werkminuten")
