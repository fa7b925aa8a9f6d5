/*
 * readers.h - making a struct reader on a connection. Private to store.
 */
#pragma once

#include "store/load.h"

/* `owned`: the reader closes `db`, also when this fails. */
fl_status reader_new(sqlite3 *db, bool owned, struct reader **out,
	struct fl_error *err);
