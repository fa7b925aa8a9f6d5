-- What this dealer chose. `fairlead status` lists every setting there is.
set("tempo", "3 weeks")
set("first_response", "15 work minutes")
