role.name = 'x'
