return role('x')[1]
