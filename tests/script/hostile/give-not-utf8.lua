act.note('\xff\xfe')
