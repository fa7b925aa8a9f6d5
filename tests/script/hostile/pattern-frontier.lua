local s = ('ab '):rep(100000) while true do s:gsub('%f[%w]%w+', '%0') end
