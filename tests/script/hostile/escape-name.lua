print(('x'):bad(setmetatable({}, { __name = 'FILE*' })))
