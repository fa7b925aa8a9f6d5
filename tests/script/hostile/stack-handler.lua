local function h() error('again') end return xpcall(error, h)
