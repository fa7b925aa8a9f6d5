event.type = 'x'
