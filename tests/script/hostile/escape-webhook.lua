act.webhook('file:///etc/passwd')
