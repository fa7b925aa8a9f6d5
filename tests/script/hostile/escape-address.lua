return ('%p'):format({})
