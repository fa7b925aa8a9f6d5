act.emit('rules.activated', {})
