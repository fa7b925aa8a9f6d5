return setmetatable('', { __index = _ENV })
