set("tempo", "2 weeks")
