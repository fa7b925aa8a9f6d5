act.emit('clock.stepped', {})
