act.set('state', 'signed')
