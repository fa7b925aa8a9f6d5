/*
 * vfs_power.h - a SQLite VFS named "power" whose files live in memory and
 * whose disk can lose power: what was not synced is then dropped, kept or torn
 * at 512-byte sectors, each sector by itself, and names that were made or
 * removed without a sync of the folder may be undone. It can also fail one
 * operation, or all from the n-th on, with EIO or ENOSPC.
 * For tests of one process; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum power_fault {
	POWER_CUT,   /* the n-th change is under way when the power goes */
	POWER_EIO,   /* the n-th operation, reads too, fails */
	POWER_ENOSPC /* the n-th write or growth fails */
};

void power_register(void);
/* Forgets all files and faults; `seed` decides what a crash leaves. */
void power_reset(uint64_t seed);
/* Arms: n operations of that kind succeed, the next one fails; with
 * `for_good` (always so for POWER_CUT) all that follow do too. */
void power_arm(enum power_fault fault, long n, bool for_good);
/* Disarms; true when a fault was given. */
bool power_disarm(void);
/* Operations counted since power_arm(). */
long power_counted(void);
/* The machine starts again: files hold what the disk held. No file is open. */
void power_boot(void);
/* The folder is synced: names made and removed until now stay so. An operation
 * like others: false when it fails. */
bool power_sync_folder(void);
