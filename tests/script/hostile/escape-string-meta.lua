('x').__index = 1
