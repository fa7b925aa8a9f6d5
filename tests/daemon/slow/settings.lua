set("tempo", "6 weeks")
